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
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.producer.KafkaProducer;

/**
 * Measures how long it takes to find one job among many, and how fast a replay is beside a plain
 * consumer. A program, not a test: {@code java -cp ... dev.imsbridge.history.PastBench 1000000}.
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
      cluster.create("bench.again", WrittenPast.PARTITIONS);
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
        find(history, HistoryQuestion.of("root").with(Hint.of(story.tree())), "with a hint");
      }
      for (int i = 0; i < RUNS; i++) {
        find(history, HistoryQuestion.of("root"), "without");
      }
      find(history, HistoryQuestion.of("c1"), "without, a sub-job's id");
      for (int i = 0; i < RUNS; i++) {
        double plain = plain(cluster, topics.transitions());
        double counted = replay(cluster, topics, ReplayFilter.all(), record -> true, "count");
        double typed =
            replay(
                cluster,
                topics,
                new ReplayFilter(Set.of(), Set.of(), Set.of("SUCCESS"), Map.of(), null, null),
                record -> true,
                "count one status");
        LineBuffer lines = new LineBuffer();
        double printed =
            replay(
                cluster,
                topics,
                ReplayFilter.all(),
                record -> {
                  EventLine.write(record, lines);
                  if (lines.size() > 1 << 16) {
                    lines.print(new java.io.PrintStream(java.io.OutputStream.nullOutputStream()));
                  }
                  return true;
                },
                "print JSON");
        double published;
        try (KafkaProducer<byte[], byte[]> producer =
            cluster.producer(
                Map.of("compression.type", "lz4", "batch.size", 1 << 18, "linger.ms", 20))) {
          published =
              replay(
                  cluster,
                  topics,
                  ReplayFilter.all(),
                  new TopicSink(producer, "bench.again", "r"),
                  "publish");
        }
        System.out.printf(
            "of a plain consumer's rate: count %.2f, count one status %.2f, print JSON %.2f,"
                + " publish %.2f%n",
            counted / plain, typed / plain, printed / plain, published / plain);
      }
    }
  }

  private static double since(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  private static void find(JobHistory history, HistoryQuestion question, String how) {
    long start = System.nanoTime();
    TreeHistory found = history.find(question).orElseThrow();
    System.out.printf(
        "history %s: %.2f s, %d events, %,d records read%n",
        how, since(start), found.events().size(), found.recordsRead());
  }

  private static double plain(TestCluster cluster, String topic) {
    long start = System.nanoTime();
    long read = 0;
    var consumer = cluster.consumer();
    var partitions = TopicReader.partitions(consumer, topic);
    try (consumer) {
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      long all = consumer.endOffsets(partitions).values().stream().mapToLong(Long::longValue).sum();
      while (read < all) {
        read += consumer.poll(Duration.ofMillis(200)).count();
      }
    }
    return rate("plain consumer", read, since(start));
  }

  private static double replay(
      TestCluster cluster, TopicNames topics, ReplayFilter filter, ReplaySink sink, String what)
      throws Exception {
    long start = System.nanoTime();
    long cpu = cpu();
    var consumer = cluster.consumer();
    try (TopicReader reader =
        TopicReader.open(consumer, TopicReader.partitions(consumer, topics.transitions()))) {
      Replay.Result result =
          new Replay(reader, "r", "bench", filter, Pace.of(Double.POSITIVE_INFINITY), sink)
              .run(bookmark -> {}, progress -> {});
      System.out.printf("(%.1f of CPU) ", (cpu() - cpu) / 1e9);
      return rate("replay, " + what, result.read(), since(start));
    }
  }

  private static long cpu() {
    return ((com.sun.management.OperatingSystemMXBean)
            java.lang.management.ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  private static double rate(String what, long records, double seconds) {
    System.out.printf(
        "%s: %,d records in %.2f s, %,.0f/s%n", what, records, seconds, records / seconds);
    return records / seconds;
  }
}
