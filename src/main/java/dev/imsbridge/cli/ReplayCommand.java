package dev.imsbridge.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.config.Keys;
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
import dev.imsbridge.service.TopicAccess;
import dev.imsbridge.terminal.CommandFailure;
import dev.imsbridge.terminal.Palette;
import dev.imsbridge.terminal.SafeText;
import dev.imsbridge.terminal.Terminal;
import dev.imsbridge.wire.TopicNames;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.acl.AclOperation;
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
public final class ReplayCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private ConfigOptions configuration;
  @Mixin private ReplayOptions options;

  @Option(
      names = "--to",
      paramLabel = "TOPIC",
      description =
          "Topic to publish to. It must exist, unless --create is given. Default: " + "print.")
  private String to;

  @Option(
      names = "--create",
      description =
          "Create the topic of --to if it is missing, with as many partitions as the "
              + "source and unlimited retention (retention.ms=-1), because Kafka's default "
              + "retention would soon delete events of earlier times.")
  private boolean create;

  @Option(
      names = "--what",
      paramLabel = "WHAT",
      defaultValue = "transitions",
      description = "transitions (default) or completions.")
  private String what;

  @Option(names = "--rate", paramLabel = "NUMBER", description = "Most events per second.")
  private Double rate;

  @Option(names = "--dry-run", description = "Only count the events.")
  private boolean dryRun;

  @Option(names = "--json", description = "Print JSON: one line per event, and a result.")
  private boolean json;

  @Option(
      names = "--resume",
      paramLabel = "FILE",
      description = "Keep the progress in this file, and continue from it. Requires --to.")
  private Path resume;

  ReplayCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Exception {
    check();
    Clock clock = Clock.system(ZoneId.systemDefault());
    ReplayFilter filter = options.filter(clock);
    BridgeConfig config = configuration.load(terminal.environment());
    TopicNames topics = config.topics();
    String source = what.equals("transitions") ? topics.transitions() : topics.completions();
    if (to != null) {
      refuseOwn(config);
    }
    KafkaAccess kafka = KafkaAccess.of(config);
    kafka.partitions(List.of(source));
    if (create && !dryRun && kafka.topicId(to).isEmpty()) {
      new TopicAccess(kafka, config).createTarget(to, source);
    }
    String order = order(kafka, source, filter);
    ReplayProgress begin =
        saved(order).orElseGet(() -> ReplayProgress.none(UUID.randomUUID().toString(), order));
    if (begin.done()) {
      terminal
          .err()
          .printf(
              "replay %s is complete, as %s says: nothing is left to do; another file begins"
                  + " anew%n",
              begin.replayId(), resume);
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
    if (!what.equals("transitions") && !what.equals("completions")) {
      throw CommandFailure.usage(
          "--what takes transitions or completions, not '" + SafeText.line(what) + "'");
    }
    if (rate != null && !(rate > 0 && rate <= 1e9)) {
      throw CommandFailure.usage("--rate must be above 0");
    }
    if (to != null && to.isBlank()) {
      throw CommandFailure.usage("--to is blank: name a topic, or leave it away to print");
    }
    if (create && to == null) {
      throw CommandFailure.usage("--create goes with --to: it says which topic");
    }
    if (resume != null && to == null) {
      throw CommandFailure.usage("--resume goes with --to: there is nothing to resume in printing");
    }
    if (resume != null && dryRun) {
      throw CommandFailure.usage("--resume and --dry-run do not go together");
    }
    if (resume != null && options.relative()) {
      throw CommandFailure.usage(
          "--resume needs --from and --until as points in time: how long ago changes with each"
              + " call");
    }
  }

  private void refuseOwn(BridgeConfig config) {
    String prefix = config.topics().prefix();
    if (!prefix.isEmpty() && to.startsWith(prefix)) {
      throw CommandFailure.usage(
          "--to: %s begins with %s, as the bridge's own topics do (%s); name a topic of yours"
              .formatted(SafeText.line(to), prefix, Keys.TOPICS_PREFIX));
    }
    boolean own =
        config.topics().all().contains(to)
            || to.startsWith(config.applicationId() + "-")
            || to.startsWith("__");
    if (own) {
      throw CommandFailure.usage(
          "--to: %s is one of the bridge's or of Kafka's own topics, whose records others rely on;"
                  .formatted(SafeText.line(to))
              + " name a topic of yours");
    }
  }

  /** Identifies this replay: source, target and filter. */
  private String order(KafkaAccess kafka, String source, ReplayFilter filter)
      throws InterruptedException {
    String target =
        to == null
            ? "none"
            : kafka
                .topicId(to)
                .or(() -> create && dryRun ? Optional.of("none") : Optional.empty())
                .orElseThrow(
                    () ->
                        CommandFailure.fault(
                            "%s has no topic %s to publish to: create it first, or call with --create"
                                .formatted(kafka.bootstrap(), SafeText.line(to)),
                            null));
    return "%s (%s) to %s (%s): %s"
        .formatted(source, kafka.topicId(source).orElse("?"), to, target, filter.described());
  }

  private Optional<ReplayProgress> saved(String order) {
    if (resume == null) {
      return Optional.empty();
    }
    try {
      Optional<ReplayProgress> found = ReplayProgress.read(resume);
      found
          .filter(progress -> !progress.order().equals(order))
          .ifPresent(
              progress -> {
                throw CommandFailure.usage(
                    "--resume: %s is of another replay (%s): use the same options, or another file"
                        .formatted(resume, SafeText.line(progress.order())));
              });
      return found;
    } catch (IOException e) {
      throw CommandFailure.usage(
          "--resume: %s cannot be used: %s".formatted(resume, SafeText.reason(e)));
    }
  }

  private Replay.Result run(
      KafkaAccess kafka, String source, ReplayFilter filter, ReplayProgress begin)
      throws Exception {
    EventText lines = EventText.dated(ZoneId.systemDefault(), Palette.of(terminal));
    EventRate limit = EventRate.of(rate == null || dryRun ? Double.POSITIVE_INFINITY : rate);
    try (TopicReader reader =
            TopicReader.open(
                kafka.consumer(TopicReader.CONSUMER), kafka.partitions(List.of(source)));
        KafkaProducer<byte[], byte[]> producer =
            to == null || dryRun ? null : kafka.producer(TopicSink.PRODUCER);
        ProgressBar bar = ProgressBar.of(terminal)) {
      ReplaySink sink =
          producer != null
              ? new TopicSink(producer, to, begin.replayId())
              : dryRun
                  ? record -> true
                  : new PrintSink(
                      terminal.out(),
                      json
                          ? EventJson::line
                          : record -> PublishedEvent.read(record).map(lines::of));
      Replay replay = new Replay(reader, begin, filter, limit, sink);
      if (producer == null && !dryRun) {
        replay.inTimeOrder();
      }
      // Printed events and a progress bar would overwrite each other.
      return replay.run(
          resume == null ? null : saved -> saved.write(resume),
          producer == null && !dryRun ? progress -> {} : bar::show);
    } catch (KafkaException e) {
      throw CommandFailure.fault(
          "the replay ended early: %s%s"
              .formatted(
                  kafka.reason(e, each -> each.equals(to) ? AclOperation.WRITE : AclOperation.READ),
                  resume == null ? "" : "; call it again to go on where it was"),
          e);
    }
  }

  private void summary(String source, String replayId, Replay.Result result, double seconds) {
    boolean printed = to == null && !dryRun;
    if (json && !printed) {
      ObjectNode summary =
          JsonNodeFactory.instance
              .objectNode()
              .put("replay_id", replayId)
              .put("source", source)
              .put("target", to)
              .put("dry_run", dryRun)
              .put("read", result.read())
              .put("events", result.taken())
              .put("events_before_interruption", result.earlier())
              .put("seconds", Math.round(seconds * 1000) / 1e3);
      terminal.out().println(summary.toPrettyString());
      return;
    }
    String done = dryRun ? "would replay" : to == null ? "printed" : "published";
    (printed ? terminal.err() : terminal.out())
        .printf(
            Locale.ROOT,
            "%s %,d of %,d events of %s%s in %.1f s%s%s%n",
            done,
            result.taken(),
            result.read(),
            source,
            to == null ? "" : " to " + to,
            seconds,
            result.earlier() == 0
                ? ""
                : String.format(Locale.ROOT, ", and %,d before the interruption", result.earlier()),
            to == null || dryRun ? "" : ", replay " + replayId);
  }
}
