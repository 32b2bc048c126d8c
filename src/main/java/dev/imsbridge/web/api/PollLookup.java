package dev.imsbridge.web.api;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
 * Finds the next polls of watches, and the forecasts of their jobs. For watches that the local
 * poller does not have, the other instances are queried, for at most 1 s. The result omits watches
 * that none of them polls. Thread-safe.
 */
final class PollLookup {
  private static final String KEYS = "keys";

  /** The length of the keys in one request, which must fit in the request line. */
  private static final int MAX_CHARACTERS = 8_000;

  private static final long TIMEOUT_MILLIS = 1_000;

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

  /** Returns the next polls by watch key. Omits watches without a known poll. */
  Future<Map<String, PollTime>> of(ApiContext.Jobs jobs, Collection<String> keys) {
    if (keys.isEmpty()) {
      return Future.succeededFuture(Map.of());
    }
    return jobs.trees()
        .work(() -> jobs.services().polls().of(keys))
        .compose(polls -> complete(jobs, keys, polls))
        .otherwise(Map.of());
  }

  private Future<Map<String, PollTime>> complete(
      ApiContext.Jobs jobs, Collection<String> keys, Map<String, PollTime> own) {
    List<String> missing = keys.stream().filter(key -> !own.containsKey(key)).toList();
    if (missing.isEmpty()) {
      return Future.succeededFuture(own);
    }
    Collection<HostInfo> hosts = jobs.services().trees().instances();
    TypeReference<Map<String, PollTime>> type = new TypeReference<>() {};
    List<Future<Map<String, PollTime>>> answers =
        parts(missing).stream()
            .map(part -> context.peers().get(hosts, InternalPaths.POLLS, Map.of(KEYS, part), type))
            .flatMap(List::stream)
            .map(answer -> answer.timeout(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS))
            .toList();
    return Peers.results(answers)
        .map(
            found -> {
              Map<String, PollTime> polls = new HashMap<>();
              found.forEach(polls::putAll);
              polls.putAll(own);
              return polls;
            });
  }

  /** Adds the forecasts to the open jobs of a page. Returns the same page. */
  Future<JobTrees.Page> forecast(ApiContext.Jobs jobs, JobTrees.Page page) {
    List<String> open =
        page.jobs().entrySet().stream()
            .filter(job -> job.getValue().path("ended_at").asText().equals("null"))
            .map(Map.Entry::getKey)
            .toList();
    return of(jobs, open)
        .map(
            polls -> {
              polls.forEach((id, poll) -> JobView.forecast((ObjectNode) page.jobs().get(id), poll));
              return page;
            });
  }

  /** Splits the keys into comma-separated lists, one for each request. */
  static List<String> parts(Collection<String> keys) {
    List<String> parts = new ArrayList<>();
    StringBuilder part = new StringBuilder();
    for (String key : keys) {
      if (!part.isEmpty() && part.length() + key.length() >= MAX_CHARACTERS) {
        parts.add(part.toString());
        part.setLength(0);
      }
      part.append(part.isEmpty() ? "" : ",").append(key);
    }
    parts.add(part.toString());
    return parts;
  }
}
