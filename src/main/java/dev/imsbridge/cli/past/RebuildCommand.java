package dev.imsbridge.cli.past;

import dev.imsbridge.cli.common.ConfiguredCommand;
import dev.imsbridge.cli.common.ProgressBar;
import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.config.Keys;
import dev.imsbridge.history.TopicReader;
import dev.imsbridge.history.rebuild.Rebuild;
import dev.imsbridge.history.rebuild.RebuildReport;
import dev.imsbridge.history.rebuild.RebuildWriter;
import dev.imsbridge.history.replay.TopicSink;
import dev.imsbridge.ledger.Ledger;
import dev.imsbridge.service.KafkaAccess;
import dev.imsbridge.service.TopicAccess;
import dev.imsbridge.terminal.CommandFailure;
import dev.imsbridge.terminal.SafeText;
import dev.imsbridge.terminal.Terminal;
import dev.imsbridge.wire.CloudEvent;
import dev.imsbridge.wire.TopicNames;
import java.util.Collection;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code imsbridge rebuild}: recomputes the history from the observations alone. */
@Command(
    name = "rebuild",
    description = {
      "Recomputes transitions, completions, status and audit from the "
          + "observations. Compares them with the published records, byte for byte, or "
          + "writes them to other topics.",
      "The bridge may run meanwhile. The configuration must have the bridge's "
          + "values of watch.deadline, watch.settle.deadline, tree.max.sub.jobs, "
          + "tree.max.depth, state.retention and events.mode."
    },
    footer = {
      "",
      "Exit code 1: published records differ. Exit code 3: no difference, but not"
          + " everything could be compared, because retention has deleted observations,"
          + " or the end is unknown."
    })
public final class RebuildCommand extends ConfiguredCommand {
  public static final int PARTIAL = 3;
  private static final String OWN = "";

  @Option(
      names = "--prefix",
      paramLabel = "PREFIX",
      description =
          "Write to transitions, completions, status and audit under this prefix. "
              + "Missing topics are created; existing ones must be empty.")
  private String prefix;

  @Option(
      names = "--compare",
      paramLabel = "PREFIX",
      arity = "0..1",
      fallbackValue = OWN,
      description =
          "Compare with the published records; with PREFIX, with copies of the topics"
              + " under this prefix.")
  private String compare;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  public RebuildCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  public Integer call() throws Exception {
    if (prefix == null && compare == null) {
      throw CommandFailure.usage("rebuild needs --prefix PREFIX, --compare, or both");
    }
    BridgeConfig config = config();
    TopicNames target = prefix == null ? null : target(config);
    TopicNames published = compare == null ? null : published(config);
    KafkaAccess kafka = KafkaAccess.of(config);
    TopicNames topics = config.topics();
    int partitions = kafka.partitions(List.of(topics.observations())).size();
    if (published != null) {
      kafka.partitions(RebuildWriter.outputs(published).values());
    }
    if (target != null) {
      prepare(kafka, config, target, partitions);
    }
    RebuildReport report = run(kafka, config, target, published);
    RebuildText text = new RebuildText(report, config, published != null, prefix);
    terminal.out().print(json ? text.json() : text.text());
    return report.different() > 0
        ? CommandFailure.FAULT
        : report.whole() && report.endsKnown() ? 0 : PARTIAL;
  }

  private TopicNames target(BridgeConfig config) {
    TopicNames target = names("--prefix", prefix);
    if (target.equals(config.topics())) {
      throw CommandFailure.usage(
          "--prefix: %s is the prefix of the bridge's own topics; choose another"
              .formatted(prefix));
    }
    return target;
  }

  private TopicNames published(BridgeConfig config) {
    return compare.equals(OWN) ? config.topics() : names("--compare", compare);
  }

  private static TopicNames names(String option, String prefix) {
    try {
      return new TopicNames(prefix);
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(option + ": " + SafeText.line(e.getMessage()));
    }
  }

  private static void prepare(
      KafkaAccess kafka, BridgeConfig config, TopicNames target, int partitions)
      throws InterruptedException {
    Collection<String> names = RebuildWriter.outputs(target).values();
    new TopicAccess(kafka, config).create(names, target, partitions);
    for (String name : names) {
      List<TopicPartition> all = kafka.partitions(List.of(name));
      try (TopicReader reader = TopicReader.open(kafka.consumer(), all)) {
        if (!reader.done()) {
          throw CommandFailure.fault(
              "%s is not empty: delete it, or choose another --prefix".formatted(name), null);
        }
      }
      if (name.equals(target.audit()) && all.size() != partitions) {
        throw CommandFailure.fault(
            "%s has %s partitions and the observations have %s: delete it, or choose another --prefix"
                .formatted(name, all.size(), partitions),
            null);
      }
    }
  }

  private RebuildReport run(
      KafkaAccess kafka, BridgeConfig config, TopicNames target, TopicNames published)
      throws Exception {
    Ledger ledger =
        new Ledger(
            config.foldRules(),
            config.duration(Keys.STATE_RETENTION),
            config.word(Keys.EVENTS_MODE, CloudEvent.Mode.class));
    try (Admin admin = kafka.admin();
        RebuildWriter writer =
            target == null ? null : new RebuildWriter(kafka.producer(TopicSink.PRODUCER), target);
        ProgressBar bar = new ProgressBar(terminal)) {
      Rebuild rebuild =
          new Rebuild(() -> kafka.consumer(TopicReader.CONSUMER), config.topics(), ledger, writer);
      return published != null
          ? rebuild.compare(
              admin, published, config.applicationId(), progress -> bar.show(progress, "folded"))
          : rebuild.run(progress -> bar.show(progress, "folded"));
    } catch (KafkaException e) {
      throw CommandFailure.fault(
          "the rebuild ended early: %s%s"
              .formatted(
                  kafka.reason(
                      e,
                      each ->
                          target != null && target.all().contains(each)
                              ? AclOperation.WRITE
                              : AclOperation.READ),
                  target == null ? "" : "; delete the topics under --prefix before the next"),
          e);
    }
  }
}
