package dev.imsbridge.web.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imsbridge.control.ControlState;
import dev.imsbridge.wire.ControlAction;

/** The actions of operators in the shape of the OpenAPI document. */
public final class ControlJson {
  private ControlJson() {}

  /** Returns since when a project is paused, by whom, and why. */
  public static ObjectNode pause(ControlState.Action pause) {
    return who(ApiJson.object().putPOJO("since", pause.at()), pause.action());
  }

  static ObjectNode who(ObjectNode json, ControlAction action) {
    return json.put("via", action.via()).put("by", action.by()).put("reason", action.reason());
  }
}
