package dev.imsbridge.control;

import dev.imsbridge.job.ProjectRef;
import dev.imsbridge.wire.ControlAction;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The state that follows from all actions of operators so far. Immutable.
 *
 * @param paused the paused projects, each with the action that paused it
 * @param latest the latest actions, the newest first
 */
public record ControlState(Map<ProjectRef, Action> paused, List<Action> latest) {
  public static final ControlState NONE = new ControlState(Map.of(), List.of());

  /** The number of actions in {@link #latest}. */
  static final int MAX_LATEST = 100;

  /**
   * An action and its time.
   *
   * @param at the timestamp of its record, which is the time of the broker
   */
  public record Action(Instant at, ControlAction action) {}

  public ControlState {
    paused = Map.copyOf(paused);
    latest = List.copyOf(latest);
  }

  /**
   * Returns the state after one more action.
   *
   * @param known the configured projects. Others cannot be paused, which bounds {@link #paused}.
   */
  ControlState after(Action next, Set<ProjectRef> known) {
    Map<ProjectRef, Action> projects = new HashMap<>(paused);
    if (next.action().change() instanceof ControlAction.Polling polling) {
      if (polling.paused() && known.contains(polling.project())) {
        projects.put(polling.project(), next);
      } else {
        projects.remove(polling.project());
      }
    }
    List<Action> actions =
        Stream.concat(Stream.of(next), latest.stream()).limit(MAX_LATEST).toList();
    return new ControlState(projects, actions);
  }
}
