package dev.imsbridge.cli.past;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imsbridge.cli.common.ConfiguredCommand;
import dev.imsbridge.cli.common.EventText;
import dev.imsbridge.cli.common.ProgressBar;
import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.history.PublishedEvent;
import dev.imsbridge.history.TopicReader;
import dev.imsbridge.history.replay.EventJson;
import dev.imsbridge.history.replay.EventRate;
import dev.imsbridge.history.replay.PrintSink;
import dev.imsbridge.history.replay.Replay;
import dev.imsbridge.history.replay.ReplayFilter;
import dev.imsbridge.history.replay.ReplayProgress;
import dev.imsbridge.history.replay.ReplaySink;
import dev.imsbridge.history.replay.TopicSink;
import dev.imsbridge.service.KafkaAccess;
import dev.imsbridge.terminal.CommandFailure;
import dev.imsbridge.terminal.Palette;
import dev.imsbridge.terminal.Terminal;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.acl.AclOperation;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code imsbridge replay}: prints past events, or publishes them again. */
@Command(
    name = "replay",
    description =
        "Prints past events, or publishes them to another topic with the same keys,"
            + " values, times and ids, and with headers that name the source of each.",
    footer = {
      "",
      "Different filters must all match; values of the same filter are "
          + "alternatives. The events of each job are in order; printed events are in "
          + "the order of their times. A resumed replay may publish the events of its "
          + "last second again; consumers recognise them by ce_id. The retention of the"
          + " target counts from the times of the events."
    })
public final class ReplayCommand extends ConfiguredCommand {
  @Mixin private ReplayOptions options;

  @ArgGroup(exclusive = false)
  private ReplayTarget target;

  @Option(
      names = "--what",
      paramLabel = "WHAT",
      description = "transitions (default) or completions.")
  private What what = What.TRANSITIONS;

  @Option(names = "--rate", paramLabel = "NUMBER", description = "Most events per second.")
  private Double rate;

  @Option(names = "--dry-run", description = "Only count the events.")
  private boolean dryRun;

  @Option(names = "--json", description = "Print JSON: one line per event, and a result.")
  private boolean json;

  private enum What {
    TRANSITIONS,
    COMPLETIONS
  }

  public ReplayCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  public Integer call() throws Exception {
    check();
    ReplayFilter filter = options.filter();
    BridgeConfig config = config();
    String source =
        what == What.TRANSITIONS ? config.topics().transitions() : config.topics().completions();
    if (target != null) {
      target.check(config);
    }
    KafkaAccess kafka = KafkaAccess.of(config);
    kafka.partitions(List.of(source));
    String targetId = target == null ? "none" : target.prepare(kafka, config, source, dryRun);
    // Identifies this replay: source, target and filter.
    String order =
        "%s (%s) to %s (%s): %s"
            .formatted(
                source, kafka.topicId(source).orElse("?"), topic(), targetId, filter.described());
    ReplayProgress begin =
        Optional.ofNullable(target)
            .flatMap(each -> each.progress(order))
            .orElseGet(() -> ReplayProgress.none(UUID.randomUUID().toString(), order));
    if (begin.done()) {
      terminal
          .err()
          .printf(
              "replay %s is complete according to %s; name another file to start a new replay%n",
              begin.replayId(), target.resume());
      return 0;
    }
    long start = System.nanoTime();
    Replay.Result result = run(kafka, source, filter, begin);
    // Incomplete: the reader closed the output, so no summary is needed.
    if (result.complete()) {
      summary(source, begin.replayId(), result, (System.nanoTime() - start) / 1e9);
    }
    return 0;
  }

  private void check() {
    if (rate != null && !(rate > 0 && rate <= 1e9)) {
      throw CommandFailure.usage("--rate must be above 0");
    }
    if (resume() != null && dryRun) {
      throw CommandFailure.usage("--resume and --dry-run cannot be combined");
    }
    if (resume() != null && options.relative()) {
      throw CommandFailure.usage(
          "--resume needs --from and --until as points in time: how long ago changes with each"
              + " call");
    }
  }

  /** The topic to publish to; null to print. */
  private String topic() {
    return target == null ? null : target.topic();
  }

  private Path resume() {
    return target == null ? null : target.resume();
  }

  private boolean prints() {
    return target == null && !dryRun;
  }

  private Replay.Result run(
      KafkaAccess kafka, String source, ReplayFilter filter, ReplayProgress begin)
      throws Exception {
    EventText lines =
        new EventText(EventText.DATED.withZone(ZoneId.systemDefault()), Palette.of(terminal));
    EventRate limit = EventRate.of(rate == null || dryRun ? Double.POSITIVE_INFINITY : rate);
    try (TopicReader reader =
            TopicReader.open(
                kafka.consumer(TopicReader.CONSUMER), kafka.partitions(List.of(source)));
        KafkaProducer<byte[], byte[]> producer =
            target == null || dryRun ? null : kafka.producer(TopicSink.PRODUCER);
        ProgressBar bar = new ProgressBar(terminal)) {
      ReplaySink sink =
          producer != null
              ? new TopicSink(producer, topic(), begin.replayId())
              : dryRun
                  ? record -> true
                  : new PrintSink(
                      terminal.out(),
                      json
                          ? EventJson::line
                          : record -> PublishedEvent.read(record).map(lines::of));
      Replay replay = new Replay(reader, begin, filter, limit, sink);
      if (prints()) {
        replay.inTimeOrder();
      }
      // Printed events and a progress bar would overwrite each other.
      return replay.run(
          resume() == null ? null : saved -> saved.write(resume()),
          prints() ? progress -> {} : bar::show);
    } catch (KafkaException e) {
      throw CommandFailure.fault(
          "the replay ended early: %s%s"
              .formatted(
                  kafka.reason(
                      e, each -> each.equals(topic()) ? AclOperation.WRITE : AclOperation.READ),
                  resume() == null ? "" : "; run the command again to continue"),
          e);
    }
  }

  private void summary(String source, String replayId, Replay.Result result, double seconds) {
    if (json && !prints()) {
      ObjectNode summary =
          JsonNodeFactory.instance
              .objectNode()
              .put("replay_id", replayId)
              .put("source", source)
              .put("target", topic())
              .put("dry_run", dryRun)
              .put("read", result.read())
              .put("events", result.taken())
              .put("events_before_interruption", result.earlier())
              .put("seconds", Math.round(seconds * 1000) / 1e3);
      terminal.out().println(summary.toPrettyString());
      return;
    }
    String done = dryRun ? "would replay" : target == null ? "printed" : "published";
    (prints() ? terminal.err() : terminal.out())
        .printf(
            Locale.ROOT,
            "%s %,d of %,d events of %s%s in %.1f s%s%s%n",
            done,
            result.taken(),
            result.read(),
            source,
            target == null ? "" : " to " + topic(),
            seconds,
            result.earlier() == 0
                ? ""
                : String.format(Locale.ROOT, ", and %,d before the interruption", result.earlier()),
            target == null || dryRun ? "" : ", replay " + replayId);
  }
}
