package dev.imsbridge.history;

import static dev.imsbridge.job.JobScript.job;

import dev.imsbridge.embedded.EmbeddedKafka;
import dev.imsbridge.job.Story;
import dev.imsbridge.wire.CloudEvent.Mode;
import dev.imsbridge.wire.TopicNames;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;

/**
 * Measures the time to find one job among many. A program, not a test. For the speed of a replay,
 * use {@code imsbridge bench replay}. Run it with {@code java -cp ...
 * dev.imsbridge.history.PastBench 1000000}.
 */
public final class PastBench {
  private static final int RUNS = 3;

  private PastBench() {}

  public static void main(String[] arguments) throws Exception {
    int transitions = arguments.length == 0 ? 1_000_000 : Integer.parseInt(arguments[0]);
    Path directory = Files.createTempDirectory("imsbridge-past");
    try (EmbeddedKafka kafka = EmbeddedKafka.start(directory, 0);
        TestCluster cluster = new TestCluster(kafka.bootstrapServers())) {
      measure(cluster, transitions);
    } finally {
      try (var files = Files.walk(directory)) {
        files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
      }
    }
  }

  private static void measure(TestCluster cluster, int transitions) throws Exception {
    TopicNames topics = new TopicNames("bench.");
    try (WrittenPast past = new WrittenPast(cluster, topics, Mode.BINARY)) {
      String template = WrittenPast.template();
      long start = System.nanoTime();
      past.fill(transitions / 2, Story.BEGIN.minus(Duration.ofDays(6)), 1_000, template);
      Story story =
          Story.requested()
              .answered(job("root").init())
              .after(Duration.ofMinutes(5))
              .answered(job("root").running().with(job("c1").running()))
              .after(Duration.ofHours(1))
              .answered(job("root").success().with(job("c1").success()));
      past.write(story, "");
      past.fill(transitions / 2, Story.BEGIN.plus(Duration.ofHours(2)), 1_000, template);
      System.out.printf("%,d transitions written in %.1f s%n", transitions, since(start));

      JobHistory history = new JobHistory(cluster::consumer, topics);
      for (int i = 0; i < RUNS; i++) {
        find(history, HistoryQuery.of("root").with(SearchHint.of(story.tree())), "with a hint");
      }
      for (int i = 0; i < RUNS; i++) {
        find(history, HistoryQuery.of("root"), "without");
      }
      find(history, HistoryQuery.of("c1"), "without, a sub-job's id");
    }
  }

  private static double since(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  private static void find(JobHistory history, HistoryQuery query, String how) {
    long start = System.nanoTime();
    TreeHistory found = history.find(query, progress -> {}).orElseThrow();
    System.out.printf(
        "history %s: %.2f s, %d events, %,d records read%n",
        how, since(start), found.events().size(), found.recordsRead());
  }
}
