package dev.imsbridge.service;

import dev.imsbridge.poller.PollerView;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * Publishes the state of the poller as meters. They show the state at the last {@link #look}:
 * reading the poller may block for a moment, and a scrape must not wait. Tags are outcome classes,
 * observation kinds and configured projects, never jobs. One thread calls {@link #look}; any thread
 * may read the meters.
 */
final class PollerMeters {
  private final Supplier<PollerView> poller;
  private final MeterRegistry registry;
  private final Set<String> known = new HashSet<>();
  private volatile PollerView last = PollerView.NOTHING;

  /** Registers the meters. Those of outcomes, kinds and projects follow when they first occur. */
  PollerMeters(Supplier<PollerView> poller, MeterRegistry registry) {
    this.poller = poller;
    this.registry = registry;
    gauge("watches.open", "Jobs that are watched.", PollerView::openWatches);
    gauge("watches.parked", "Jobs that have ended and are soon let go.", PollerView::parkedWatches);
    gauge("polls.in.flight", "GETs under way.", PollerView::inFlight);
    counter(
        "answers.coalesced", "Answers equal to the last one.", view -> view.counts().coalesced());
    counter(
        "answers.displaced",
        "Outcomes of watches that were gone.",
        view -> view.counts().displaced());
    counter(
        "observations.failed",
        "Observations that did not reach Kafka.",
        view -> view.counts().writeFailures());
  }

  /** Reads the poller's state and returns it. */
  PollerView look() {
    PollerView view = poller.get();
    last = view;
    view.counts().polls().keySet().forEach(this::outcome);
    view.counts().observations().keySet().forEach(this::kind);
    view.projects().forEach(project -> project(project.name()));
    return view;
  }

  private void outcome(String outcome) {
    if (known.add("outcome " + outcome)) {
      FunctionCounter.builder(
              "imsbridge.polls", this, own -> own.last.counts().polls().getOrDefault(outcome, 0L))
          .description("GETs that ended, by the class of their outcome.")
          .tag("outcome", outcome)
          .register(registry);
    }
  }

  private void kind(String kind) {
    if (known.add("kind " + kind)) {
      FunctionCounter.builder(
              "imsbridge.observations",
              this,
              own -> own.last.counts().observations().getOrDefault(kind, 0L))
          .description("Observations written.")
          .tag("kind", kind)
          .register(registry);
    }
  }

  private void project(String name) {
    if (known.add("project " + name)) {
      project(name, "waiting", "Jobs that wait for their next GET.", each -> each.waiting());
      project(name, "in.flight", "GETs under way.", PollerView.Project::inFlight);
      project(
          name,
          "overdue.seconds",
          "How late the most overdue GET is.",
          each -> each.overdue().toMillis() / 1e3);
      project(
          name,
          "calls.per.second",
          "The rate granted at present.",
          PollerView.Project::callsPerSecond);
      flag(name, "throttled", "Whether IMS wants fewer calls.", PollerView.Project::throttled);
      flag(
          name,
          "credentials.refused",
          "Whether IMS refuses the credentials.",
          PollerView.Project::credentialsRefused);
      flag(name, "endpoint.down", "Whether IMS is away.", PollerView.Project::endpointDown);
    }
  }

  private void flag(
      String name, String meter, String text, Function<PollerView.Project, Boolean> value) {
    project(name, meter, text, each -> value.apply(each) ? 1 : 0);
  }

  private void project(
      String name, String meter, String text, ToDoubleFunction<PollerView.Project> value) {
    Gauge.builder("imsbridge.project." + meter, this, own -> own.ofProject(name, value))
        .description(text)
        .tag("project", name)
        .register(registry);
  }

  private double ofProject(String name, ToDoubleFunction<PollerView.Project> value) {
    return last.projects().stream()
        .filter(each -> each.name().equals(name))
        .mapToDouble(value)
        .findFirst()
        .orElse(0);
  }

  private void gauge(String name, String text, ToDoubleFunction<PollerView> value) {
    Gauge.builder("imsbridge." + name, this, own -> value.applyAsDouble(own.last))
        .description(text)
        .register(registry);
  }

  private void counter(String name, String text, ToDoubleFunction<PollerView> value) {
    FunctionCounter.builder("imsbridge." + name, this, own -> value.applyAsDouble(own.last))
        .description(text)
        .register(registry);
  }
}
