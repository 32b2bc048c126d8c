package dev.imsbridge.bench.replay;

import dev.imsbridge.bench.common.RepeatedBenchmark;
import dev.imsbridge.bench.common.Report;
import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.history.replay.TopicSink;
import dev.imsbridge.service.KafkaAccess;
import dev.imsbridge.service.TopicAccess;
import dev.imsbridge.terminal.Lifecycle;
import dev.imsbridge.terminal.Terminal;
import dev.imsbridge.wire.TopicNames;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code imsbridge bench replay}: measures how fast past events are read, printed and republished.
 */
@Command(
    name = "replay",
    description =
        "Measures the rate at which replay counts, prints and publishes events, and the CPU time "
            + "per event, beside a consumer that discards them, with a Kafka in another process.")
public final class BenchReplayCommand extends RepeatedBenchmark {
  private static final TopicNames TOPICS = new TopicNames("bench.");

  @Option(
      names = "--transitions",
      paramLabel = "NUMBER",
      defaultValue = "1000000",
      description = "Events to write first. Default: ${DEFAULT-VALUE}.")
  private int transitions;

  public BenchReplayCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  protected void check() {
    super.check();
    check("--transitions", transitions, 100, 100_000_000);
  }

  @Override
  protected Report measure(Lifecycle parts, BridgeConfig config, Supplier<Duration> brokerCpu)
      throws Exception {
    KafkaAccess kafka = KafkaAccess.of(config);
    TopicAccess topics = new TopicAccess(kafka, config);
    topics.create(List.of(TOPICS.transitions()), TOPICS, partitions);
    try (KafkaProducer<byte[], byte[]> producer = kafka.producer(TopicSink.PRODUCER)) {
      new SampleTransitions(1).write(producer, TOPICS.transitions(), transitions);
    }
    String method =
        ("Medians of %s alternating rounds, after a warm-up; %s transitions in %s partitions. CPU is"
                + " that of the whole process, including JIT compilation and garbage collection; the"
                + " broker is another process on the same machine. Printed lines are discarded. %s")
            .formatted(rounds, transitions, partitions, Report.machine());
    ReplayMeasurement measurement =
        new ReplayMeasurement(kafka, topics, brokerCpu, TOPICS.transitions());
    return ReplayReport.of(method, measurement.measure(warmUp, rounds));
  }
}
