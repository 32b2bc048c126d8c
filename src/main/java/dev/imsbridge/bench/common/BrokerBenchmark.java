package dev.imsbridge.bench.common;

import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.config.Keys;
import dev.imsbridge.service.KafkaAccess;
import dev.imsbridge.service.ScratchDirectory;
import dev.imsbridge.terminal.Lifecycle;
import dev.imsbridge.terminal.Terminal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import picocli.CommandLine.Option;

/** A benchmark that starts a Kafka broker in another process. */
public abstract class BrokerBenchmark extends Benchmark {
  @Option(
      names = "--partitions",
      paramLabel = "NUMBER",
      defaultValue = "6",
      description = "Partitions of each topic. Default: ${DEFAULT-VALUE}.")
  protected int partitions;

  protected BrokerBenchmark(Terminal terminal) {
    super(terminal);
  }

  /** Checks the options of the subclass. */
  protected abstract void check();

  /**
   * Runs the benchmark.
   *
   * @param config the settings of a bridge on that broker
   * @param brokerCpu returns the CPU time that the broker has used so far
   */
  protected abstract Report measure(
      Lifecycle parts, BridgeConfig config, Supplier<Duration> brokerCpu) throws Exception;

  @Override
  protected final Report measure(Lifecycle parts) throws Exception {
    check();
    check("--partitions", partitions, 1, 1000);
    ScratchDirectory scratch =
        parts.start(
            "files", () -> ScratchDirectory.create(terminal.environment(), "imsbridge-bench"));
    String data = scratch.path().resolve("kafka").toString();
    ChildProcess broker =
        parts.start("Kafka", () -> ChildProcess.start("kafka", "--port", "0", "--data", data));
    // Ignores the settings of this machine: they are for another cluster.
    BridgeConfig config =
        BridgeConfig.load(
            null,
            Map.of(),
            List.of(
                Keys.KAFKA_BOOTSTRAP + "=" + broker.address(),
                Keys.TOPICS_PARTITIONS + "=" + partitions,
                Keys.DATA_DIR + "=" + scratch.path(),
                Keys.IMS_REGION + "=cn-north-4",
                Keys.IMS_PROJECT_ID + "=0123456789abcdef0123456789abcdef"));
    return measure(parts, config, broker::cpu);
  }

  /** Returns a consumer of committed records at the beginning of a topic. The caller closes it. */
  public static KafkaConsumer<byte[], byte[]> reader(KafkaAccess kafka, String topic)
      throws InterruptedException {
    List<TopicPartition> all = kafka.partitions(List.of(topic));
    KafkaConsumer<byte[], byte[]> consumer = kafka.consumer();
    consumer.assign(all);
    consumer.seekToBeginning(all);
    return consumer;
  }

  /** Returns the settings that are given in {@code config}, each as {@code KEY=VALUE}. */
  public static List<String> given(BridgeConfig config) {
    return config.given().stream().map(key -> key + "=" + config.shown(key)).toList();
  }

  /**
   * Returns the settings that are given in {@code config}, with others in their place.
   *
   * @param others as {@code KEY=VALUE}; the last one of a key counts
   */
  public static BridgeConfig with(BridgeConfig config, List<String> others) {
    return BridgeConfig.load(
        null, Map.of(), Stream.concat(given(config).stream(), others.stream()).toList());
  }
}
