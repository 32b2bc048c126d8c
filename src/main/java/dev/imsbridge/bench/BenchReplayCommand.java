package dev.imsbridge.bench;

import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.config.Keys;
import dev.imsbridge.history.replay.TopicSink;
import dev.imsbridge.service.KafkaAccess;
import dev.imsbridge.service.ScratchDirectory;
import dev.imsbridge.service.TopicAccess;
import dev.imsbridge.terminal.Terminal;
import dev.imsbridge.wire.TopicNames;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.producer.KafkaProducer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code imsbridge bench replay}: measures how fast past events are read, printed and republished.
 */
@Command(
    name = "replay",
    description =
        "Measures how many events a second replay counts, prints and publishes, and the CPU for "
            + "each, beside a consumer that does nothing with them, on a Kafka of its own in "
            + "another process.")
final class BenchReplayCommand implements Callable<Integer> {
  private static final TopicNames TOPICS = new TopicNames("bench.");

  private final Terminal terminal;

  @Option(
      names = "--transitions",
      paramLabel = "NUMBER",
      defaultValue = "1000000",
      description = "Events to write first. Default: ${DEFAULT-VALUE}.")
  private int transitions;

  @Mixin private BenchOptions options;

  BenchReplayCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Exception {
    BenchOptions.check("--transitions", transitions, 100, 100_000_000);
    options.check();
    terminal.run(
        false,
        parts -> {
          ScratchDirectory scratch =
              parts.start(
                  "files",
                  () -> ScratchDirectory.create(terminal.environment(), "imsbridge-bench"));
          ReplayReport report = measure(OwnProcess.broker(parts, scratch));
          terminal.out().print(options.json ? report.json() : report.text());
        });
    return 0;
  }

  private ReplayReport measure(OwnProcess broker) throws Exception {
    // Ignores the settings of this machine: they are for another cluster.
    BridgeConfig config =
        BridgeConfig.load(null, Map.of(), List.of(Keys.KAFKA_BOOTSTRAP + "=" + broker.address()));
    KafkaAccess kafka = KafkaAccess.of(config);
    TopicAccess topics = new TopicAccess(kafka, config);
    topics.create(List.of(TOPICS.transitions()), TOPICS, options.partitions);
    try (KafkaProducer<byte[], byte[]> producer = kafka.producer(TopicSink.PRODUCER)) {
      new MadeUpPast(1).write(producer, TOPICS.transitions(), transitions);
    }
    ReplayMeasurement measurement =
        new ReplayMeasurement(kafka, topics, broker::cpu, TOPICS.transitions());
    return new ReplayReport(
        transitions, options.partitions, measurement.measure(options.warmUp, options.rounds));
  }
}
