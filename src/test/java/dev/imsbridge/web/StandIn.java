package dev.imsbridge.web;

import dev.imsbridge.web.api.EventSamplesApi;
import dev.imsbridge.web.stream.EventSamples;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * The real page with an API that the test controls: any job, any event, any fault, at any time.
 * Thread-safe.
 */
final class StandIn implements AutoCloseable {
  /** Shared: a start takes longer than most tests. Ends with the process. */
  private static final Vertx VERTX = Vertx.vertx();

  private final NavigableMap<String, JsonObject> jobs = new ConcurrentSkipListMap<>();
  private final Map<String, JsonArray> histories = new ConcurrentHashMap<>();
  private final Map<String, JsonObject> requests = new ConcurrentHashMap<>();
  private final Map<String, JsonObject> pasts = new ConcurrentHashMap<>();
  private final List<JsonObject> letters = new CopyOnWriteArrayList<>();
  private final List<String> events = new ArrayList<>();
  private final Set<HttpServerResponse> streams = ConcurrentHashMap.newKeySet();
  private final List<String> seen = new CopyOnWriteArrayList<>();
  private volatile JsonObject status = new JsonObject().put("instances", new JsonArray());
  private volatile JsonObject partitions =
      new JsonObject().put("partitions", new JsonArray()).put("partial", false);
  private volatile Duration offset = Duration.ofMinutes(-59);
  private final EventSamples samples = new EventSamples(() -> Instant.now().plus(offset));
  private final List<JsonObject> past = new CopyOnWriteArrayList<>();
  private volatile JsonObject refusal;
  private volatile String token;
  private volatile String evidence = "{}";
  private HttpServer server;
  private int port;

  static StandIn start() {
    StandIn standIn = new StandIn();
    standIn.clock(Duration.ZERO);
    standIn.listen();
    return standIn;
  }

  private void listen() {
    Router router = Router.router(VERTX);
    router
        .route()
        .handler(
            routing -> {
              Guard.protect(routing.response());
              routing.next();
            });
    PageFiles.mount(router);
    router.route("/api/*").handler(this::admit);
    router.get("/api/v1/jobs").handler(this::list);
    router.post("/api/v1/jobs").handler(BodyHandler.create(false)).handler(this::submit);
    router.get("/api/v1/events").handler(this::stream);
    router.get("/api/v1/status").handler(routing -> json(routing, 200, status));
    router.get("/api/v1/partitions").handler(routing -> json(routing, 200, partitions));
    EventSamplesApi.mount(router, samples);
    router.get("/api/v1/jobs/:id").handler(this::job);
    router.delete("/api/v1/jobs/:id").handler(routing -> json(routing, 202, new JsonObject()));
    router.get("/api/v1/jobs/:id/history").handler(this::history);
    router
        .get("/api/v1/jobs/:id/evidence/:partition/:offset")
        .handler(
            routing ->
                routing.response().putHeader("content-type", "application/json").end(evidence));
    router.get("/api/v1/history").handler(this::past);
    router.get("/api/v1/dead-letters").handler(this::letters);
    router.get("/api/v1/dead-letters/:partition/:offset").handler(this::letter);
    server =
        await(
            VERTX
                .createHttpServer(new HttpServerOptions().setHost("127.0.0.1"))
                .requestHandler(router)
                .listen(port));
    port = server.actualPort();
  }

  private static <T> T await(io.vertx.core.Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  String uri() {
    return "http://127.0.0.1:" + port;
  }

  // ---- controls for the test

  void job(JsonObject job) {
    jobs.put(job.getString("job_id"), job);
  }

  void history(String id, JsonArray entries) {
    histories.put(id, entries);
  }

  /** Sets the request in the history of a job. */
  void request(String id, JsonObject request) {
    requests.put(id, request);
  }

  /** Sets the history of a job that the bridge no longer has. */
  void past(String id, JsonObject document) {
    pasts.put(id, document);
  }

  /** Adds a line of the response to each search of the past. Without an end it does not end. */
  void past(JsonObject line) {
    past.add(line);
  }

  /** Adds a dead letter with its content. */
  void letter(JsonObject letter) {
    letters.add(letter);
  }

  void evidence(String body) {
    evidence = body;
  }

  void status(JsonObject body) {
    status = body;
  }

  void partitions(JsonObject... all) {
    partitions =
        new JsonObject().put("partitions", new JsonArray(List.of(all))).put("partial", false);
  }

  /** Sets the clock of the samples, relative to the present. They begin an hour ago. */
  void clock(Duration present) {
    offset = present;
  }

  /** Sets the required token. Null admits all clients. */
  void token(String wanted) {
    token = wanted;
  }

  /** Sets the error response to a POST. Null accepts requests. */
  void refuse(JsonObject problem) {
    refusal = problem;
  }

  /** Returns method, path and request body of each API request. */
  List<String> seen() {
    return List.copyOf(seen);
  }

  synchronized int streams() {
    return streams.size();
  }

  /** Publishes an event to connected clients, and to later ones that resume at an older id. */
  synchronized void publish(String kind, JsonObject event) {
    events.add(
        "id: %d\nevent: %s\ndata: %s\n\n".formatted(events.size() + 1, kind, event.encode()));
    streams.forEach(response -> response.write(events.get(events.size() - 1)));
    if (event.containsKey("type")) {
      samples.published(Jobs.published(event));
    }
  }

  /** Stops the server: nothing listens on the port, as after the end of the bridge. */
  void down() {
    streams.clear();
    await(server.close());
  }

  void up() {
    listen();
  }

  @Override
  public void close() {
    await(server.close());
  }

  // ---- responses

  private void admit(RoutingContext routing) {
    String wanted = token;
    if (wanted == null
        || ("Bearer " + wanted).equals(routing.request().getHeader("authorization"))) {
      routing.next();
      return;
    }
    problem(routing, 401, "Unauthorized", "This bridge requires a token.");
  }

  private void note(RoutingContext routing) {
    String body = routing.body().asString();
    seen.add(
        "%s %s%s"
            .formatted(
                routing.request().method(),
                routing.request().uri(),
                body == null ? "" : " " + body));
  }

  private void list(RoutingContext routing) {
    note(routing);
    int limit = Integer.parseInt(routing.request().getParam("limit", "100"));
    String cursor = routing.request().getParam("cursor", "");
    String q = routing.request().getParam("q", "");
    JsonArray page = new JsonArray();
    String next = null;
    for (JsonObject job : jobs.tailMap(cursor, false).values()) {
      if (page.size() == limit) {
        next = page.getJsonObject(limit - 1).getString("job_id");
        break;
      }
      if (q.isEmpty() || job.encode().contains(q)) {
        JsonObject row = job.copy();
        row.remove("jobs");
        page.add(row);
      }
    }
    json(
        routing,
        200,
        new JsonObject()
            .put("jobs", page)
            .put("next_cursor", next)
            .put("partial", false)
            .put("missing_partitions", new JsonArray()));
  }

  private void submit(RoutingContext routing) {
    note(routing);
    JsonObject refused = refusal;
    if (refused != null) {
      problem(
          routing,
          refused.getInteger("status"),
          refused.getString("title"),
          refused.getString("detail"));
      return;
    }
    String id = routing.body().asJsonObject().getString("job_id");
    job(Jobs.job(id, null).put("job_type", null).put("sequence", 0));
    json(
        routing,
        202,
        new JsonObject().put("job_id", id).put("accepted_at", Instant.now().toString()));
  }

  private void job(RoutingContext routing) {
    note(routing);
    String id = routing.pathParam("id");
    jobs.values().stream()
        .filter(job -> job.getString("job_id").equals(id))
        .findFirst()
        .ifPresentOrElse(
            job -> json(routing, 200, job),
            () -> problem(routing, 404, "Not Found", "No such job: " + id));
  }

  private void history(RoutingContext routing) {
    String id = routing.pathParam("id");
    note(routing);
    if (!jobs.containsKey(id)) {
      JsonObject past = pasts.get(id);
      if (past == null) {
        problem(routing, 404, "Not Found", "Nothing was published of this job.");
      } else {
        json(routing, 200, past);
      }
      return;
    }
    JsonArray entries = histories.getOrDefault(id, new JsonArray());
    json(routing, 200, new JsonObject().put("events", entries).put("request", requests.get(id)));
  }

  private void past(RoutingContext routing) {
    note(routing);
    HttpServerResponse response = routing.response().setChunked(true);
    response.putHeader("content-type", "application/x-ndjson");
    response.closeHandler(gone -> seen.add("GONE " + routing.request().uri()));
    for (JsonObject line : past) {
      response.write(line.encode() + "\n");
      if (line.containsKey("end") || line.containsKey("failed")) {
        response.end();
      }
    }
  }

  private void letters(RoutingContext routing) {
    note(routing);
    String topic = routing.request().getParam("topic", "");
    JsonArray listed = new JsonArray();
    for (JsonObject letter : letters) {
      if (letter.getJsonObject("source").getString("topic").endsWith(topic)) {
        JsonObject row = letter.copy();
        List.of("headers", "key", "value", "key_base64", "value_base64").forEach(row::remove);
        listed.add(row);
      }
    }
    json(routing, 200, new JsonObject().put("letters", listed).put("left_out", 0));
  }

  private void letter(RoutingContext routing) {
    note(routing);
    String wanted = routing.pathParam("partition") + "/" + routing.pathParam("offset");
    letters.stream()
        .filter(letter -> letter.getString("letter").equals(wanted))
        .findFirst()
        .ifPresentOrElse(
            letter -> json(routing, 200, letter),
            () -> problem(routing, 404, "Not Found", "there is no dead letter"));
  }

  private synchronized void stream(RoutingContext routing) {
    String last = routing.request().getHeader("last-event-id");
    int from = last == null ? events.size() : Integer.parseInt(last);
    seen.add("STREAM from " + last);
    HttpServerResponse response =
        routing.response().setChunked(true).putHeader("content-type", "text/event-stream");
    response.write("id: %d\nevent: ready\ndata: {}\n\n".formatted(from));
    events.subList(from, events.size()).forEach(response::write);
    streams.add(response);
    response.closeHandler(gone -> streams.remove(response));
  }

  private static void json(RoutingContext routing, int code, JsonObject body) {
    routing
        .response()
        .setStatusCode(code)
        .putHeader("content-type", "application/json")
        .putHeader("cache-control", "no-store")
        .end(body.encode());
  }

  private static void problem(RoutingContext routing, int code, String title, String detail) {
    routing
        .response()
        .setStatusCode(code)
        .putHeader("content-type", "application/problem+json")
        .end(
            new JsonObject()
                .put("type", "about:blank")
                .put("title", title)
                .put("status", code)
                .put("detail", detail)
                .encode());
  }
}
