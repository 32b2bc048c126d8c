package dev.imsbridge.cli.past;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imsbridge.cli.common.ConfiguredCommand;
import dev.imsbridge.cli.common.ProgressBar;
import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.history.TopicReader;
import dev.imsbridge.history.audit.AuditVerifier;
import dev.imsbridge.history.audit.AuditVerifier.PartitionAudit;
import dev.imsbridge.history.audit.BrokenLink;
import dev.imsbridge.history.audit.ChainHead;
import dev.imsbridge.history.audit.Retention;
import dev.imsbridge.service.KafkaAccess;
import dev.imsbridge.terminal.Columns;
import dev.imsbridge.terminal.CommandFailure;
import dev.imsbridge.terminal.SafeText;
import dev.imsbridge.terminal.Terminal;
import dev.imsbridge.wire.TopicNames;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.acl.AclOperation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code imsbridge audit verify}: checks that the audit is unchanged since the bridge wrote it. */
@Command(
    name = "verify",
    description = {
      "Checks the hash chain of each partition of the audit, compares each "
          + "retained input with its digest, and names the first broken link of each partition.",
      "The bridge may run meanwhile. A chain does not show that its last entries "
          + "were removed. Save the ends of the chains elsewhere with --heads, and "
          + "check against them with --since."
    },
    footer = {"", "Exit code 1: a chain is broken, or an input is missing or changed."})
final class AuditVerifyCommand extends ConfiguredCommand {
  @Option(
      names = "--heads",
      paramLabel = "FILE",
      description = "Write the ends of the chains to this file, unless one is broken.")
  private Path heads;

  @Option(
      names = "--since",
      paramLabel = "FILE",
      description =
          "Check against ends that --heads wrote earlier: each must still be in its "
              + "chain. Entries that were deleted before such an end are then no error.")
  private Path since;

  @Option(
      names = "--topic",
      paramLabel = "TOPIC",
      description = "Copy of the audit to check. Default: the bridge's own audit.")
  private String copy;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  AuditVerifyCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  public Integer call() throws Exception {
    BridgeConfig config = config();
    String topic = copy == null ? config.topics().audit() : copy;
    Map<Integer, ChainHead> saved = since == null ? Map.of() : new HeadsFile(since).read(topic);
    KafkaAccess kafka = KafkaAccess.of(config);
    TopicNames topics = config.topics();
    kafka.partitions(List.of(topic, topics.observations(), topics.transitions()));
    List<PartitionAudit> partitions = verify(kafka, topic, topics, saved);
    boolean broken = partitions.stream().anyMatch(each -> each.broken() != null);
    terminal.out().print(json ? json(topic, partitions) : text(topic, partitions));
    if (heads != null && !broken) {
      new HeadsFile(heads).write(topic, partitions);
    }
    return broken ? CommandFailure.FAULT : 0;
  }

  private List<PartitionAudit> verify(
      KafkaAccess kafka, String topic, TopicNames topics, Map<Integer, ChainHead> saved)
      throws InterruptedException {
    try (Admin admin = kafka.admin();
        ProgressBar bar = new ProgressBar(terminal)) {
      return new AuditVerifier(
              () -> kafka.consumer(TopicReader.CONSUMER),
              topic,
              topics,
              Retention.retainedFrom(admin, topics.observations(), Instant.now()))
          .verify(saved, progress -> bar.show(progress, "verified"));
    } catch (KafkaException e) {
      throw CommandFailure.fault(
          "the audit could not be read: " + kafka.reason(e, each -> AclOperation.READ), e);
    }
  }

  private static String text(String topic, List<PartitionAudit> partitions) {
    Columns columns =
        new Columns("PARTITION", "ENTRIES", "INPUTS PROVED", "NO LONGER KEPT", "HEAD", "HASH");
    long entries = 0;
    long broken = 0;
    StringBuilder links = new StringBuilder();
    for (PartitionAudit each : partitions) {
      columns.row(
          Integer.toString(each.partition()),
          Columns.number(each.entries()),
          Columns.number(each.proved()),
          Columns.number(each.gone()),
          Long.toString(each.head().position()),
          each.head().hash().substring(0, Math.min(16, each.head().hash().length())));
      entries += each.entries();
      if (each.broken() != null) {
        broken++;
        links.append(line(topic, each)).append('\n');
      }
    }
    return columns.text()
        + links
        + (broken == 0
            ? "whole: %s entries, each chained to the one before%n"
                .formatted(Columns.number(entries))
            : "broken: the chain of %s of %s partitions%n".formatted(broken, partitions.size()));
  }

  private static String line(String topic, PartitionAudit partition) {
    BrokenLink link = partition.broken();
    return "%s partition %s: %s: position %s%s: %s%s"
        .formatted(
            topic,
            link.partition(),
            link.what().word(),
            link.position(),
            link.offset() < 0 ? "" : ", offset " + link.offset(),
            SafeText.safe(link.detail()),
            partition.begin() > 0
                ? " (the log begins at offset %s)".formatted(partition.begin())
                : "");
  }

  private static String json(String topic, List<PartitionAudit> partitions) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("topic", topic);
    json.put("whole", partitions.stream().allMatch(each -> each.broken() == null));
    ArrayNode all = json.putArray("partitions");
    for (PartitionAudit each : partitions) {
      ObjectNode partition =
          all.addObject()
              .put("partition", each.partition())
              .put("begin", each.begin())
              .put("entries", each.entries())
              .put("inputs_proved", each.proved())
              .put("inputs_no_longer_kept", each.gone())
              .put("head_position", each.head().position())
              .put("head_hash", each.head().hash());
      BrokenLink link = each.broken();
      if (link != null) {
        partition
            .putObject("broken")
            .put("what", link.what().word())
            .put("position", link.position())
            .put("offset", link.offset() < 0 ? null : Long.valueOf(link.offset()))
            .put("detail", link.detail());
      }
    }
    return json.toPrettyString() + "\n";
  }
}
