package dev.imsbridge.cli;

import dev.imsbridge.cli.common.EventText;
import dev.imsbridge.history.PublishedEvent;
import dev.imsbridge.simulator.ExpectedJob;
import dev.imsbridge.terminal.Columns;
import dev.imsbridge.terminal.Palette;
import dev.imsbridge.terminal.SafeText;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Compares the results of the demo's jobs with the expected ones. Owned by one thread. */
final class DemoReport {
  private final Map<String, ExpectedJob> jobs = new LinkedHashMap<>();
  private final Map<String, PublishedEvent> completions = new HashMap<>();
  private final Map<String, Integer> transitions = new HashMap<>();
  private final Set<String> seen = new HashSet<>();
  private final Palette palette;
  private int repeated;

  DemoReport(List<ExpectedJob> expected, Palette palette) {
    this.palette = palette;
    expected.forEach(job -> jobs.put(job.jobId(), job));
  }

  void add(PublishedEvent event) {
    if (!seen.add(event.id())) {
      repeated++;
    }
    if (event.completion()) {
      completions.put(event.jobId(), event);
    } else {
      transitions.merge(event.rootJobId(), 1, Integer::sum);
    }
  }

  /** Whether the completion of every job has arrived. */
  boolean ended() {
    return completions.keySet().containsAll(jobs.keySet());
  }

  /** Whether every completion is the expected one and no event arrived twice. */
  boolean complete() {
    return repeated == 0 && jobs.values().stream().allMatch(this::asExpected);
  }

  private boolean asExpected(ExpectedJob job) {
    PublishedEvent completion = completions.get(job.jobId());
    return completion != null
        && completion.status().equals(job.status().name())
        && completion.data().path("sub_jobs").size() == job.tree().count() - 1;
  }

  /** Returns a table of the jobs and a one-sentence summary. */
  String text() {
    Columns table =
        new Columns(
            Stream.of("TYPE", "JOB", "END", "TRANSITIONS", "SUB-JOBS", "TOOK", "RESULT")
                .map(palette::strong)
                .toArray(String[]::new));
    jobs.values().forEach(job -> row(table, job));
    return "%n%s%n%s%n".formatted(table.text(), conclusion());
  }

  private void row(Columns table, ExpectedJob job) {
    PublishedEvent completion = completions.get(job.jobId());
    String count = Integer.toString(transitions.getOrDefault(job.jobId(), 0));
    if (completion == null) {
      table.row(
          job.jobType(),
          job.jobId(),
          "missing",
          count,
          "",
          "",
          "no completion was published in time");
      return;
    }
    String result =
        asExpected(job)
            ? EventText.result(completion.data(), job.status().name())
            : "not as expected: "
                + job.status()
                + " with "
                + (job.tree().count() - 1)
                + " sub-jobs";
    table.row(
        job.jobType(),
        job.jobId(),
        palette.status(completion.status(), SafeText.safe(completion.text("outcome"))),
        count,
        Integer.toString(completion.data().path("sub_jobs").size()),
        EventText.took(completion.data().path("duration_ms").asLong()),
        SafeText.line(result));
  }

  private String conclusion() {
    int all = transitions.values().stream().mapToInt(Integer::intValue).sum();
    if (!ended()) {
      return "Only %s of %s jobs have completed in time."
          .formatted(jobs.keySet().stream().filter(completions::containsKey).count(), jobs.size());
    }
    return complete()
        ? "%s jobs completed, %s transitions published, each exactly once."
            .formatted(jobs.size(), all)
        : "%s jobs completed, %s transitions published, %s of them twice; not all as expected."
            .formatted(jobs.size(), all, repeated);
  }
}
