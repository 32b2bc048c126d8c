package dev.imsbridge.web.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imsbridge.control.ControlState;
import dev.imsbridge.control.NamedProjects;
import dev.imsbridge.job.ProjectRef;
import dev.imsbridge.wire.ControlAction;
import java.time.Instant;
import java.util.Map;

/** The actions of operators in the shape of the OpenAPI document. */
public final class ControlJson {
  private ControlJson() {}

  /** Returns since when a project is paused, by whom, and why. */
  public static ObjectNode pause(ControlState.Action pause) {
    return who(ApiJson.object().putPOJO("since", pause.at()), pause.action());
  }

  static ObjectNode of(ControlState state, NamedProjects projects, Map<String, String> levels) {
    return ApiJson.object()
        .putPOJO(
            "paused",
            state.paused().entrySet().stream()
                .map(each -> project(projects, each.getKey()).setAll(pause(each.getValue())))
                .toList())
        .putPOJO("log_levels", levels)
        .putPOJO(
            "actions",
            state.latest().stream()
                .map(each -> action(projects, each.at(), each.action()))
                .toList());
  }

  static ObjectNode action(NamedProjects projects, Instant at, ControlAction action) {
    ObjectNode json = ApiJson.object().putPOJO("at", at).put("action", action.word());
    if (action.change() instanceof ControlAction.Polling polling) {
      json.set("project", project(projects, polling.project()));
    } else if (action.change() instanceof ControlAction.LogLevel log) {
      json.put("logger", log.logger()).put("level", log.level()).put("instance", log.instance());
    }
    return who(json, action);
  }

  private static ObjectNode project(NamedProjects projects, ProjectRef ref) {
    return ApiJson.object()
        .put("name", projects.name(ref))
        .put("project_id", ref.projectId())
        .put("region", ref.region());
  }

  private static ObjectNode who(ObjectNode json, ControlAction action) {
    return json.put("via", action.via()).put("by", action.by()).put("reason", action.reason());
  }
}
