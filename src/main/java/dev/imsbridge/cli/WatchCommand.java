package dev.imsbridge.cli;

import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.history.EventTail;
import dev.imsbridge.history.PublishedEvent;
import dev.imsbridge.job.JobId;
import dev.imsbridge.job.JobOutcome;
import dev.imsbridge.service.BrokerWatch;
import dev.imsbridge.service.GroupCheck;
import dev.imsbridge.service.KafkaAccess;
import dev.imsbridge.terminal.CommandFailure;
import dev.imsbridge.terminal.Lifecycle;
import dev.imsbridge.terminal.Palette;
import dev.imsbridge.terminal.SafeText;
import dev.imsbridge.terminal.Terminal;
import java.io.PrintStream;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code imsbridge watch}: prints events as they are published. */
@Command(
    name = "watch",
    description =
        "Prints events when they are published. With ids, prints the events of "
            + "these jobs until all have ended; for a job that has ended already, prints "
            + "its completion. A lost job that was requested again has not ended.")
final class WatchCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(WatchCommand.class);
  private static final Duration WAIT = Duration.ofMillis(250);

  // Longer than a bridge needs to accept a request and to poll for the first time.
  private static final Duration SILENCE = Duration.ofSeconds(5);
  private static final int NAMED = 3;

  private final Terminal terminal;

  @Mixin private ConfigOptions configuration;

  @Parameters(paramLabel = "ID", arity = "0..*", description = "Ids of jobs. Default: all jobs.")
  private List<String> ids = new ArrayList<>();

  @Option(names = "--json", description = "Print each event as a CloudEvent, one JSON line each.")
  private boolean json;

  @Option(names = "--from-beginning", description = "Print the retained events first.")
  private boolean fromBeginning;

  WatchCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Exception {
    // picocli takes an argument that a converter refuses for one too many.
    for (String id : ids) {
      if (!JobId.valid(id)) {
        throw CommandFailure.usage("'%s' is not a job id".formatted(SafeText.line(id)));
      }
    }
    BridgeConfig config = configuration.load(terminal.environment());
    KafkaAccess kafka = KafkaAccess.of(config);
    // Without ids only a signal ends the command, so the exit code is 0. With ids a signal means
    // that jobs have not ended.
    terminal.run(ids.isEmpty(), parts -> follow(parts, kafka, config));
    return 0;
  }

  private void follow(Lifecycle parts, KafkaAccess kafka, BridgeConfig config) throws Exception {
    EventText lines = new EventText(ZoneId.systemDefault(), Palette.of(terminal));
    PrintStream out = terminal.out();
    Set<String> open = new HashSet<>(ids);
    Map<String, PublishedEvent> lost = new HashMap<>();
    OpenWatchReader watches = new OpenWatchReader(kafka, config.topics());
    Set<String> silent = new HashSet<>(ids);
    boolean[] shown = new boolean[1];
    long explainNanos = System.nanoTime() + SILENCE.toNanos();
    boolean explained = false;
    try (EventTail tail = kafka.tail(config.topics(), fromBeginning, open)) {
      parts.start(
          "broker watch", () -> BrokerWatch.start(kafka, config, terminal::say, parts::fail));
      while (ids.isEmpty() || !open.isEmpty()) {
        parts.check();
        tail.next(
            WAIT,
            (event, partition, offset) -> {
              if (concerned(event)) {
                shown[0] = true;
                silent.remove(event.jobId());
                silent.remove(event.rootJobId());
                out.println(json ? event.json() : lines.of(event));
              }
              if (event.completion() && !Collections.disjoint(open, jobs(event))) {
                lost.remove(event.rootJobId());
                if (event.text("outcome").equals(JobOutcome.LOST.name())) {
                  lost.put(event.rootJobId(), event);
                } else {
                  open.removeAll(jobs(event));
                }
              }
            });
        // A lost job has ended unless it was requested again. Completions do not show that, watches
        // do.
        if (tail.caughtUp()) {
          lost.keySet().removeAll(watches.among(lost.keySet()));
          lost.values().forEach(event -> open.removeAll(jobs(event)));
          lost.clear();
        }
        if (!explained && tail.caughtUp() && System.nanoTime() - explainNanos >= 0) {
          explained = true;
          if (ids.isEmpty() ? !shown[0] : !silent.isEmpty()) {
            explain(kafka, config, silent, watches);
          }
        }
        if (out.checkError()) {
          return;
        }
      }
    } catch (KafkaException e) {
      throw kafka.unreachable(e);
    }
  }

  /** Reports why nothing is shown, as far as the cluster allows it. */
  private void explain(
      KafkaAccess kafka, BridgeConfig config, Set<String> silent, OpenWatchReader watches)
      throws InterruptedException {
    Set<String> watched;
    try {
      watched = watches.among(silent);
    } catch (KafkaException | CommandFailure e) {
      // Continue: the brokers may be unavailable for a moment, or the user may not read the topic.
      LOG.debug("the watches could not be read", e);
      return;
    }
    String bridge =
        new GroupCheck(kafka, config).noBridge() ? "; no bridge runs at " + kafka.bootstrap() : "";
    Set<String> unknown = new TreeSet<>(silent);
    unknown.removeAll(watched);
    if (!unknown.isEmpty()) {
      terminal.say(
          "waiting until somebody requests %s (imsbridge submit)%s"
              .formatted(named(unknown), bridge));
    }
    if (!watched.isEmpty()) {
      terminal.say(
          "waiting for the next status of %s%s".formatted(named(new TreeSet<>(watched)), bridge));
    }
    if (ids.isEmpty()) {
      terminal.say("waiting for events on %s%s".formatted(config.topics().transitions(), bridge));
    }
  }

  private static String named(Set<String> jobs) {
    String some = jobs.stream().limit(NAMED).collect(Collectors.joining(", "));
    return jobs.size() <= NAMED ? some : some + " and " + (jobs.size() - NAMED) + " more";
  }

  /** Returns the jobs that a completion covers. */
  private static Set<String> jobs(PublishedEvent completion) {
    Set<String> jobs = new HashSet<>(Set.of(completion.rootJobId()));
    completion.data().path("sub_jobs").forEach(sub -> jobs.add(sub.path("job_id").asText()));
    return jobs;
  }

  private boolean concerned(PublishedEvent event) {
    return ids.isEmpty() || ids.contains(event.jobId()) || ids.contains(event.rootJobId());
  }
}
