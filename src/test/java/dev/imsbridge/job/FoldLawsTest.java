package dev.imsbridge.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.job.Output.Completion;
import dev.imsbridge.job.Output.Transition;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Checks the fold's laws for thousands of random histories. */
class FoldLawsTest {
  private static final int CASES = 700;

  @Test
  void shouldKeepItsLawsWhateverHappens() {
    Seeds.each(
        CASES,
        random -> {
          FoldLaws laws = new FoldLaws();
          outputs(RandomScenario.anything(random)).forEach(laws::check);
          laws.checkEnd();
        });
  }

  /**
   * In any order: at most one event per job and status, no status falls, only the first end counts.
   */
  @Test
  void shouldKeepItsLawsInAnyOrder() {
    Seeds.each(
        CASES,
        random -> {
          List<Step> steps = RandomScenario.anything(random);
          Collections.shuffle(steps, random);
          FoldLaws laws = new FoldLaws();
          outputs(steps).forEach(laws::check);
        });
  }

  @Test
  void shouldPublishTheSameForObservationsThatComeTwiceInARow() {
    Seeds.each(
        CASES,
        random -> {
          List<Step> steps = RandomScenario.anything(random);
          List<Step> repeated = new ArrayList<>();
          for (Step step : steps) {
            repeated.add(step);
            for (int again = random.nextInt(3); step.observed() && again > 0; again--) {
              repeated.add(step.at(1_000_000 + repeated.size()));
            }
          }
          List<Output> once = events(held(steps));
          List<Output> twice = events(held(repeated));
          assertThat(moves(twice)).isEqualTo(moves(once));
          assertThat(twice).isEqualTo(once);
        });
  }

  @Test
  void shouldPublishTheSameForAnswersThatComeAgainAtAnyLaterTime() {
    Seeds.each(
        CASES,
        random -> {
          List<Step> steps = RandomScenario.answers(random);
          assertThat(moves(events(outputs(withLaterEchoes(steps, random)))))
              .isEqualTo(moves(events(outputs(steps))));
        });
  }

  @Test
  void shouldGiveTheSameOutputsForTheSameInputs() {
    Seeds.each(
        CASES / 4,
        random -> {
          List<Step> steps = RandomScenario.anything(random);
          assertThat(outputs(steps)).isEqualTo(outputs(steps));
        });
  }

  @Test
  void shouldLeaveTheTreeItWasGivenAlone() {
    Seeds.each(
        CASES / 4,
        random -> {
          JobTree tree = null;
          for (Step step : RandomScenario.anything(random)) {
            String before = String.valueOf(tree);
            JobTree after = Fold.fold(RandomScenario.RULES, tree, step.input()).tree();
            assertThat(String.valueOf(tree)).isEqualTo(before);
            tree = after;
          }
        });
  }

  @Test
  void shouldBoundTheTree() {
    Seeds.each(
        CASES / 4,
        random -> {
          JobTree tree = null;
          for (Step step : RandomScenario.anything(random)) {
            tree = Fold.fold(RandomScenario.RULES, tree, step.input()).tree();
            if (tree != null) {
              assertThat(tree.nodes())
                  .hasSizeLessThanOrEqualTo(RandomScenario.RULES.maxSubJobs() + 1);
              assertThat(tree.nodes().keySet()).allMatch(JobId::valid);
            }
          }
        });
  }

  private static List<Step> withLaterEchoes(List<Step> steps, Random random) {
    List<Step> all = new ArrayList<>(steps);
    for (Step step : steps) {
      if (step.observed() && random.nextBoolean()) {
        int after = all.indexOf(step) + 1;
        int at = after + random.nextInt(all.size() - after + 1);
        all.add(at, step.at(1_000_000 + all.size()));
      }
    }
    return all;
  }

  private static List<List<Output>> outputs(List<Step> steps) {
    List<List<Output>> outputs = new ArrayList<>();
    JobTree tree = null;
    for (Step step : steps) {
      Fold.Folded folded = Fold.fold(RandomScenario.RULES, tree, step.input());
      tree = folded.tree();
      outputs.add(folded.outputs());
    }
    return outputs;
  }

  /** The same steps, each observed by the poller that holds the watch open at that time. */
  private static List<List<Output>> held(List<Step> steps) {
    List<List<Output>> outputs = new ArrayList<>();
    JobTree tree = null;
    for (Step step : steps) {
      Step held = step.of(Story.generation(tree, step.jobId()));
      Fold.Folded folded = Fold.fold(RandomScenario.RULES, tree, held.input());
      tree = folded.tree();
      outputs.add(folded.outputs());
    }
    return outputs;
  }

  private static List<Output> events(List<List<Output>> outputs) {
    return outputs.stream()
        .flatMap(List::stream)
        .filter(output -> output instanceof Transition || output instanceof Completion)
        .toList();
  }

  /** The statuses of each job, and the outcome. */
  private static List<String> moves(List<Output> events) {
    return events.stream()
        .map(
            event ->
                event instanceof Transition transition
                    ? transition.state().jobId()
                        + ": "
                        + transition.previousStatus()
                        + " to "
                        + transition.state().status()
                    : ((Completion) event).outcome() + " " + ((Completion) event).subJobs().size())
        .toList();
  }
}
