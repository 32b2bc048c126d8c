package dev.imsbridge.job;

import static dev.imsbridge.job.Story.ROOT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.job.Output.Audited;
import dev.imsbridge.job.Output.Completion;
import dev.imsbridge.job.Output.Status;
import dev.imsbridge.job.Output.Transition;
import dev.imsbridge.job.Output.WatchClosed;
import dev.imsbridge.job.Output.WatchOpened;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Checks that the outputs of any history satisfy the fold's laws, one output after the other, as a
 * consumer could. Does not use the tree.
 */
final class FoldLaws {
  private final Map<String, JobStatus> risen = new HashMap<>();
  private final Map<String, JobStatus> published = new HashMap<>();
  private final Set<String> lost = new HashSet<>();
  private final Map<String, Watch> open = new HashMap<>();
  private long sequence;
  private int accepted;
  private final Map<String, Integer> generations = new HashMap<>();
  private int completed;

  void check(List<Output> outputs) {
    outputs.forEach(this::check);
    long transitions = outputs.stream().filter(Transition.class::isInstance).count();
    long audited =
        outputs.stream()
            .filter(output -> output instanceof Audited entry)
            .map(Audited.class::cast)
            .filter(entry -> entry.what() == Decision.TRANSITION_PUBLISHED)
            .count();
    assertThat(audited).as("each transition is audited once").isEqualTo(transitions);
  }

  private void check(Output output) {
    if (output instanceof Audited entry && entry.what() == Decision.REQUEST_ACCEPTED) {
      assertThat(completed).as("accepted while still watched").isEqualTo(accepted);
      accepted++;
      lost.clear();
    } else if (output instanceof Transition transition) {
      transition(transition);
    } else if (output instanceof Completion completion) {
      completion(completion);
    } else if (output instanceof WatchOpened opened) {
      opened(opened.watch());
    } else if (output instanceof WatchClosed closed) {
      // Every poller that observes an unwatched job causes this output again.
      open.remove(Watch.key(ROOT, closed.jobId()));
    } else if (output instanceof Status status) {
      assertThat(status.state().sequence()).isEqualTo(sequence);
    }
  }

  private void transition(Transition transition) {
    String jobId = transition.state().jobId();
    JobStatus status = transition.state().status();
    assertThat(completed).as("published outside a watch: %s", transition).isEqualTo(accepted - 1);
    assertThat(lost).as("published after a loss: %s", transition).doesNotContain(jobId, ROOT);
    assertThat(transition.state().sequence()).isEqualTo(++sequence);
    assertThat(transition.previousStatus())
        .as("previous status of %s", transition)
        .isEqualTo(published.put(jobId, status));
    JobStatus before = risen.get(jobId);
    assertThat(before == null || !before.terminal()).as("after its end: %s", transition).isTrue();
    if (status == JobStatus.LOST) {
      assertThat(lost.add(jobId)).as("lost twice: %s", transition).isTrue();
    } else {
      assertThat(before == null || status.above(before)).as("fallen: %s", transition).isTrue();
      risen.put(jobId, status);
    }
  }

  private void completion(Completion completion) {
    completed++;
    assertThat(completed).as("a completion for each acceptance").isEqualTo(accepted);
    assertThat(open).as("watches open at the completion").isEmpty();
    assertThat(completion.state().jobId()).isEqualTo(ROOT);
    assertThat(completion.state().status()).isEqualTo(published.get(ROOT));
    assertThat(completion.state().sequence()).isEqualTo(sequence);
    assertThat(completion.outcome() == JobOutcome.LOST)
        .isEqualTo(completion.lostReason() != null)
        .isEqualTo(lost.contains(ROOT));
    for (Output.SubJob line : completion.subJobs()) {
      JobStatus said = lost.contains(line.jobId()) ? JobStatus.LOST : risen.get(line.jobId());
      assertThat(line.status()).as("line of %s", line).isEqualTo(said);
      assertThat(completion.outcome() == JobOutcome.LOST || line.status().terminal())
          .as("a sub-job that is not over: %s", line)
          .isTrue();
    }
  }

  private void opened(Watch watch) {
    Watch before = open.put(watch.key(), watch);
    if (before == null || before.generation() != watch.generation()) {
      assertThat(watch.generation())
          .as("each watch of a job has the next generation: %s", watch)
          .isEqualTo(generations.merge(watch.key(), 1, Integer::sum));
    } else {
      boolean described = before.jobType() == null && watch.jobType() != null;
      assertThat(described || watch.deadlineAt().isBefore(before.deadlineAt()))
          .as("opened again for nothing: %s", watch)
          .isTrue();
      assertThat(watch.deadlineAt()).isBeforeOrEqualTo(before.deadlineAt());
      assertThat(watch.openedAt()).isEqualTo(before.openedAt());
    }
  }

  void checkEnd() {
    assertThat(open).as("watches that nobody closed").isEmpty();
    assertThat(completed).as("completions for %s acceptances", accepted).isEqualTo(accepted);
  }
}
