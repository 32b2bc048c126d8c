package dev.imsbridge.web.api;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imsbridge.web.http.Query;
import dev.imsbridge.web.http.Routes;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.streams.state.HostInfo;

/**
 * {@code GET /api/v1/status}: the status of each instance that runs a topology, and of this one. An
 * instance that only polls runs no topology and cannot be discovered by others, so only its own
 * response contains it. An answer is cached for 1 s, because every open page requests it.
 * Thread-safe.
 */
final class StatusApi {
  private static final Duration MAX_AGE = Duration.ofSeconds(1);

  private final ApiContext context;
  private final SharedAnswer<ObjectNode> answer = new SharedAnswer<>(MAX_AGE, this::determine);

  StatusApi(ApiContext context) {
    this.context = context;
  }

  void mount(Router router) {
    Routes.get(router, "/api/v1/status").handler(Query.none(this::all));
    router.get(InternalPaths.STATUS).handler(routing -> ApiJson.send(routing, context.status()));
  }

  private void all(RoutingContext routing) {
    ApiJson.send(routing, answer.get());
  }

  private Future<ObjectNode> determine() {
    return context.status().compose(this::withOthers);
  }

  private Future<ObjectNode> withOthers(ObjectNode own) {
    ApiContext.Jobs jobs = context.now();
    Collection<HostInfo> hosts = jobs == null ? List.of() : jobs.services().trees().instances();
    List<Future<ObjectNode>> others =
        context.peers().get(hosts, InternalPaths.STATUS, Map.of(), new TypeReference<>() {});
    return Peers.results(others)
        .map(found -> merge(own, found).put("partial", found.size() < others.size()));
  }

  private static ObjectNode merge(ObjectNode own, List<ObjectNode> others) {
    Map<String, ObjectNode> all = new TreeMap<>();
    others.forEach(each -> all.put(each.path("instance").asText(), each));
    all.put(own.path("instance").asText(), own);
    return ApiJson.object().putPOJO("instances", all.values());
  }
}
