package dev.imsbridge.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.job.ProjectRef;
import dev.imsbridge.wire.ControlAction;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A restarted instance computes the same pauses from the same records. */
class ControlStateTest {
  private static final ProjectRef ONE = new ProjectRef("cn-north-4", "p1");
  private static final ProjectRef TWO = new ProjectRef("cn-north-4", "p2");

  private ControlState state = ControlState.NONE;
  private int seconds;

  private ControlState.Action done(ControlAction.Change change) {
    ControlState.Action action =
        new ControlState.Action(
            Instant.ofEpochSecond(++seconds), new ControlAction(change, "cli", "root", null));
    state = state.after(action, Set.of(ONE, TWO));
    return action;
  }

  private ControlState.Action pause(ProjectRef project) {
    return done(new ControlAction.Polling(project, true));
  }

  private void resume(ProjectRef project) {
    done(new ControlAction.Polling(project, false));
  }

  @Test
  void shouldCountTheLatestActionOfEachProject() {
    pause(ONE);
    ControlState.Action two = pause(TWO);
    resume(ONE);
    resume(ONE);
    done(new ControlAction.LogLevel("dev.imsbridge", "debug", null));
    assertThat(state.paused()).containsOnlyKeys(TWO).containsValue(two);
    ControlState.Action again = pause(TWO);
    assertThat(state.paused()).containsOnlyKeys(TWO).containsValue(again);
    resume(TWO);
    assertThat(state.paused()).isEmpty();
  }

  /** Any number of projects may be named on the topic. */
  @Test
  void shouldListTheActionOnAnUnknownProjectWithoutAPause() {
    ControlState.Action other = pause(new ProjectRef("cn-north-4", "of-another-bridge"));
    assertThat(state.paused()).isEmpty();
    assertThat(state.latest()).containsExactly(other);
  }

  @Test
  void shouldKeepTheLatestActionsAndEveryPause() {
    ControlState.Action first = pause(ONE);
    for (int i = 0; i < 2 * ControlState.MAX_LATEST; i++) {
      pause(TWO);
      resume(TWO);
    }
    assertThat(state.latest()).hasSize(ControlState.MAX_LATEST);
    assertThat(state.latest().get(0).at()).isEqualTo(Instant.ofEpochSecond(seconds));
    assertThat(state.latest().get(1).at()).isEqualTo(Instant.ofEpochSecond(seconds - 1));
    assertThat(state.paused()).containsOnlyKeys(ONE).containsValue(first);
  }
}
