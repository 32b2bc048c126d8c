package dev.imsbridge.job;

import static dev.imsbridge.job.Story.PROJECT;
import static dev.imsbridge.job.Story.ROOT;

import dev.imsbridge.job.JobRequest.Correlation;
import dev.imsbridge.job.JobScript.Listing;
import dev.imsbridge.job.Step.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * Builds a random history of one job tree, mostly of valid steps and partly of invalid ones: nested
 * sub-jobs listed in every form, sub-jobs that name their parent or the root, garbage ids, unknown
 * statuses, answers about unrelated jobs, stale generations, faults, losses, cancellations, and
 * requests for known jobs. At the end each open watch gets a final answer or is given up, as by a
 * poller.
 *
 * <p>The builder asks the fold for the open watches along the way, like a poller. The result is a
 * plain list that can be replayed, repeated or shuffled.
 */
public final class RandomScenario {
  static final FoldRules RULES = new FoldRules(Duration.ofDays(2), Duration.ofMinutes(10), 6, 3);

  private static final List<String> SUB_JOBS = List.of("a", "b", "c", "d", "e", "f", "g", "h");
  private static final List<String> GARBAGE =
      List.of("../a", "a/b", "#head", "", " ", "\ud800", "x".repeat(65), "root/a");
  private static final List<String> UNKNOWN = List.of("PAUSED", "", "lost", "\ud83d", "\u0000");

  private final Random random;
  private final List<Step> steps = new ArrayList<>();
  private JobTree tree;
  private Instant now = Story.BEGIN;

  private RandomScenario(Random random) {
    this.random = random;
  }

  public static FoldRules rules() {
    return RULES;
  }

  /** Any steps. No watch is open at the end. */
  public static List<Step> anything(Random random) {
    RandomScenario scenario = new RandomScenario(random);
    if (!scenario.chance(5)) {
      scenario.request();
    }
    int length = 3 + random.nextInt(40);
    for (int i = 0; i < length; i++) {
      scenario.something();
    }
    scenario.request();
    scenario.endAllWatches();
    return scenario.steps;
  }

  /** One request, then answers about known jobs. The last answer describes every job as ended. */
  public static List<Step> answers(Random random) {
    RandomScenario scenario = new RandomScenario(random);
    scenario.request();
    int length = 2 + random.nextInt(25);
    for (int i = 0; i < length; i++) {
      scenario.answer(scenario.oneOf(List.copyOf(scenario.tree.nodes().keySet())));
    }
    scenario.endAllAtOnce();
    return scenario.steps;
  }

  // ---- steps

  private void something() {
    int dice = random.nextInt(100);
    if (dice < 6) {
      request();
    } else if (dice < 8) {
      add(Kind.CANCEL, ROOT, 0, null, null, null);
    } else if (dice < 76) {
      answer(someJob());
    } else if (dice < 84) {
      String fault = oneOf(List.of("transient", "auth", "throttled", "malformed"));
      String jobId = someJob();
      add(Kind.FAULT, jobId, someGeneration(jobId), null, fault, null);
    } else if (dice < 89) {
      String jobId = someJob();
      add(Kind.RECOVERY, jobId, someGeneration(jobId), null, null, null);
    } else {
      String jobId = chance(75) ? someSubJob() : someJob();
      add(
          chance(50) ? Kind.NOT_FOUND : Kind.EXPIRED,
          jobId,
          someGeneration(jobId),
          null,
          null,
          null);
    }
  }

  private void request() {
    Map<String, String> labels = chance(50) ? Map.of() : Map.of("n", "" + random.nextInt(9));
    Duration deadline = chance(70) ? null : Duration.ofMinutes(1 + random.nextInt(600));
    Correlation correlation =
        chance(70) ? Correlation.NONE : new Correlation(null, null, "c" + random.nextInt(9));
    JobRequest request =
        new JobRequest(ROOT, PROJECT, new TreeMap<>(labels), deadline, correlation);
    add(Kind.REQUEST, ROOT, 0, null, null, request);
  }

  private void answer(String jobId) {
    int endings = jobId.equals(ROOT) ? 10 : 25;
    add(Kind.ANSWER, jobId, someGeneration(jobId), script(jobId, 0, endings), null, null);
  }

  private void endAllWatches() {
    for (int i = 0; tree != null && !tree.watches().isEmpty(); i++) {
      if (i > 1_000) {
        throw new AssertionError("watches are opened for ever: " + tree.watches().keySet());
      }
      List<JobTree.OpenWatch> open = List.copyOf(tree.watches().values());
      String jobId = oneOf(open).watch().jobId();
      if (chance(60)) {
        JobScript end = script(jobId, 0, 100);
        add(Kind.ANSWER, jobId, Story.generation(tree, jobId), end, null, null);
      } else {
        Kind kind = chance(50) ? Kind.NOT_FOUND : Kind.EXPIRED;
        add(kind, jobId, Story.generation(tree, jobId), null, null, null);
      }
    }
  }

  private void endAllAtOnce() {
    JobScript end = JobScript.job(ROOT).is(oneOf(List.of("SUCCESS", "FAIL")));
    for (String jobId : tree.nodes().keySet()) {
      if (!jobId.equals(ROOT)) {
        end.with(JobScript.job(jobId).is(oneOf(List.of("SUCCESS", "FAIL"))));
      }
    }
    add(Kind.ANSWER, ROOT, Story.generation(tree, ROOT), end, null, null);
  }

  private void add(
      Kind kind, String jobId, int generation, JobScript script, String fault, JobRequest request) {
    Step step = new Step(kind, steps.size(), now, jobId, generation, script, fault, request);
    steps.add(step);
    tree = Fold.fold(RULES, tree, step.input()).tree();
    now = now.plusMillis(random.nextInt(60_000));
  }

  // ---- answers of IMS

  private JobScript script(String jobId, int depth, int endings) {
    JobScript script = JobScript.job(jobId).is(someStatus(endings));
    if (chance(40)) {
      script.percent(random.nextInt(100));
    }
    if (chance(30)) {
      script.type(oneOf(List.of("imsImportImageJob", "imsGoofysImportImageJob")));
    }
    if (chance(30)) {
      script.image("image-" + jobId).began("2024-11-06T06:00:00Z").ended("2024-11-06T06:01:00Z");
    }
    script.listing(oneOf(List.of(Listing.values())));
    int subJobs = Math.max(0, random.nextInt(5) - 1 - depth);
    for (int i = 0; i < subJobs; i++) {
      script.with(script(listedId(jobId), depth + 1, 30));
    }
    while (chance(20)) {
      script.naming(listedId(jobId));
    }
    return script;
  }

  private String someStatus(int endings) {
    if (chance(endings)) {
      return oneOf(List.of("SUCCESS", "FAIL", "success"));
    }
    if (chance(8)) {
      return chance(30) ? null : oneOf(UNKNOWN);
    }
    return oneOf(List.of("INIT", "RUNNING", "RUNNING", "Running"));
  }

  private String listedId(String parent) {
    int dice = random.nextInt(100);
    if (dice < 4) {
      return ROOT;
    }
    if (dice < 8) {
      return parent;
    }
    if (dice < 12) {
      return oneOf(GARBAGE);
    }
    return oneOf(SUB_JOBS);
  }

  // ---- watches of the pollers

  private String someJob() {
    if (chance(45) || tree == null) {
      return ROOT;
    }
    return chance(90) ? someSubJob() : "stranger";
  }

  private String someSubJob() {
    Set<String> known = new HashSet<>();
    if (tree != null && chance(70)) {
      tree.watches().values().forEach(open -> known.add(open.watch().jobId()));
      known.remove(ROOT);
    }
    return known.isEmpty() ? oneOf(SUB_JOBS) : oneOf(known.stream().sorted().toList());
  }

  private int someGeneration(String jobId) {
    return tree != null && chance(85) ? Story.generation(tree, jobId) : random.nextInt(4);
  }

  private boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }

  private <T> T oneOf(List<T> things) {
    return things.get(random.nextInt(things.size()));
  }
}
