package dev.imsbridge.web.api;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.streams.state.HostInfo;

/**
 * Finds the next poll of each watch in a tree. All watches of a tree belong to one poller. If it is
 * not the local one, the other instances are queried, for at most 1 s. The result is empty if none
 * of them polls the watches. Thread-safe.
 */
public final class PollSearch {
  private static final String KEYS = "keys";

  /** The maximum length of the keys in one request, which must fit in the request line. */
  private static final int MOST_CHARACTERS = 2_500;

  private static final long PATIENCE_MILLIS = 1_000;

  private final ApiContext context;

  public PollSearch(ApiContext context) {
    this.context = context;
  }

  public void mount(Router router) {
    router.get(InternalApi.POLLS).handler(context.jobs(this::own));
  }

  private void own(RoutingContext routing, ApiContext.Jobs jobs) {
    String keys = routing.request().getParam(KEYS, "");
    jobs.trees()
        .work(() -> here(jobs, List.of(keys.split(","))))
        .onSuccess(polls -> context.json(routing, 200, polls))
        .onFailure(failure -> context.failed(routing, failure));
  }

  /** Returns the next polls by watch key. Watches without a known poll are missing. */
  Future<JsonObject> of(ApiContext.Jobs jobs, Collection<String> keys) {
    if (keys.isEmpty()) {
      return Future.succeededFuture(new JsonObject());
    }
    return jobs.trees()
        .work(() -> here(jobs, keys))
        .compose(polls -> polls.isEmpty() ? elsewhere(jobs, keys) : Future.succeededFuture(polls))
        .otherwise(new JsonObject());
  }

  private static JsonObject here(ApiContext.Jobs jobs, Collection<String> keys) {
    JsonObject polls = new JsonObject();
    jobs.services()
        .polls()
        .of(keys)
        .forEach(
            (key, time) ->
                polls.put(
                    key,
                    new JsonObject()
                        .put("next_poll_at", JobView.time(time.nextPollAt()))
                        .put("attempts", time.attempts())
                        .put("fault", time.fault())
                        .put("note", time.note())));
    return polls;
  }

  private Future<JsonObject> elsewhere(ApiContext.Jobs jobs, Collection<String> keys) {
    List<Future<JsonObject>> answers = new ArrayList<>();
    for (HostInfo other : jobs.trees().instances()) {
      answers.add(
          context
              .peers()
              .get(other, InternalApi.POLLS, Map.of(KEYS, some(keys)))
              .timeout(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
              .map(reply -> reply.status() == 200 ? object(reply.body()) : new JsonObject()));
    }
    return Future.join(answers)
        .otherwiseEmpty()
        .map(
            done ->
                answers.stream()
                    .filter(Future::succeeded)
                    .map(Future::result)
                    .filter(polls -> !polls.isEmpty())
                    .findFirst()
                    .orElseGet(JsonObject::new));
  }

  private static JsonObject object(Buffer body) {
    return body.toJsonObject();
  }

  private static String some(Collection<String> keys) {
    StringBuilder text = new StringBuilder();
    for (String key : keys) {
      if (text.length() + key.length() > MOST_CHARACTERS) {
        break;
      }
      text.append(text.isEmpty() ? "" : ",").append(key);
    }
    return text.toString();
  }
}
