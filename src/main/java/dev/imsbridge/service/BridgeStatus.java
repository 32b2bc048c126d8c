package dev.imsbridge.service;

import dev.imsbridge.poller.Poller;
import dev.imsbridge.poller.PollerView;
import dev.imsbridge.topology.TopologyService;
import dev.imsbridge.web.api.InstanceStatus;
import dev.imsbridge.web.api.PollTimes;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * The current status of this process, as far as its parts have started. HTTP workers read it; the
 * thread that starts the parts sets them.
 */
final class BridgeStatus implements Supplier<InstanceStatus>, PollTimes {
  private final BridgeHealth health;
  private final Instant startedAt;
  private final String observations;
  private final String instance;
  private volatile TopologyService topology;
  private volatile Poller poller;

  /**
   * @param instance the address under which other instances know this process
   * @param observations the name of the observations topic
   */
  BridgeStatus(BridgeHealth health, Instant startedAt, String instance, String observations) {
    this.health = health;
    this.startedAt = startedAt;
    this.instance = instance;
    this.observations = observations;
  }

  void topology(TopologyService started) {
    topology = started;
  }

  void poller(Poller started) {
    poller = started;
  }

  @Override
  public InstanceStatus get() {
    TopologyService folds = topology;
    Poller polls = poller;
    return new InstanceStatus(
        instance,
        startedAt,
        BridgeStatus.class.getPackage().getImplementationVersion(),
        health.parts(),
        folds == null ? null : folds.streams().state().name(),
        folds == null ? List.of() : partitions(folds),
        folds == null ? Map.of() : folds.deadLetters(),
        polls == null ? null : polling(polls));
  }

  private List<Integer> partitions(TopologyService folds) {
    TreeSet<Integer> partitions = new TreeSet<>();
    if (folds.streams().state().isRunningOrRebalancing()) {
      folds
          .streams()
          .metadataForLocalThreads()
          .forEach(
              thread ->
                  thread
                      .activeTasks()
                      .forEach(
                          task ->
                              task.topicPartitions().stream()
                                  .filter(each -> each.topic().equals(observations))
                                  .forEach(each -> partitions.add(each.partition()))));
    }
    return List.copyOf(partitions);
  }

  private static InstanceStatus.Polling polling(Poller poller) {
    PollerView view = poller.view();
    return new InstanceStatus.Polling(
        view.openWatches(),
        view.parkedWatches(),
        view.inFlight(),
        view.counts().polls(),
        view.projects().stream().map(BridgeStatus::project).toList(),
        poller.types().stream().map(BridgeStatus::type).toList());
  }

  private static InstanceStatus.Project project(PollerView.Project project) {
    return new InstanceStatus.Project(
        project.name(),
        project.ref(),
        project.waiting(),
        project.overdue(),
        project.inFlight(),
        project.callsPerSecond(),
        project.throttled(),
        project.credentialsRefused(),
        project.endpointDown(),
        outage(project.outage()));
  }

  private static InstanceStatus.Outage outage(PollerView.Outage outage) {
    return outage == null
        ? null
        : new InstanceStatus.Outage(
            outage.since(), outage.failures(), outage.fault(), outage.detail());
  }

  private static InstanceStatus.Type type(PollerView.Type type) {
    return new InstanceStatus.Type(
        type.jobType(), type.watches(), type.oldestOpenedAt(), type.nextPollAt(), type.faulty());
  }

  @Override
  public Map<String, PollTime> of(Collection<String> watchKeys) {
    Poller polls = poller;
    Map<String, PollTime> times = new HashMap<>();
    if (polls != null) {
      polls
          .views(watchKeys)
          .forEach(
              (key, polled) ->
                  times.put(
                      key,
                      new PollTime(
                          polled.nextPollAt(), polled.attempts(), polled.fault(), polled.note())));
    }
    return times;
  }
}
