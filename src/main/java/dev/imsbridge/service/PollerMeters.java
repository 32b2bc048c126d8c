package dev.imsbridge.service;

import dev.imsbridge.poller.PollerView;
import dev.imsbridge.topology.TypeLabels;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * Publishes the state of the poller as meters. They show the state at the last {@link #update},
 * because reading the poller may block and a scrape must not wait. Tags are outcome classes,
 * observation kinds, configured projects and a bounded number of job types, never jobs. One thread
 * calls {@link #update}; any thread may read the meters.
 */
final class PollerMeters {
  private final Supplier<PollerView> poller;
  private final Supplier<List<PollerView.OpenJobs>> jobs;
  private final MeterRegistry registry;
  private final TypeLabels types = new TypeLabels();

  /** The names and tags of the registered meters. */
  private final Set<String> registered = new HashSet<>();

  private volatile PollerView last = PollerView.NOTHING;
  private volatile Map<Group, Integer> open = Map.of();
  private volatile Map<String, Integer> overlong = Map.of();

  private record Group(String type, String project) {}

  /** Registers the meters. Those of outcomes, kinds and projects follow when they first occur. */
  PollerMeters(
      Supplier<PollerView> poller,
      Supplier<List<PollerView.OpenJobs>> jobs,
      MeterRegistry registry) {
    this.poller = poller;
    this.jobs = jobs;
    this.registry = registry;
    gauge("watches.open", "Jobs that are watched.", own -> own.last.openWatches());
    gauge(
        "watches.parked",
        "Jobs that have ended and are soon let go.",
        own -> own.last.parkedWatches());
    gauge("polls.in.flight", "GETs under way.", own -> own.last.inFlight());
    counter("answers.coalesced", "Answers equal to the last one.", PollerView.Counts::coalesced);
    counter(
        "answers.displaced", "Outcomes of watches that were gone.", PollerView.Counts::displaced);
    counter(
        "observations.failed",
        "Observations that did not reach Kafka.",
        PollerView.Counts::writeFailures);
  }

  /** Reads the poller's state and returns it. */
  PollerView update() {
    PollerView view = poller.get();
    last = view;
    view.counts().polls().keySet().forEach(this::outcome);
    view.counts().observations().keySet().forEach(this::kind);
    view.projects().forEach(project -> project(project.name()));
    update(jobs.get());
    return view;
  }

  private void update(List<PollerView.OpenJobs> found) {
    Map<Group, Integer> jobsOpen = new HashMap<>();
    Map<String, Integer> jobsOverlong = new HashMap<>();
    for (PollerView.OpenJobs each : found) {
      String type = types.of(each.jobType());
      jobsOpen.merge(new Group(type, each.project()), each.jobs(), Integer::sum);
      jobsOverlong.merge(type, each.overlong(), Integer::sum);
    }
    open = Map.copyOf(jobsOpen);
    overlong = Map.copyOf(jobsOverlong);
    jobsOpen.keySet().forEach(this::group);
    jobsOverlong.keySet().forEach(this::type);
  }

  private void group(Group group) {
    gauge(
        "jobs.open",
        "Requested jobs whose end has not been observed.",
        own -> own.open.getOrDefault(group, 0),
        Tag.of("type", group.type()),
        Tag.of("project", group.project()));
  }

  private void type(String type) {
    gauge(
        "jobs.overlong",
        "Open jobs that have run longer than 99 of 100 jobs of their type.",
        own -> own.overlong.getOrDefault(type, 0),
        Tag.of("type", type));
  }

  private void outcome(String outcome) {
    counter(
        "polls",
        "GETs that ended, by the class of their outcome.",
        counts -> counts.polls().getOrDefault(outcome, 0L),
        Tag.of("outcome", outcome));
  }

  private void kind(String kind) {
    counter(
        "observations",
        "Observations written.",
        counts -> counts.observations().getOrDefault(kind, 0L),
        Tag.of("kind", kind));
  }

  private void project(String name) {
    project(name, "waiting", "Jobs that wait for their next GET.", PollerView.Project::waiting);
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
    project(
        name,
        "since.success.seconds",
        "Time since IMS last answered a GET, or since the project has watches.",
        each -> each.sinceSuccess().toMillis() / 1e3);
    flag(name, "throttled", "Whether IMS wants fewer calls.", PollerView.Project::throttled);
    flag(
        name,
        "credentials.refused",
        "Whether IMS refuses the credentials.",
        PollerView.Project::credentialsRefused);
    flag(name, "paused", "Whether operators have paused polling.", PollerView.Project::paused);
    flag(name, "endpoint.down", "Whether IMS is away.", PollerView.Project::endpointDown);
  }

  private void flag(String name, String meter, String text, Predicate<PollerView.Project> value) {
    project(name, meter, text, each -> value.test(each) ? 1 : 0);
  }

  private void project(
      String name, String meter, String text, ToDoubleFunction<PollerView.Project> value) {
    gauge("project." + meter, text, own -> own.ofProject(name, value), Tag.of("project", name));
  }

  private double ofProject(String name, ToDoubleFunction<PollerView.Project> value) {
    return last.projects().stream()
        .filter(each -> each.name().equals(name))
        .mapToDouble(value)
        .findFirst()
        .orElse(0);
  }

  /** Registers a gauge, unless it is already registered. */
  private void gauge(String name, String text, ToDoubleFunction<PollerMeters> value, Tag... tags) {
    if (registered.add(name + List.of(tags))) {
      Gauge.builder("imsbridge." + name, this, value)
          .description(text)
          .tags(List.of(tags))
          .register(registry);
    }
  }

  /** Like {@link #gauge}, for a counter. */
  private void counter(
      String name, String text, ToDoubleFunction<PollerView.Counts> value, Tag... tags) {
    if (registered.add(name + List.of(tags))) {
      FunctionCounter.builder(
              "imsbridge." + name, this, own -> value.applyAsDouble(own.last.counts()))
          .description(text)
          .tags(List.of(tags))
          .register(registry);
    }
  }
}
