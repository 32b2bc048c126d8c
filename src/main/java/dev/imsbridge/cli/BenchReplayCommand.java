package dev.imsbridge.cli;

import dev.imsbridge.history.MadeUpPast;
import dev.imsbridge.wire.TopicNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code imsbridge bench replay}: how fast the past is read, printed and published again. */
@Command(
    name = "replay",
    description =
        "Measures how many events a second replay counts, prints and publishes, and the CPU for "
            + "each, beside a consumer that does nothing with them, on a Kafka of its own in "
            + "another process.")
final class BenchReplayCommand implements Callable<Integer> {
  private static final TopicNames TOPICS = new TopicNames("bench.");

  private final Surroundings surroundings;

  @Option(
      names = "--transitions",
      paramLabel = "NUMBER",
      defaultValue = "1000000",
      description = "How many to write first. Default: ${DEFAULT-VALUE}.")
  private int transitions;

  @Option(
      names = "--partitions",
      paramLabel = "NUMBER",
      defaultValue = "6",
      description = "Partitions they are written to. Default: ${DEFAULT-VALUE}.")
  private int partitions;

  @Option(
      names = "--rounds",
      paramLabel = "NUMBER",
      defaultValue = "5",
      description = "Rounds of which the median is told. Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--warm-up",
      paramLabel = "NUMBER",
      defaultValue = "3",
      description = "Rounds before those that count. Default: ${DEFAULT-VALUE}.")
  private int warmUp;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  BenchReplayCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws Exception {
    check("--transitions", transitions, 100, 100_000_000);
    check("--partitions", partitions, 1, 1000);
    check("--rounds", rounds, 1, 1000);
    check("--warm-up", warmUp, 0, 1000);
    surroundings.run(
        false,
        parts -> {
          Path data = Files.createTempDirectory("imsbridge-bench");
          parts.start("files", () -> () -> delete(data));
          OwnProcess broker =
              parts.start(
                  "Kafka",
                  () -> OwnProcess.start("kafka", "--port", "0", "--data", data.toString()));
          ReplayReport report = measure(broker);
          surroundings.out().print(json ? report.json() : report.text());
        });
    return 0;
  }

  private static void check(String option, int value, int least, int most) {
    if (value < least || value > most) {
      throw CommandFailure.usage("%s: %d to %d".formatted(option, least, most));
    }
  }

  private ReplayReport measure(OwnProcess broker) throws Exception {
    // Nothing of this machine's settings: they are for another Kafka.
    BridgeConfig config = BridgeConfig.load(null, Map.of(), List.of());
    KafkaAccess kafka = new KafkaAccess(config, broker.address());
    TopicAccess topics = new TopicAccess(kafka, config);
    topics.create(List.of(TOPICS.transitions()), TOPICS, partitions);
    try (KafkaProducer<byte[], byte[]> producer = kafka.producer(ReplayCommand.PRODUCER)) {
      new MadeUpPast(1).write(producer, TOPICS.transitions(), transitions);
    }
    ReplayMeasurement measurement =
        new ReplayMeasurement(kafka, topics, broker::cpu, TOPICS.transitions());
    return new ReplayReport(transitions, partitions, measurement.measure(warmUp, rounds));
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    }
  }
}
