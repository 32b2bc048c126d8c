package dev.imsbridge.web.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.history.PublishedEvent;
import dev.imsbridge.web.stream.EventSamples.Report;
import dev.imsbridge.web.stream.EventSamples.Sample;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/** The charts of the page are drawn from these samples. */
class EventSamplesTest {
  private static final Instant START = Instant.parse("2026-11-24T10:00:03Z");

  private Instant now = START;
  private final EventSamples samples = new EventSamples(() -> now);

  @Test
  void shouldCountTransitionsByTheTenSecondsInWhichTheyWereRead() {
    running();
    now = START.plusSeconds(6);
    running();
    now = START.plusSeconds(29);
    running();

    assertThat(samples.report(null).samples())
        .extracting(Sample::at, Sample::transitions)
        .containsExactly(
            row("2026-11-24T10:00:00Z", 2),
            row("2026-11-24T10:00:10Z", 0),
            row("2026-11-24T10:00:20Z", 0),
            row("2026-11-24T10:00:30Z", 1));
  }

  private static org.assertj.core.groups.Tuple row(String at, int transitions) {
    return org.assertj.core.groups.Tuple.tuple(Instant.parse(at), transitions);
  }

  @Test
  void shouldTakeTheLagOfEndsThatWereSeenOnly() {
    LongStream.rangeClosed(1, 100).forEach(this::ended);
    running();
    add("\"status\":\"LOST\",\"terminal\":true,\"end_time\":\"" + START + "\"", "lost", START);
    // The clock of IMS is ahead, or IMS states no end.
    ended(-5);
    add("\"status\":\"FAIL\",\"terminal\":true,\"end_time\":null", "fail", START);
    add(
        "\"status\":\"SUCCESS\",\"terminal\":true,\"end_time\":\"" + START + "\"",
        "completed",
        START);

    Report report = samples.report(null);

    assertThat(report.samples())
        .containsExactly(new Sample(Instant.parse("2026-11-24T10:00:00Z"), 104, 100, 50L, 95L));
    assertThat(report)
        .extracting(Report::ends, Report::lagP50Ms, Report::lagP95Ms)
        .containsExactly(100, 50L, 95L);
  }

  @Test
  void shouldKeepAnHourHoweverLongItRunsAndHoweverManyEventsThereAre() {
    for (int i = 0; i < 5 * 360; i++) {
      ended(60_000);
      now = now.plusSeconds(10);
    }
    for (int i = 0; i < 3 * EventSamples.MAX_LAGS; i++) {
      ended(i);
    }

    Report report = samples.report(null);

    assertThat(report.since()).isEqualTo(START);
    assertThat(report.samples()).hasSize(EventSamples.MAX_SAMPLES);
    Sample last = report.samples().get(EventSamples.MAX_SAMPLES - 1);
    assertThat(last.at()).isEqualTo(Instant.parse("2026-11-24T15:00:00Z"));
    assertThat(last.ends()).isEqualTo(3_000);
    assertThat(last.lagP50Ms()).isEqualTo(2_499);
    assertThat(report.ends()).isEqualTo(EventSamples.MAX_LAGS);

    now = now.plus(Duration.ofDays(400));
    assertThat(samples.report(null).samples())
        .hasSize(EventSamples.MAX_SAMPLES)
        .allMatch(sample -> sample.transitions() == 0 && sample.lagP50Ms() == null);
    assertThat(samples.report(null).ends()).isZero();
  }

  @Test
  void shouldGiveOnlyWhatIsNewToAClientThatHasTheRest() {
    now = START.plusSeconds(100);

    assertThat(samples.report(Instant.parse("2026-11-24T10:01:30Z")).samples())
        .extracting(Sample::at)
        .containsExactly(
            Instant.parse("2026-11-24T10:01:30Z"), Instant.parse("2026-11-24T10:01:40Z"));
  }

  @Test
  void shouldGoOnWhenTheClockIsSetBack() {
    now = START.plusSeconds(20);
    running();
    now = START;
    running();

    assertThat(samples.report(null).samples()).extracting(Sample::transitions).endsWith(2);
  }

  private void running() {
    add("\"status\":\"RUNNING\",\"terminal\":false,\"end_time\":null", "running", START);
  }

  private void ended(long lagMillis) {
    add(
        "\"status\":\"SUCCESS\",\"terminal\":true,\"end_time\":\"" + START + "\"",
        "success",
        START.plusMillis(lagMillis));
  }

  private void add(String fields, String type, Instant seen) {
    String data = "{\"job_id\":\"a\",\"observed_at\":\"" + seen + "\"," + fields + "}";
    ConsumerRecord<byte[], byte[]> record =
        new ConsumerRecord<>("events", 0, 0, null, data.getBytes(UTF_8));
    record.headers().add("ce_type", ("dev.imsbridge.job." + type + ".v1").getBytes(UTF_8));
    samples.published(PublishedEvent.read(record).orElseThrow());
  }
}
