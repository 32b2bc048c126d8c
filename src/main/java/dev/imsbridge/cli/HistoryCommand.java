package dev.imsbridge.cli;

import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.history.HistoryDocument;
import dev.imsbridge.history.HistoryQuery;
import dev.imsbridge.history.JobHistory;
import dev.imsbridge.history.SearchHint;
import dev.imsbridge.history.TopicReader;
import dev.imsbridge.history.TreeHistory;
import dev.imsbridge.service.KafkaAccess;
import dev.imsbridge.terminal.CommandFailure;
import dev.imsbridge.terminal.Palette;
import dev.imsbridge.terminal.Terminal;
import dev.imsbridge.wire.TopicNames;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code imsbridge history}: prints the events of a job and their times. */
@Command(
    name = "history",
    description = {
      "Prints the events of a job and its sub-jobs.",
      "Asks a running bridge for their offsets; without a bridge it reads the "
          + "job's partition from its beginning."
    },
    footer = {"", "Exit code 1: there are no events of the job."})
final class HistoryCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private ConfigOptions configuration;

  @Parameters(
      paramLabel = "ID",
      converter = JobIdConverter.class,
      description = "Id of a job or of a sub-job.")
  private String id;

  @Option(names = "--json", description = "Print one JSON document with all events.")
  private boolean json;

  @Option(
      names = "--as-of",
      paramLabel = "TIME",
      description = "State at an earlier time: " + TimeText.FORM + ".")
  private Instant asOf;

  @Option(
      names = "--evidence",
      description = "Add the IMS answers, byte for byte, as far as they are retained.")
  private boolean evidence;

  @Option(names = "--audit", description = "Add the audit entries.")
  private boolean audit;

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "Address of a running bridge. Default: http.listen.")
  private String url;

  HistoryCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Exception {
    BridgeConfig config = configuration.load(terminal.environment());
    BridgeApi bridge = BridgeApi.of(url, config).orElse(null);
    SearchHint hint = bridge == null ? null : bridge.hint(id).orElse(null);
    KafkaAccess kafka = KafkaAccess.of(config);
    TopicNames topics = config.topics();
    kafka.partitions(List.of(topics.transitions(), topics.completions(), topics.audit()));
    TreeHistory history =
        find(kafka, topics, new HistoryQuery(id, hint, asOf, audit, evidence))
            .orElseThrow(() -> CommandFailure.fault(unknown(kafka, topics), null));
    terminal
        .out()
        .print(
            json
                ? HistoryDocument.of(history).toPrettyString() + "\n"
                : new HistoryText(
                        history,
                        ZoneId.systemDefault(),
                        asOf == null ? InstantSource.system().instant() : asOf,
                        Palette.of(terminal))
                    .text());
    return 0;
  }

  private Optional<TreeHistory> find(KafkaAccess kafka, TopicNames topics, HistoryQuery question) {
    try (ProgressBar bar = ProgressBar.of(terminal)) {
      JobHistory history = new JobHistory(() -> kafka.consumer(TopicReader.CONSUMER), topics);
      Optional<TreeHistory> found = history.find(question, bar::show);
      // The hint does not cover events published before the bridge forgot the job.
      return found.isEmpty() && question.hint() != null
          ? history.find(question.with(null), bar::show)
          : found;
    } catch (KafkaException e) {
      throw kafka.unreachable(e);
    }
  }

  private String unknown(KafkaAccess kafka, TopicNames topics) {
    return "nothing is known of job %s%s: %s at %s holds no event of it"
        .formatted(
            id,
            asOf == null ? "" : " as of " + asOf.atZone(ZoneId.systemDefault()).toOffsetDateTime(),
            topics.transitions(),
            kafka.bootstrap());
  }
}
