package dev.imsbridge.service;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.control.ControlState;
import dev.imsbridge.poller.Poller;
import dev.imsbridge.poller.PollerView;
import dev.imsbridge.topology.TopologyService;
import dev.imsbridge.web.api.ApiJson;
import dev.imsbridge.web.api.ControlJson;
import dev.imsbridge.web.api.InstanceStatus;
import dev.imsbridge.web.api.PartitionStatus;
import dev.imsbridge.web.api.PollTimes;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;

/**
 * The current status of this process, as defined in the OpenAPI document. The fields of parts that
 * have not started are null or empty. The thread that starts the parts sets them; HTTP workers read
 * the status.
 */
final class BridgeStatus implements InstanceStatus, PollTimes {
  private final BridgeHealth health;
  private final Instant startedAt;
  private final String observations;
  private final String instance;
  private volatile TopologyService topology;
  private volatile Poller poller;
  private volatile Supplier<ControlState> control = () -> ControlState.NONE;

  /**
   * @param instance the advertised address of this process; empty if HTTP is off
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

  void control(Supplier<ControlState> state) {
    control = state;
  }

  @Override
  public ObjectNode status() {
    TopologyService folds = topology;
    Poller polls = poller;
    Map<String, Boolean> parts = new TreeMap<>(health.parts());
    return ApiJson.object()
        .put("instance", instance)
        .putPOJO("started_at", startedAt)
        .put("version", Build.current().version())
        .put("ready", !parts.containsValue(false))
        .putPOJO("parts", parts)
        .put("streams_state", folds == null ? null : folds.streams().state().name())
        .putPOJO("partitions", folds == null ? Set.of() : partitions(folds))
        .putPOJO("dead_letters", folds == null ? Map.of() : new TreeMap<>(folds.deadLetters()))
        .putPOJO("poller", polls == null ? null : polling(polls));
  }

  @Override
  public List<PartitionStatus> partitions() {
    TopologyService folds = topology;
    return folds == null
        ? List.of()
        : folds.partitions().stream().map(each -> PartitionStatus.of(each, instance)).toList();
  }

  private Set<Integer> partitions(TopologyService folds) {
    if (!folds.streams().state().isRunningOrRebalancing()) {
      return Set.of();
    }
    return folds.streams().metadataForLocalThreads().stream()
        .flatMap(thread -> thread.activeTasks().stream())
        .flatMap(task -> task.topicPartitions().stream())
        .filter(each -> each.topic().equals(observations))
        .map(TopicPartition::partition)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private ObjectNode polling(Poller poller) {
    PollerView view = poller.view();
    return ApiJson.object()
        .put("open_watches", view.openWatches())
        .put("parked", view.parkedWatches())
        .put("in_flight", view.inFlight())
        .putPOJO("polls", new TreeMap<>(view.counts().polls()))
        .putPOJO("projects", view.projects().stream().map(this::project).toList())
        .putPOJO("types", poller.types());
  }

  private ObjectNode project(PollerView.Project project) {
    return ApiJson.object()
        .put("name", project.name())
        .put("project_id", project.ref().projectId())
        .put("region", project.ref().region())
        .put("waiting", project.waiting())
        .put("overdue_ms", project.overdue().toMillis())
        .put("in_flight", project.inFlight())
        .put("calls_per_second", project.callsPerSecond())
        .put("throttled", project.throttled())
        .put("credentials_refused", project.credentialsRefused())
        .put("endpoint_down", project.endpointDown())
        .putPOJO("outage", project.outage())
        .putPOJO("paused", paused(project));
  }

  /** Returns the settings of this process with their sources. */
  static ObjectNode config(BridgeConfig config) {
    return ApiJson.object()
        .putPOJO(
            "settings",
            config.settings(true).stream()
                .map(
                    each ->
                        ApiJson.object()
                            .put("key", each.key())
                            .put("value", each.value().isEmpty() ? null : each.value())
                            .put("origin", each.origin()))
                .toList());
  }

  private ObjectNode paused(PollerView.Project project) {
    ControlState.Action pause = control.get().paused().get(project.ref());
    return pause == null ? null : ControlJson.pause(pause);
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
                          polled.nextPollAt(),
                          polled.attempts(),
                          polled.fault(),
                          polled.note(),
                          forecast(polled.forecast()))));
    }
    return times;
  }

  private static Forecast forecast(PollerView.Forecast forecast) {
    return forecast == null
        ? null
        : new Forecast(
            forecast.elapsedMillis(),
            forecast.expectedEndAt(),
            forecast.expectedEndBy(),
            forecast.overlong(),
            forecast.learnedJobs(),
            forecast.progress());
  }
}
