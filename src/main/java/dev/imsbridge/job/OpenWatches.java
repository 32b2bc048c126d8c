package dev.imsbridge.job;

import dev.imsbridge.job.JobTree.OpenWatch;
import dev.imsbridge.job.Output.WatchClosed;
import dev.imsbridge.job.Output.WatchOpened;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The open watches of a tree while one input is applied to it. */
final class OpenWatches {
  private final Map<String, OpenWatch> byJobId = new LinkedHashMap<>();
  private final Outputs outputs;

  OpenWatches(Map<String, OpenWatch> open, Outputs outputs) {
    open.values().forEach(watch -> byJobId.put(watch.watch().jobId(), watch));
    this.outputs = outputs;
  }

  /** The open watches by key. */
  Map<String, OpenWatch> byKey() {
    Map<String, OpenWatch> byKey = new LinkedHashMap<>();
    byJobId.values().forEach(open -> byKey.put(open.watch().key(), open));
    return byKey;
  }

  boolean isEmpty() {
    return byJobId.isEmpty();
  }

  boolean contains(String jobId) {
    return byJobId.containsKey(jobId);
  }

  boolean contains(String jobId, int generation) {
    Watch open = of(jobId);
    return open != null && open.generation() == generation;
  }

  /** Publishes that a job is not watched, for a poller that has not seen that. */
  void closeIfAbsent(String jobId) {
    if (!contains(jobId)) {
      outputs.add(new WatchClosed(jobId));
    }
  }

  /** The open watch of a job; null if there is none. */
  Watch of(String jobId) {
    OpenWatch open = byJobId.get(jobId);
    return open == null ? null : open.watch();
  }

  void degrade(String jobId, String fault, String detail) {
    OpenWatch open = byJobId.get(jobId);
    if (!fault.equals(open.fault())) {
      byJobId.put(jobId, new OpenWatch(open.watch(), fault));
      outputs.audit(Decision.WATCH_DEGRADED, fault + ": " + detail, jobId);
    }
  }

  void recover(String jobId) {
    OpenWatch open = byJobId.get(jobId);
    if (open != null && open.fault() != null) {
      byJobId.put(jobId, new OpenWatch(open.watch(), null));
      outputs.audit(Decision.WATCH_RECOVERED, "the GET works again", jobId);
    }
  }

  /** Drops the watch of a job, so that it is opened again under the next generation. */
  void renew(String jobId) {
    byJobId.remove(jobId);
  }

  /** Publishes all open watches again. */
  void publishAgain() {
    byJobId.values().forEach(open -> outputs.add(new WatchOpened(open.watch())));
  }

  /** Closes every watch of a job that is not among {@code wanted}. */
  void closeAllBut(Set<String> wanted) {
    for (OpenWatch open : List.copyOf(byJobId.values())) {
      Watch watch = open.watch();
      if (!wanted.contains(watch.jobId())) {
        byJobId.remove(watch.jobId());
        outputs.add(new WatchClosed(watch.jobId()));
        outputs.audit(
            Decision.WATCH_CLOSED,
            "the job has ended, or another answer describes it",
            watch.jobId());
      }
    }
  }

  /** Opens a watch, or publishes an open one again if it changed. */
  void open(Watch watch) {
    OpenWatch before = byJobId.get(watch.jobId());
    if (before != null && before.watch().equals(watch)) {
      return;
    }
    byJobId.put(watch.jobId(), new OpenWatch(watch, before == null ? null : before.fault()));
    outputs.add(new WatchOpened(watch));
    outputs.audit(Decision.WATCH_OPENED, why(before, watch), watch.jobId());
  }

  private static String why(OpenWatch before, Watch watch) {
    if (before == null) {
      return "no answer about another job describes this one";
    }
    return before.watch().deadlineAt().equals(watch.deadlineAt())
        ? "an answer names the type of the job"
        : "the root job has ended: earlier deadline";
  }
}
