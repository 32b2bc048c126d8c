package dev.imsbridge.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.job.ProjectRef;
import dev.imsbridge.poller.PollerView;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Alerts are written against these names, and a scrape must not hold up the poller. */
class PollerMetersTest {
  private static final PollerView BUSY =
      new PollerView(
          true,
          7,
          2,
          3,
          new PollerView.Counts(
              Map.of("answer", 40L, "throttled", 1L),
              Map.of("answer", 30L, "expired", 1L),
              10,
              4,
              5),
          List.of(
              new PollerView.Project(
                  "imaging",
                  new ProjectRef("local", "p1"),
                  4,
                  Duration.ofMillis(1500),
                  3,
                  2.5,
                  true,
                  false,
                  false,
                  null,
                  Duration.ofSeconds(90),
                  true)));

  private static final List<PollerView.OpenJobs> JOBS =
      List.of(
          new PollerView.OpenJobs("imsImportImageJob", "imaging", 3, 2),
          new PollerView.OpenJobs(null, "imaging", 1, 0));

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  @Test
  void shouldShowWhatThePollerDoes() {
    PollerMeters meters = new PollerMeters(() -> BUSY, () -> JOBS, registry);
    assertThat(meters.update()).isSameAs(BUSY);
    assertThat(registry.scrape().lines())
        .contains(
            "imsbridge_watches_open 7.0",
            "imsbridge_watches_parked 2.0",
            "imsbridge_polls_in_flight 3.0",
            "imsbridge_polls_total{outcome=\"answer\"} 40.0",
            "imsbridge_polls_total{outcome=\"throttled\"} 1.0",
            "imsbridge_observations_total{kind=\"expired\"} 1.0",
            "imsbridge_answers_coalesced_total 10.0",
            "imsbridge_answers_displaced_total 4.0",
            "imsbridge_observations_failed_total 5.0",
            "imsbridge_project_waiting{project=\"imaging\"} 4.0",
            "imsbridge_project_overdue_seconds{project=\"imaging\"} 1.5",
            "imsbridge_project_calls_per_second{project=\"imaging\"} 2.5",
            "imsbridge_project_since_success_seconds{project=\"imaging\"} 90.0",
            "imsbridge_jobs_open{project=\"imaging\",type=\"imsImportImageJob\"} 3.0",
            "imsbridge_jobs_open{project=\"imaging\",type=\"unknown\"} 1.0",
            "imsbridge_jobs_overlong{type=\"imsImportImageJob\"} 2.0",
            "imsbridge_jobs_overlong{type=\"unknown\"} 0.0",
            "imsbridge_project_throttled{project=\"imaging\"} 1.0",
            "imsbridge_project_paused{project=\"imaging\"} 1.0",
            "imsbridge_project_credentials_refused{project=\"imaging\"} 0.0",
            "imsbridge_project_endpoint_down{project=\"imaging\"} 0.0");
  }

  @Test
  void shouldNeverAskThePollerWhenItIsScraped() {
    AtomicInteger asked = new AtomicInteger();
    PollerMeters meters =
        new PollerMeters(
            () -> {
              asked.incrementAndGet();
              return BUSY;
            },
            () -> JOBS,
            registry);
    assertThat(registry.scrape()).contains("imsbridge_watches_open 0.0");
    assertThat(asked).hasValue(0);
    meters.update();
    meters.update();
    assertThat(registry.scrape()).contains("imsbridge_watches_open 7.0");
    assertThat(asked).hasValue(2);
  }

  @Test
  void shouldShowZeroOnceTheJobsOfATypeHaveEnded() {
    AtomicInteger looks = new AtomicInteger();
    PollerMeters meters =
        new PollerMeters(
            () -> BUSY, () -> looks.getAndIncrement() == 0 ? JOBS : List.of(), registry);
    meters.update();
    meters.update();
    assertThat(registry.scrape())
        .contains("imsbridge_jobs_open{project=\"imaging\",type=\"imsImportImageJob\"} 0.0")
        .contains("imsbridge_jobs_overlong{type=\"imsImportImageJob\"} 0.0");
  }

  /** Otherwise names that come from outside could fill the memory of the monitoring. */
  @Test
  void shouldAddTheJobsOfFurtherTypes() {
    List<PollerView.OpenJobs> many =
        IntStream.range(0, 100)
            .mapToObj(i -> new PollerView.OpenJobs("type-" + i, "imaging", 1, 1))
            .toList();
    new PollerMeters(() -> BUSY, () -> many, registry).update();
    assertThat(registry.scrape())
        .contains("imsbridge_jobs_open{project=\"imaging\",type=\"type-31\"} 1.0")
        .contains("imsbridge_jobs_open{project=\"imaging\",type=\"other\"} 68.0")
        .contains("imsbridge_jobs_overlong{type=\"other\"} 68.0");
  }

  @Test
  void shouldShowAProjectThatIsNotAskedAnyMoreAsIdle() {
    AtomicInteger looks = new AtomicInteger();
    PollerMeters meters =
        new PollerMeters(
            () -> looks.getAndIncrement() == 0 ? BUSY : PollerView.NOTHING, List::of, registry);
    meters.update();
    meters.update();
    assertThat(registry.scrape())
        .contains("imsbridge_project_waiting{project=\"imaging\"} 0.0")
        .contains("imsbridge_project_throttled{project=\"imaging\"} 0.0");
  }
}
