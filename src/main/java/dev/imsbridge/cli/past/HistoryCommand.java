package dev.imsbridge.cli.past;

import dev.imsbridge.cli.common.BridgeApi;
import dev.imsbridge.cli.common.BridgeOption;
import dev.imsbridge.cli.common.ConfiguredCommand;
import dev.imsbridge.cli.common.DocumentOptions;
import dev.imsbridge.cli.common.JobIdConverter;
import dev.imsbridge.cli.common.Label;
import dev.imsbridge.cli.common.ProgressBar;
import dev.imsbridge.cli.common.TimeText;
import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.history.HistoryDocument;
import dev.imsbridge.history.HistoryQuery;
import dev.imsbridge.history.JobHistory;
import dev.imsbridge.history.PastJob;
import dev.imsbridge.history.PastJobs;
import dev.imsbridge.history.PastQuery;
import dev.imsbridge.history.SearchHint;
import dev.imsbridge.history.TopicReader;
import dev.imsbridge.history.TreeHistory;
import dev.imsbridge.service.KafkaAccess;
import dev.imsbridge.terminal.CommandFailure;
import dev.imsbridge.terminal.Palette;
import dev.imsbridge.terminal.SafeText;
import dev.imsbridge.terminal.Terminal;
import dev.imsbridge.wire.TopicNames;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
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
      "Asks a running bridge for their offsets; if none answers, it reads the "
          + "job's partition from its beginning.",
      "For an image or a label, it reads all transitions and prints the jobs with the latest "
          + "events, at most 20."
    },
    footer = {"", "Exit code 1: there are no events of such a job."})
public final class HistoryCommand extends ConfiguredCommand {
  /** The jobs with a label or an image that are shown. Older ones are omitted. */
  private static final int MOST = 20;

  @Mixin private BridgeOption address;
  @Mixin private DocumentOptions output;

  @Parameters(
      paramLabel = "ID",
      arity = "0..1",
      converter = JobIdConverter.class,
      description = "Id of a job, of a sub-job, or of an image.")
  private String id;

  @Option(
      names = "--label",
      paramLabel = "NAME=VALUE",
      description = "The jobs with this label, instead of an id.")
  private Label label;

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

  public HistoryCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  public Integer call() throws Exception {
    if ((id == null) == (label == null)) {
      throw CommandFailure.usage(
          id == null
              ? "Missing required parameter: ID, or --label"
              : "give either an ID or --label, not both");
    }
    BridgeConfig config = config();
    BridgeApi bridge = address.bridge(config).orElse(null);
    KafkaAccess kafka = KafkaAccess.of(config);
    TopicNames topics = config.topics();
    kafka.partitions(List.of(topics.transitions(), topics.completions(), topics.audit()));
    JobHistory history = new JobHistory(() -> kafka.consumer(TopicReader.CONSUMER), topics);
    List<TreeHistory> histories = new ArrayList<>();
    if (id != null) {
      find(kafka, history, bridge, id, id).ifPresent(histories::add);
    }
    if (histories.isEmpty()) {
      PastQuery search =
          label == null ? PastQuery.id(id) : PastQuery.label(label.name(), label.value());
      for (String root : search(kafka, history, search)) {
        // The id may be that of a sub-job, or of an image.
        Optional<TreeHistory> found =
            id == null ? Optional.empty() : find(kafka, history, bridge, id, root);
        if (found.isEmpty()) {
          found = find(kafka, history, bridge, root, root);
        }
        found.ifPresent(histories::add);
      }
    }
    if (histories.isEmpty()) {
      throw CommandFailure.fault(unknown(kafka, topics), null);
    }
    if (histories.size() == MOST) {
      terminal.say("at most " + MOST + " jobs are shown, those with the latest events");
    }
    print(histories);
    return 0;
  }

  private void print(List<TreeHistory> histories) {
    String separator = "";
    for (TreeHistory history : histories) {
      terminal.out().print(separator);
      terminal
          .out()
          .print(
              output.json()
                  ? HistoryDocument.of(history).toPrettyString() + "\n"
                  : new HistoryText(
                          history,
                          ZoneId.systemDefault(),
                          asOf == null ? InstantSource.system().instant() : asOf,
                          Palette.of(terminal))
                      .text());
      separator = output.json() ? "" : "\n";
    }
  }

  /** Returns the root jobs with the latest events, newest last. */
  private List<String> search(KafkaAccess kafka, JobHistory history, PastQuery search) {
    try (ProgressBar bar = new ProgressBar(terminal)) {
      PastJobs found =
          history.search(
              search,
              MOST,
              progress -> {
                bar.show(progress.read());
                return true;
              });
      List<String> ids = new ArrayList<>(found.jobs().stream().map(PastJob::jobId).toList());
      Collections.reverse(ids);
      return ids;
    } catch (KafkaException e) {
      throw kafka.unreachable(e);
    }
  }

  /**
   * Reads the partition of a root job only.
   *
   * @param rootJobId the root job; a hint of the bridge overrides it
   */
  private Optional<TreeHistory> find(
      KafkaAccess kafka, JobHistory history, BridgeApi bridge, String jobId, String rootJobId)
      throws InterruptedException {
    SearchHint own = SearchHint.ofRoot(rootJobId);
    SearchHint hint = bridge == null ? own : bridge.hint(jobId).orElse(own);
    HistoryQuery question = new HistoryQuery(jobId, hint, asOf, audit, evidence);
    try (ProgressBar bar = new ProgressBar(terminal)) {
      Optional<TreeHistory> found = history.find(question, bar::show);
      // The hint does not cover events published before the bridge forgot the job.
      return found.isEmpty() && !hint.equals(own)
          ? history.find(question.with(SearchHint.ofRoot(hint.rootJobId())), bar::show)
          : found;
    } catch (KafkaException e) {
      throw kafka.unreachable(e);
    }
  }

  private String unknown(KafkaAccess kafka, TopicNames topics) {
    return "nothing is known of %s%s: %s at %s holds no event of it"
        .formatted(
            id == null
                ? "a job with the label " + label.name() + "=" + SafeText.line(label.value())
                : "job " + id,
            asOf == null ? "" : " as of " + asOf.atZone(ZoneId.systemDefault()).toOffsetDateTime(),
            topics.transitions(),
            kafka.bootstrap());
  }
}
