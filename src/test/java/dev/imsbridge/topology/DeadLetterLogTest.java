package dev.imsbridge.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.imsbridge.job.Evidence;
import dev.imsbridge.ledger.DeadLetter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Operators must see dead letters in the log, but must not be flooded with them. */
class DeadLetterLogTest {
  private final List<String> told = new ArrayList<>();
  private final DeadLetterLog log = new DeadLetterLog(told::add);
  private Instant now = Instant.parse("2024-11-06T06:00:00Z");
  private long offset;

  private void letter() {
    log.add(
        new DeadLetter("RequestRefused", "no job id", new Evidence("requests", 2, offset++)), now);
  }

  @Test
  void shouldTellOfTheFirstAtOnce() {
    letter();
    assertThat(told)
        .containsExactly(
            "a record could not be used, see the dead letters; requests-2@0: no job id"
                + " (RequestRefused)");
  }

  @Test
  void shouldTellOncePerMinuteHowManyMoreThereWere() {
    for (int second = 0; second < 150; second++) {
      letter();
      now = now.plusSeconds(1);
      log.logPending(now);
    }
    assertThat(told).hasSize(3);
    assertThat(told.get(1)).startsWith("59 more records ").contains("the last is requests-2@59: ");
    assertThat(told.get(2)).startsWith("60 more records ").contains("the last is requests-2@119: ");
  }

  @Test
  void shouldTellOfTheRestThoughNoFurtherOneComes() {
    letter();
    letter();
    log.logPending(now.plusSeconds(59));
    assertThat(told).hasSize(1);
    log.logPending(now.plusSeconds(60));
    log.logPending(now.plusSeconds(600));
    assertThat(told).hasSize(2);
    assertThat(told.get(1)).startsWith("1 more record could").contains("; requests-2@1: ");
  }

  @Test
  void shouldKeepToOneLineWhateverTheReasonSays() {
    String reason = "a\nb\u001b[2J" + "x".repeat(1_000);
    log.add(new DeadLetter("AnswerRefused", reason, new Evidence("observations", 0, 7)), now);
    assertThat(told).singleElement().asString().contains("a b [2Jxxx").hasSizeLessThan(320);
    assertThat(told.get(0)).doesNotContainPattern("\\p{Cntrl}");
  }

  @Test
  void shouldNotBeSilencedByAClockThatIsSetBack() {
    letter();
    now = now.minus(Duration.ofDays(1));
    letter();
    assertThat(told).hasSize(2);
  }

  /** Requests and observations share one line per minute. Record values are not logged. */
  @Test
  void shouldHearOfAllThatTheTopologyCannotUse() {
    Logger logger = (Logger) LoggerFactory.getLogger(DeadLetterLog.class);
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    logger.addAppender(lines);
    logger.setAdditive(false);
    try (BridgeDriver bridge = new BridgeDriver()) {
      bridge.request("SECRET that is no job id");
      bridge.request("j");
      bridge.answer("j", "<html>SECRET</html>");
      bridge.request(null, "SECRET/".getBytes(UTF_8), new RecordHeaders());
      assertThat(lines.list).hasSize(1);
      bridge.advance(Duration.ofMinutes(2));
      assertThat(lines.list).hasSize(2);
    } finally {
      logger.setAdditive(true);
      logger.detachAppender(lines);
    }
    assertThat(lines.list).allMatch(line -> line.getLevel() == Level.WARN);
    assertThat(lines.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .noneMatch(line -> line.contains("SECRET"))
        .satisfiesExactly(
            first -> assertThat(first).contains("ims.jobs.requests-0@0: neither a job id"),
            second -> assertThat(second).startsWith("2 more ").contains("ims.jobs.requests-0@2: "));
  }
}
