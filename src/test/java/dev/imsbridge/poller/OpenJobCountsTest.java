package dev.imsbridge.poller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.ims.FaultKind;
import dev.imsbridge.poller.schedule.AdaptivePolicy;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Dashboards and clients ask how many jobs are open, and when they end. */
class OpenJobCountsTest {
  private static final String TYPE = "imsImportImageJob";
  private static final Duration USUAL = Duration.ofMinutes(10);

  private final AdaptivePolicy policy =
      new AdaptivePolicy(Duration.ofSeconds(5), Duration.ofSeconds(1), Duration.ofMinutes(1));
  private final VirtualIms ims =
      new VirtualIms(EngineSettings.DEFAULTS, policy, VirtualIms.project(100, 100, 100));

  private void learn(int jobs) {
    for (int i = 0; i < jobs; i++) {
      policy.learn(TYPE, USUAL.toNanos());
    }
  }

  private PollerView.Forecast forecast(String jobId) {
    return ims.engine.view(jobId, ims.now()).forecast();
  }

  @Test
  void shouldCountRequestedJobsByTypeAndProject() {
    ims.restored(0).open(ims.watch("a")).open(ims.watch("b")).open(ims.subWatch("b", "b-1"));
    assertThat(ims.engine.openJobs()).containsExactly(new PollerView.OpenJobs(null, "p1", 2, 0));

    ims.script = id -> id.equals("a") ? ims.success(id) : ims.running(id);
    ims.pass(Duration.ofSeconds(5));

    assertThat(ims.engine.openJobs()).containsExactly(new PollerView.OpenJobs(TYPE, "p1", 1, 0));
  }

  @Test
  void shouldCountJobsThatRunTooLong() {
    learn(100);
    ims.restored(0).open(ims.watch("old"));
    ims.pass(Duration.ofMinutes(8));
    ims.open(ims.watch("young"));
    ims.pass(Duration.ofMinutes(1));
    assertThat(ims.engine.openJobs()).containsExactly(new PollerView.OpenJobs(TYPE, "p1", 2, 0));
    ims.pass(Duration.ofMinutes(3));
    assertThat(ims.engine.openJobs()).containsExactly(new PollerView.OpenJobs(TYPE, "p1", 2, 1));
    assertThat(forecast("old").overlong()).isTrue();
    assertThat(forecast("young").overlong()).isFalse();
  }

  @Test
  void shouldForecastTheEndOfAJobFromItsBegin() {
    learn(100);
    ims.script = id -> ims.body(id, "RUNNING", ", \"begin_time\": \"" + VirtualIms.START + "\"");
    ims.restored(0);
    ims.pass(Duration.ofMinutes(3));
    ims.open(ims.watch("a"));
    ims.pass(Duration.ofMinutes(1));

    PollerView.Forecast forecast = forecast("a");
    assertThat(forecast.elapsedMillis()).isEqualTo(Duration.ofMinutes(4).toMillis());
    assertThat(forecast.expectedEndAt())
        .isBetween(
            VirtualIms.START.plus(USUAL).minusSeconds(12),
            VirtualIms.START.plus(USUAL).plusSeconds(12));
    assertThat(forecast.expectedEndBy()).isAfterOrEqualTo(forecast.expectedEndAt());
    assertThat(forecast.overlong()).isFalse();
    assertThat(forecast.learnedJobs()).isEqualTo(100);
  }

  @Test
  void shouldSayWhenItDoesNotKnow() {
    learn(4);
    ims.restored(0).open(ims.watch("a"));
    ims.pass(Duration.ofSeconds(30));
    assertThat(forecast("a")).isEqualTo(new PollerView.Forecast(30_000, null, null, null, 4, null));
    ims.script = ims::success;
    ims.pass(Duration.ofMinutes(2));
    assertThat(forecast("a")).as("the end of an ended job is no forecast").isNull();
  }

  /** Progress is not an event: an answer that states it is an observation as any other. */
  @Test
  void shouldKnowTheProgressThatTheLatestAnswerStates() {
    ims.restored(0).open(ims.watch("a"));
    ims.script = id -> ims.body(id, "RUNNING", ", \"entities\": {\"process_percent\": \"0.25\"}");
    ims.pass(Duration.ofMinutes(1));
    assertThat(forecast("a").progress()).isEqualTo(0.25f);
    ims.script = id -> ims.body(id, "RUNNING", ", \"entities\": {\"process_percent\": 0.5}");
    ims.pass(Duration.ofMinutes(1));
    assertThat(forecast("a").progress()).isEqualTo(0.5f);
    ims.script = ims::running;
    ims.pass(Duration.ofMinutes(1));
    assertThat(forecast("a").progress()).isNull();
  }

  @Test
  void shouldTellHowLongAgoAPollSucceeded() {
    ims.restored(0).open(ims.watch("a"));
    ims.script = id -> VirtualIms.fault(FaultKind.AUTH);
    ims.pass(Duration.ofMinutes(5));
    assertThat(sinceSuccess()).isEqualTo(Duration.ofMinutes(5));
    ims.script = id -> VirtualIms.notFound();
    ims.pass(Duration.ofMinutes(3));
    assertThat(sinceSuccess()).isLessThan(Duration.ofMinutes(3));
  }

  private Duration sinceSuccess() {
    return ims.engine.view(ims.now()).projects().get(0).sinceSuccess();
  }
}
