package dev.imsbridge.web.api;

import dev.imsbridge.web.api.InstanceStatus.Polling;
import dev.imsbridge.web.http.Query;
import dev.imsbridge.web.http.Routes;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.kafka.streams.state.HostInfo;

/**
 * {@code GET /api/v1/status}: the status of each instance that runs a topology, and of this one. An
 * instance that only polls runs no topology and cannot be discovered by others, so only its own
 * response contains it. Thread-safe.
 */
public final class StatusApi {
  private final ApiContext context;

  public StatusApi(ApiContext context) {
    this.context = context;
  }

  public void mount(Router router) {
    Routes.get(router, "/api/v1/status").handler(Query.none(this::all));
    router.get(InternalApi.STATUS).handler(this::own);
  }

  private void own(RoutingContext routing) {
    context
        .status()
        .onSuccess(status -> context.json(routing, 200, json(status)))
        .onFailure(failure -> context.failed(routing, failure));
  }

  private void all(RoutingContext routing) {
    context
        .status()
        .compose(own -> others().map(others -> together(own, others)))
        .onSuccess(status -> context.json(routing, 200, status))
        .onFailure(failure -> context.failed(routing, failure));
  }

  /** Queries the other instances. The future of an instance that does not answer has failed. */
  private Future<List<Future<JsonObject>>> others() {
    ApiContext.Jobs jobs = context.now();
    Collection<HostInfo> hosts = jobs == null ? List.of() : jobs.trees().instances();
    List<Future<JsonObject>> told = new ArrayList<>();
    for (HostInfo host : hosts) {
      told.add(
          context
              .peers()
              .get(host, InternalApi.STATUS, Map.of())
              .compose(
                  reply ->
                      reply.status() == 200
                          ? Future.succeededFuture(reply.body().toJsonObject())
                          : Future.failedFuture("status " + reply.status())));
    }
    return Future.join(told).otherwiseEmpty().map(done -> told);
  }

  private static JsonObject together(InstanceStatus own, List<Future<JsonObject>> others) {
    Map<String, JsonObject> all = new TreeMap<>();
    for (Future<JsonObject> other : others) {
      if (other.succeeded()) {
        all.put(String.valueOf(other.result().getValue("instance")), other.result());
      }
    }
    all.put(own.instance(), json(own));
    return new JsonObject()
        .put("instances", new JsonArray(List.copyOf(all.values())))
        .put("partial", others.stream().anyMatch(Future::failed));
  }

  private static JsonObject json(InstanceStatus status) {
    JsonObject parts = new JsonObject();
    new TreeMap<>(status.parts()).forEach(parts::put);
    JsonObject deadLetters = new JsonObject();
    new TreeMap<>(status.deadLetters()).forEach(deadLetters::put);
    return new JsonObject()
        .put("instance", status.instance())
        .put("started_at", JobView.time(status.startedAt()))
        .put("version", status.version())
        .put("ready", !status.parts().containsValue(false))
        .put("parts", parts)
        .put("streams_state", status.streamsState())
        .put("partitions", new JsonArray(List.copyOf(new TreeSet<>(status.partitions()))))
        .put("dead_letters", deadLetters)
        .put("poller", status.poller() == null ? null : json(status.poller()));
  }

  private static JsonObject json(Polling poller) {
    JsonObject polls = new JsonObject();
    new TreeMap<>(poller.polls()).forEach(polls::put);
    return new JsonObject()
        .put("open_watches", poller.openWatches())
        .put("parked", poller.parked())
        .put("in_flight", poller.inFlight())
        .put("polls", polls)
        .put("projects", array(poller.projects(), StatusApi::json))
        .put("types", array(poller.types(), StatusApi::json));
  }

  private static <T> JsonArray array(List<T> values, Function<T, JsonObject> json) {
    return new JsonArray(values.stream().map(json).toList());
  }

  private static JsonObject json(InstanceStatus.Project project) {
    return new JsonObject()
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
        .put("outage", project.outage() == null ? null : json(project.outage()));
  }

  private static JsonObject json(InstanceStatus.Outage outage) {
    return new JsonObject()
        .put("since", JobView.time(outage.since()))
        .put("failures", outage.failures())
        .put("fault", outage.fault())
        .put("detail", outage.detail());
  }

  private static JsonObject json(InstanceStatus.Type type) {
    return new JsonObject()
        .put("job_type", type.jobType())
        .put("watches", type.watches())
        .put("oldest_opened_at", JobView.time(type.oldestOpenedAt()))
        .put("next_poll_at", JobView.time(type.nextPollAt()))
        .put("faulty", type.faulty());
  }
}
