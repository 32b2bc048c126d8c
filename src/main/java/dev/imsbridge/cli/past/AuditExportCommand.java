package dev.imsbridge.cli.past;

import dev.imsbridge.cli.common.ConfiguredCommand;
import dev.imsbridge.cli.common.ProgressBar;
import dev.imsbridge.cli.common.TimeText;
import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.history.PublishedEvent;
import dev.imsbridge.history.TopicReader;
import dev.imsbridge.service.KafkaAccess;
import dev.imsbridge.terminal.Columns;
import dev.imsbridge.terminal.CommandFailure;
import dev.imsbridge.terminal.CommandOutput;
import dev.imsbridge.terminal.SafeText;
import dev.imsbridge.terminal.Terminal;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code imsbridge audit export}: writes audit entries as JSON Lines. */
@Command(
    name = "export",
    description =
        "Writes the current audit as JSON Lines: one CloudEvent per line, in the order of each"
            + " partition.")
final class AuditExportCommand extends ConfiguredCommand {
  @Mixin private AuditFilter filter;

  @Option(
      names = "--from",
      paramLabel = "TIME",
      description = "Only decisions from this time on: " + TimeText.FORM + ".")
  private Instant from;

  @Option(names = "--until", paramLabel = "TIME", description = "Only decisions before this time.")
  private Instant until;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description = "Write to this file when it is complete. Default: standard output.")
  private Path output;

  AuditExportCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  public Integer call() throws Exception {
    BridgeConfig config = config();
    KafkaAccess kafka = KafkaAccess.of(config);
    List<TopicPartition> partitions = kafka.partitions(List.of(config.topics().audit()));
    if (output == null) {
      long written = export(kafka, partitions, terminal.out());
      if (terminal.out().failure().isEmpty()) {
        terminal.err().printf("%s%n", entries(written));
      }
    } else {
      toFile(kafka, partitions);
    }
    return 0;
  }

  // Writes to a temporary file first, so that an incomplete export is never taken for a complete
  // one.
  private void toFile(KafkaAccess kafka, List<TopicPartition> partitions) throws IOException {
    Path part = output.resolveSibling(output.getFileName() + ".part");
    long written;
    try (CommandOutput out = new CommandOutput(Files.newOutputStream(part))) {
      written = export(kafka, partitions, out);
      if (out.failure().isPresent()) {
        throw out.failure().get();
      }
    } catch (IOException e) {
      throw CommandFailure.fault("--output cannot be written: %s".formatted(SafeText.reason(e)), e);
    }
    Files.move(part, output, StandardCopyOption.REPLACE_EXISTING);
    terminal.out().printf("%s in %s%n", entries(written), output);
  }

  private static String entries(long count) {
    return count == 1 ? "1 entry" : Columns.number(count) + " entries";
  }

  private long export(KafkaAccess kafka, List<TopicPartition> partitions, PrintStream out) {
    long written = 0;
    try (TopicReader reader = TopicReader.open(kafka.consumer(TopicReader.CONSUMER), partitions);
        ProgressBar bar = new ProgressBar(terminal)) {
      if (from != null) {
        reader.from(from, partitions);
      }
      while (!reader.done() && !out.checkError()) {
        for (ConsumerRecord<byte[], byte[]> record : reader.next()) {
          PublishedEvent entry = PublishedEvent.read(record).orElse(null);
          if (entry != null && filter.wants(entry) && inTime(entry.observedAt())) {
            out.println(entry.json());
            written++;
          }
        }
        bar.show(reader.progress());
      }
    } catch (KafkaException e) {
      throw CommandFailure.fault(
          "the audit could not be read: " + kafka.reason(e, each -> AclOperation.READ), e);
    }
    return written;
  }

  private boolean inTime(Instant at) {
    return (from == null || !at.isBefore(from)) && (until == null || at.isBefore(until));
  }
}
