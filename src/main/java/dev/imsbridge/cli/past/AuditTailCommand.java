package dev.imsbridge.cli.past;

import dev.imsbridge.cli.common.ConfiguredCommand;
import dev.imsbridge.cli.common.EventText;
import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.history.PublishedEvent;
import dev.imsbridge.service.BrokerWatch;
import dev.imsbridge.service.KafkaAccess;
import dev.imsbridge.terminal.Lifecycle;
import dev.imsbridge.terminal.SafeText;
import dev.imsbridge.terminal.Terminal;
import java.io.PrintStream;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code imsbridge audit tail}: prints the bridge's decisions as they are made. */
@Command(name = "tail", description = "Prints the decisions of the bridge when they are made.")
final class AuditTailCommand extends ConfiguredCommand {
  private static final Duration WAIT = Duration.ofMillis(250);

  @Mixin private AuditFilter filter;

  @Option(names = "--from-beginning", description = "Print the retained entries first.")
  private boolean fromBeginning;

  @Option(names = "--json", description = "Print each entry as a CloudEvent, one JSON line each.")
  private boolean json;

  AuditTailCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  public Integer call() throws Exception {
    BridgeConfig config = config();
    KafkaAccess kafka = KafkaAccess.of(config);
    terminal.run(true, parts -> follow(parts, kafka, config));
    return 0;
  }

  private void follow(Lifecycle parts, KafkaAccess kafka, BridgeConfig config) throws Exception {
    List<TopicPartition> partitions = kafka.partitions(List.of(config.topics().audit()));
    PrintStream out = terminal.out();
    try (KafkaConsumer<byte[], byte[]> consumer = kafka.consumer()) {
      consumer.assign(partitions);
      (fromBeginning ? consumer.beginningOffsets(partitions) : consumer.endOffsets(partitions))
          .forEach(consumer::seek);
      parts.start(
          "broker watch", () -> BrokerWatch.start(kafka, config, terminal::say, parts::fail));
      while (!out.checkError()) {
        parts.check();
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(WAIT)) {
          PublishedEvent.read(record)
              .filter(filter::wants)
              .ifPresent(entry -> out.println(json ? entry.json() : line(entry)));
        }
      }
    } catch (KafkaException e) {
      throw kafka.unreachable(e);
    }
  }

  /** Returns the time, the position in the chain, the decision, the job and the reason. */
  static String line(PublishedEvent entry) {
    String id = (entry.subJob() ? "- " : "") + entry.jobId();
    String details = SafeText.line(EventText.pairs(entry.data().path("details"), " "));
    return SafeText.safe(
        "%s  %2s #%-6s %-22s %-34s %s%s"
            .formatted(
                EventText.TIME.format(entry.observedAt().atZone(ZoneId.systemDefault())),
                entry.text("partition"),
                entry.text("position"),
                entry.text("what"),
                id,
                entry.text("why"),
                details.isEmpty() ? "" : "  " + details));
  }
}
