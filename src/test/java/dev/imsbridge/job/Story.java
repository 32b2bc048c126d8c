package dev.imsbridge.job;

import dev.imsbridge.job.Input.Answered;
import dev.imsbridge.job.Input.Cancelled;
import dev.imsbridge.job.Input.Faulted;
import dev.imsbridge.job.Input.GivenUp;
import dev.imsbridge.job.Input.Recovered;
import dev.imsbridge.job.Input.Requested;
import dev.imsbridge.job.JobRequest.Correlation;
import dev.imsbridge.job.Output.Audited;
import dev.imsbridge.job.Output.Completion;
import dev.imsbridge.job.Output.Transition;
import dev.imsbridge.job.Output.WatchClosed;
import dev.imsbridge.job.Output.WatchOpened;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Feeds one job tree input by input: {@code Story.requested().answered(job("root"))}. Results are
 * read from the outputs only, as by a consumer.
 */
public final class Story {
  public static final String ROOT = "root";
  public static final ProjectRef PROJECT = new ProjectRef("cn-north-4", "project");
  public static final Instant BEGIN = Instant.parse("2024-11-06T06:00:00Z");

  /** The text of the reason for which a job is given up. */
  public static final String WHY = "IMS does not know this job (404), 5 polls";

  private final FoldRules rules;
  private final List<Output> all = new ArrayList<>();
  private JobTree tree;
  private List<Output> last = List.of();
  private Instant now = BEGIN;
  private long offset;

  private Story(FoldRules rules) {
    this.rules = rules;
  }

  /** A story without inputs. */
  public static Story untold() {
    return new Story(FoldRules.DEFAULTS);
  }

  static Story untold(FoldRules rules) {
    return new Story(rules);
  }

  /** A story whose job was requested. */
  public static Story requested() {
    return untold().request();
  }

  public static JobRequest plainRequest() {
    return new JobRequest(ROOT, PROJECT, new TreeMap<>(), null, Correlation.NONE);
  }

  // ---- inputs

  public Story request() {
    return request(plainRequest());
  }

  public Story request(JobRequest request) {
    return take(new Requested(new Evidence("requests", 0, offset), now, request));
  }

  public Story cancel() {
    return take(new Cancelled(new Evidence("requests", 0, offset), now));
  }

  /** A poller receives this answer about the job. */
  public Story answered(JobScript script) {
    return answered(script.id(), script.answer());
  }

  public Story answered(String jobId, JobAnswer answer) {
    return take(
        new Answered(observation(), now, jobId, generation(jobId), answer, "sha-" + offset));
  }

  public Story faulted(String jobId, String fault, String detail) {
    return take(new Faulted(observation(), now, jobId, generation(jobId), fault, detail));
  }

  public Story recovered(String jobId) {
    return take(new Recovered(observation(), now, jobId, generation(jobId)));
  }

  public Story notFound(String jobId) {
    return gaveUp(jobId, LostReason.NOT_FOUND, generation(jobId));
  }

  public Story expired(String jobId) {
    return gaveUp(jobId, LostReason.EXPIRED, generation(jobId));
  }

  public Story gaveUp(String jobId, LostReason reason, int generation) {
    return take(new GivenUp(observation(), now, jobId, generation, reason, WHY));
  }

  public Story after(Duration time) {
    now = now.plus(time);
    return this;
  }

  public Story take(Input input) {
    Fold.Folded folded = Fold.fold(rules, tree, input);
    tree = folded.tree();
    last = folded.outputs();
    all.addAll(last);
    offset++;
    now = now.plusSeconds(1);
    return this;
  }

  private Evidence observation() {
    return new Evidence("observations", 0, offset);
  }

  private int generation(String jobId) {
    return generation(tree, jobId);
  }

  /** The generation of the last watch opened for a job. */
  static int generation(JobTree tree, String jobId) {
    JobNode node = tree == null ? null : tree.nodes().get(jobId);
    return node == null ? 1 : node.polling().generation();
  }

  // ---- results

  public JobTree tree() {
    return tree;
  }

  /** The time of the latest input. */
  public Instant latest() {
    return now.minusSeconds(1);
  }

  /** All outputs so far. */
  public List<Output> outputs() {
    return List.copyOf(all);
  }

  /** The outputs of the latest input. */
  public List<Output> last() {
    return last;
  }

  public <T extends Output> List<T> last(Class<T> type) {
    return of(last, type);
  }

  public <T extends Output> List<T> all(Class<T> type) {
    return of(all, type);
  }

  private static <T> List<T> of(List<Output> outputs, Class<T> type) {
    return outputs.stream().filter(type::isInstance).map(type::cast).toList();
  }

  /** All transitions so far, each as {@code job STATUS}. */
  public List<String> transitions() {
    return said(all);
  }

  /** The transitions of the latest input. */
  public List<String> lastTransitions() {
    return said(last);
  }

  private static List<String> said(List<Output> outputs) {
    return of(outputs, Transition.class).stream()
        .map(transition -> transition.state().jobId() + " " + transition.state().status())
        .toList();
  }

  public Transition lastTransition() {
    List<Transition> transitions = all(Transition.class);
    return transitions.get(transitions.size() - 1);
  }

  public List<Completion> completions() {
    return all(Completion.class);
  }

  /** The jobs that a poller would poll now. */
  public SortedSet<String> watched() {
    SortedSet<String> keys = new TreeSet<>();
    for (Output output : all) {
      if (output instanceof WatchOpened opened) {
        keys.add(opened.watch().key());
      } else if (output instanceof WatchClosed closed) {
        keys.remove(Watch.key(ROOT, closed.jobId()));
      }
    }
    return keys;
  }

  /** The watch with a key. */
  public Watch watch(String key) {
    return all(WatchOpened.class).stream()
        .map(WatchOpened::watch)
        .filter(watch -> watch.key().equals(key))
        .reduce((older, newer) -> newer)
        .orElseThrow();
  }

  /** The decisions about the latest input, each as {@code job decision}. */
  public List<String> lastAudited() {
    return audited(last);
  }

  public List<String> audited() {
    return audited(all);
  }

  private static List<String> audited(List<Output> outputs) {
    return of(outputs, Audited.class).stream()
        .map(entry -> (entry.jobId() == null ? ROOT : entry.jobId()) + " " + entry.what().word())
        .toList();
  }
}
