package dev.imsbridge.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.ledger.Ledger;
import dev.imsbridge.wire.Observation;
import dev.imsbridge.wire.Observation.Kind;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Alerts use these metrics, so they must measure the running bridge and not a backlog. */
class FoldMetersTest {
  private final BridgeDriver bridge = new BridgeDriver();

  @AfterEach
  void close() {
    bridge.close();
  }

  private Timer timer(String name) {
    return bridge.metrics().get("imsbridge." + name).timer();
  }

  private void answer(String status, Instant end, Instant observed) {
    String body =
        "{\"job_id\":\"j\",\"status\":\"%s\",\"begin_time\":\"%s\",\"end_time\":\"%s\"}"
            .formatted(status, end.minusSeconds(60), end);
    bridge.observe(
        new Observation(
            bridge.watch("j"),
            Kind.ANSWER,
            observed,
            1,
            200,
            "request-id",
            Duration.ofMillis(20),
            null,
            null,
            body.getBytes(UTF_8)));
  }

  @Test
  void shouldTellHowLateAnEndWasFoundAndFolded() {
    bridge.request("j");
    bridge.advance(Duration.ofMinutes(2));
    Instant observed = bridge.now();
    bridge.advance(Duration.ofSeconds(2));
    answer("SUCCESS", observed.minusSeconds(4), observed);
    assertThat(timer("detection.lag").count()).isEqualTo(1);
    assertThat(timer("detection.lag").totalTime(TimeUnit.SECONDS)).isEqualTo(4);
    assertThat(timer("fold.latency").count()).isEqualTo(1);
    assertThat(timer("fold.latency").totalTime(TimeUnit.SECONDS)).isEqualTo(2);
    // A repeated status is not measured.
    answer("SUCCESS", observed.minusSeconds(4), bridge.now());
    assertThat(timer("fold.latency").count()).isEqualTo(1);
  }

  @Test
  void shouldNotCallAJobLateThatEndedBeforeItWasAskedFor() {
    bridge.request("j");
    answer("SUCCESS", bridge.now().minusSeconds(3600), bridge.now());
    assertThat(bridge.transitions()).hasSize(1);
    assertThat(timer("detection.lag").count()).isZero();
    assertThat(timer("fold.latency").count()).isEqualTo(1);
  }

  @Test
  void shouldMeasureOnlyEnds() {
    bridge.request("j");
    answer("RUNNING", bridge.now().plusSeconds(1), bridge.now());
    assertThat(timer("detection.lag").count()).isZero();
  }

  @Test
  void shouldTakeAnEndAheadOfItsClockAsFoundAtOnce() {
    bridge.request("j");
    answer("FAIL", bridge.now().plusSeconds(30), bridge.now());
    assertThat(timer("detection.lag").count()).isEqualTo(1);
    assertThat(timer("detection.lag").totalTime(TimeUnit.SECONDS)).isZero();
  }

  @Test
  void shouldNotMeasureWhatWasObservedBeforeTheTaskRan() {
    bridge.request("j");
    bridge.advance(Duration.ofHours(1));
    Instant before = bridge.now();
    bridge.advance(Duration.ofHours(1));
    bridge.restart();
    answer("SUCCESS", before.minusSeconds(1), before);
    assertThat(bridge.transitions()).hasSize(1);
    assertThat(timer("detection.lag").count()).isZero();
    assertThat(timer("fold.latency").count()).isZero();
  }

  /** A restart restores the state, and the log may be read again: neither ends a job again. */
  @Test
  void shouldCountAnEndOnceThroughRestarts() {
    bridge.request("j");
    answer("SUCCESS", bridge.now(), bridge.now());
    assertThat(ended()).isEqualTo(1);
    assertThat(timer("job.duration").totalTime(TimeUnit.SECONDS)).isEqualTo(60);

    bridge.restart();
    answer("SUCCESS", bridge.now(), bridge.now());
    assertThat(ended()).isEqualTo(1);
    bridge.restartAndReadAgain();
    bridge.request("j");
    answer("SUCCESS", bridge.now(), bridge.now());
    assertThat(ended()).isEqualTo(1);
    assertThat(bridge.completions()).hasSize(1);
  }

  /** An end that was observed while the topology was stopped is new. */
  @Test
  void shouldCountEndsOfTheBacklog() {
    bridge.request("j");
    Instant before = bridge.now();
    bridge.advance(Duration.ofHours(1));
    bridge.restart();
    answer("SUCCESS", before.minusSeconds(1), before);
    assertThat(ended()).isEqualTo(1);
  }

  private double ended() {
    return bridge
        .metrics()
        .get("imsbridge.jobs.ended")
        .tags("outcome", "SUCCEEDED", "type", "unknown")
        .counter()
        .count();
  }

  @Test
  void shouldCountDeadLettersByTheClassOfTheReason() {
    bridge.request("a job id that is none");
    bridge.request("j");
    bridge.answer("j", "<html>502</html>");
    assertThat(letters(FoldMeters.REQUEST_REFUSED)).isEqualTo(1);
    assertThat(letters(Ledger.ANSWER_REFUSED) + letters(Ledger.OBSERVATION_REFUSED)).isEqualTo(1);
    assertThat(bridge.deadLetters()).hasSize(2);
  }

  private double letters(String kind) {
    return bridge.metrics().get("imsbridge.dead.letters").tag("kind", kind).counter().count();
  }
}
