package dev.imsbridge.web.api;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.imsbridge.web.api.PollTimes.PollTime;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.streams.state.HostInfo;

/**
 * Finds the next poll of each watch in a tree. All watches of a tree belong to one poller. If it is
 * not the local one, the other instances are queried, for at most 1 s. The result is empty if none
 * of them polls the watches. Thread-safe.
 */
final class PollLookup {
  private static final String KEYS = "keys";

  /** The length of the keys in one request, which must fit in the request line. */
  private static final int MOST_CHARACTERS = 8_000;

  private static final long PATIENCE_MILLIS = 1_000;

  private final ApiContext context;

  PollLookup(ApiContext context) {
    this.context = context;
  }

  void mount(Router router) {
    router.get(InternalPaths.POLLS).handler(context.jobs(this::own));
  }

  private void own(RoutingContext routing, ApiContext.Jobs jobs) {
    List<String> keys = List.of(routing.request().getParam(KEYS, "").split(","));
    ApiJson.send(routing, jobs.trees().work(() -> jobs.services().polls().of(keys)));
  }

  /** Returns the next polls by watch key. Watches without a known poll are missing. */
  Future<Map<String, PollTime>> of(ApiContext.Jobs jobs, Collection<String> keys) {
    if (keys.isEmpty()) {
      return Future.succeededFuture(Map.of());
    }
    return jobs.trees()
        .work(() -> jobs.services().polls().of(keys))
        .compose(polls -> polls.isEmpty() ? elsewhere(jobs, keys) : Future.succeededFuture(polls))
        .otherwise(Map.of());
  }

  private Future<Map<String, PollTime>> elsewhere(ApiContext.Jobs jobs, Collection<String> keys) {
    List<Future<Map<String, PollTime>>> answers = new ArrayList<>();
    for (HostInfo other : jobs.trees().instances()) {
      for (String part : parts(keys)) {
        answers.add(
            context
                .peers()
                .get(
                    other,
                    InternalPaths.POLLS,
                    Map.of(KEYS, part),
                    new TypeReference<Map<String, PollTime>>() {})
                .timeout(PATIENCE_MILLIS, TimeUnit.MILLISECONDS));
      }
    }
    return Future.join(answers)
        .otherwiseEmpty()
        .map(
            done -> {
              Map<String, PollTime> polls = new HashMap<>();
              answers.stream().filter(Future::succeeded).map(Future::result).forEach(polls::putAll);
              return polls;
            });
  }

  /** Returns the keys as lists for one request each, separated by commas. */
  static List<String> parts(Collection<String> keys) {
    List<String> parts = new ArrayList<>();
    StringBuilder part = new StringBuilder();
    for (String key : keys) {
      if (!part.isEmpty() && part.length() + key.length() >= MOST_CHARACTERS) {
        parts.add(part.toString());
        part.setLength(0);
      }
      part.append(part.isEmpty() ? "" : ",").append(key);
    }
    parts.add(part.toString());
    return parts;
  }
}
