package dev.imsbridge.web.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imsbridge.job.ProjectRef;
import dev.imsbridge.web.http.BadRequestException;
import dev.imsbridge.web.http.Bodies;
import dev.imsbridge.web.http.Problems;
import dev.imsbridge.web.http.Query;
import dev.imsbridge.web.http.Routes;
import dev.imsbridge.wire.ControlAction;
import io.vertx.core.Handler;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The actions of operators, and the settings: {@code /api/v1/projects/{id}/pause} and {@code
 * resume}, {@code /api/v1/log-level}, {@code /api/v1/control} and {@code /api/v1/config}. An action
 * is written to Kafka; all instances read it from there and apply it. Thread-safe.
 */
final class ControlApi {
  private static final int MAX_BYTES = 4 << 10;
  private static final String PROJECT = "/api/v1/projects/:id/";

  private final ApiContext context;

  ControlApi(ApiContext context) {
    this.context = context;
  }

  void mount(Router router) {
    for (boolean paused : List.of(true, false)) {
      router
          .post(PROJECT + (paused ? "pause" : "resume"))
          .handler(body((routing, control, body) -> polling(routing, control, body, paused)));
    }
    router.put("/api/v1/log-level").handler(body(this::level));
    Routes.get(router, "/api/v1/control").handler(Query.none(context.control(this::state)));
    Routes.get(router, "/api/v1/config")
        .handler(
            Query.none(
                context.control(
                    (routing, control) -> ApiJson.send(routing, 200, control.config()))));
  }

  private interface WithBody {
    void handle(RoutingContext routing, ControlServices control, byte[] body);
  }

  private Handler<RoutingContext> body(WithBody handler) {
    return Query.none(
        Bodies.of(
            MAX_BYTES,
            (routing, body) ->
                context
                    .control((same, control) -> handler.handle(same, control, body))
                    .handle(routing)));
  }

  private void state(RoutingContext routing, ControlServices control) {
    ApiJson.send(
        routing,
        200,
        ControlJson.of(control.state().get(), control.projects(), control.levels().get()));
  }

  private void polling(
      RoutingContext routing, ControlServices control, byte[] body, boolean paused) {
    Map<String, String> fields = body.length == 0 ? Map.of() : fields(body, List.of("reason"));
    Optional<ProjectRef> project = valid(() -> control.projects().find(routing.pathParam("id")));
    if (project.isEmpty()) {
      Problems.notFound(routing.response(), control.projects().unknown());
    } else {
      write(
          routing, control, new ControlAction.Polling(project.get(), paused), fields.get("reason"));
    }
  }

  /** Turns the rejection of a value into the response to the client. */
  private static <T> T valid(Supplier<T> value) {
    try {
      return value.get();
    } catch (IllegalArgumentException e) {
      throw new BadRequestException(e.getMessage());
    }
  }

  private void level(RoutingContext routing, ControlServices control, byte[] body) {
    Map<String, String> fields = fields(body, List.of("logger", "level", "instance", "reason"));
    ControlAction.LogLevel change =
        valid(
            () ->
                new ControlAction.LogLevel(
                    fields.get("logger"), fields.get("level"), fields.get("instance")));
    write(routing, control, change, fields.get("reason"));
  }

  /**
   * Parses a body. The result omits fields that are null or blank.
   *
   * @throws BadRequestException if it is not an object with only these fields
   */
  static Map<String, String> fields(byte[] body, List<String> names) {
    JsonNode json = ApiJson.parse(body);
    boolean valid = json.isObject();
    Map<String, String> fields = new HashMap<>();
    for (Map.Entry<String, JsonNode> each : json.properties()) {
      valid &=
          names.contains(each.getKey())
              && (each.getValue().isTextual() || each.getValue().isNull());
      if (valid && !each.getValue().asText("").isBlank()) {
        fields.put(each.getKey(), each.getValue().asText());
      }
    }
    if (!valid) {
      throw new BadRequestException(
          "the body must be a JSON object with only these string fields: "
              + String.join(", ", names));
    }
    return fields;
  }

  private void write(
      RoutingContext routing, ControlServices control, ControlAction.Change change, String reason) {
    String client = routing.request().remoteAddress().hostAddress();
    ControlAction action = valid(() -> new ControlAction(change, "http", client, reason));
    context
        .kafka()
        .run(
            () -> {
              control.writer().write(action);
              return ControlJson.action(control.projects(), Instant.now(), action);
            })
        .onSuccess(json -> ApiJson.send(routing, 202, json))
        .onFailure(failure -> Failures.send(routing, failure));
  }
}
