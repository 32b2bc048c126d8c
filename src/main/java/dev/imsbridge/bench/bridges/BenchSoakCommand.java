package dev.imsbridge.bench.bridges;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imsbridge.bench.bridges.SoakReport.Sample;
import dev.imsbridge.bench.common.BrokerBenchmark;
import dev.imsbridge.bench.common.ChildProcess;
import dev.imsbridge.bench.common.Report;
import dev.imsbridge.bench.common.SampleAnswers;
import dev.imsbridge.bench.common.TopicSizes;
import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.config.Keys;
import dev.imsbridge.service.KafkaAccess;
import dev.imsbridge.service.TopicAccess;
import dev.imsbridge.terminal.Lifecycle;
import dev.imsbridge.terminal.Terminal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code imsbridge bench soak}: a steady load, and what the bridge uses meanwhile. */
@Command(
    name = "soak",
    description =
        "Runs a bridge, a simulator and a Kafka at a steady load, and samples heap, RSS, files,"
            + " threads and state. Exit code 1: one of them grows in the last third of the time."
            + " Needs a JDK.")
public final class BenchSoakCommand extends BrokerBenchmark {
  private static final String SPEED = "300";
  private static final Duration PAUSE = Duration.ofMillis(10);

  @Option(
      names = "--minutes",
      paramLabel = "NUMBER",
      defaultValue = "30",
      description = "Minutes of load. Default: ${DEFAULT-VALUE}.")
  private double minutes;

  @Option(
      names = "--rate",
      paramLabel = "NUMBER",
      defaultValue = "20",
      description = "Requested jobs per second. Default: ${DEFAULT-VALUE}.")
  private double rate;

  @Option(
      names = "--samples",
      paramLabel = "NUMBER",
      defaultValue = "30",
      description = "Samples in this time. Default: ${DEFAULT-VALUE}.")
  private int samples;

  @Option(
      names = "--heap",
      paramLabel = "SIZE",
      defaultValue = "512m",
      description = "Heap of the bridge, in the form of -Xmx. Default: ${DEFAULT-VALUE}.")
  private String heap;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "A setting of the bridge; may be repeated.")
  private List<String> settings = List.of();

  public BenchSoakCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  protected void check() {
    check("--minutes", minutes, 0.1, 100_000);
    check("--rate", rate, 0.1, 10_000);
    check("--samples", samples, 6, 10_000);
    checkHeap(heap);
  }

  @Override
  protected Report measure(Lifecycle parts, BridgeConfig config, Supplier<Duration> brokerCpu)
      throws Exception {
    KafkaAccess kafka = KafkaAccess.of(config);
    Admin admin = parts.start("admin", kafka::admin);
    new TopicAccess(kafka, config).prepare(admin);
    ChildProcess ims =
        parts.start(
            "simulator", () -> ChildProcess.start("simulator", "--port", "0", "--speed", SPEED));
    BridgeChild bridge =
        parts.start(
            "bridge",
            () ->
                new BridgeChild(
                    config.dataDirectory().resolve("bridge"), heap, bridge(config, ims.address())));
    bridge.start(List.of());
    KafkaProducer<byte[], byte[]> producer = parts.start("requests", kafka::producer);
    KafkaConsumer<byte[], byte[]> completions =
        parts.start("completions", () -> reader(kafka, config.topics().completions()));
    List<Sample> found = new ArrayList<>();
    long begin = System.nanoTime();
    long each = Math.round(minutes * TimeUnit.MINUTES.toNanos(1) / samples);
    long requested = 0;
    long completed = 0;
    for (int i = 1; i <= samples; i++) {
      while (System.nanoTime() - begin < i * each) {
        long due = Math.round((System.nanoTime() - begin) / 1e9 * rate);
        while (requested < due) {
          var unused =
              producer.send(
                  new ProducerRecord<>(
                      config.topics().requests(),
                      null,
                      SampleAnswers.id(requested++).getBytes(UTF_8)));
        }
        completed += completions.poll(PAUSE).count();
      }
      Sample sample =
          Sample.of(
              (System.nanoTime() - begin) / 1e9 / 60,
              requested,
              completed,
              bridge,
              new TopicSizes(admin));
      terminal.err().println(sample.line());
      found.add(sample);
    }
    producer.flush();
    if (completed == 0) {
      throw new KafkaException("no job was completed");
    }
    return SoakReport.of(method(), found);
  }

  private List<String> bridge(BridgeConfig config, String ims) {
    List<String> all = new ArrayList<>(given(config));
    all.add(Keys.IMS_ENDPOINT + "=" + ims);
    all.add(Keys.IMS_RATE + "=" + Math.max(10, Math.round(rate * 50)));
    // So that the state reaches its size within the first tenth.
    all.add(Keys.STATE_RETENTION + "=" + Math.max(1, Math.round(minutes * 60 / 10)) + "s");
    all.addAll(settings);
    return all;
  }

  private String method() {
    return ("%s jobs per second for %s min, %s partitions; the simulator runs them %s times as"
            + " fast as IMS. Heap: used after a full collection, which each sample makes, of"
            + " -Xmx%s. Ended jobs are forgotten after a tenth of the time, so the state is flat;"
            + " topics keep everything. Flat: the mean of the last third exceeds that of the"
            + " middle third by at most 10 %% and a small constant. %s")
        .formatted(rate, minutes, partitions, SPEED, heap, Report.machine());
  }
}
