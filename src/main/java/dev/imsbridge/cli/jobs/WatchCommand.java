package dev.imsbridge.cli.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imsbridge.cli.common.BridgeOption;
import dev.imsbridge.cli.common.ConfiguredCommand;
import dev.imsbridge.cli.common.JobIdConverter;
import dev.imsbridge.cli.common.TerminalLine;
import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.history.EventTail;
import dev.imsbridge.history.PublishedEvent;
import dev.imsbridge.job.JobOutcome;
import dev.imsbridge.job.StatusWords;
import dev.imsbridge.service.BrokerWatch;
import dev.imsbridge.service.GroupCheck;
import dev.imsbridge.service.KafkaAccess;
import dev.imsbridge.terminal.CommandFailure;
import dev.imsbridge.terminal.Lifecycle;
import dev.imsbridge.terminal.Terminal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
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
            + "its completion or, if that is no longer retained, its last status. A lost job "
            + "that was requested again has not ended.",
    footer = {
      "",
      "With ids, exit code 0: all jobs succeeded. 1: a job failed. 4: a job was lost. "
          + "5: a job had not ended at the timeout."
    })
public final class WatchCommand extends ConfiguredCommand {
  private static final Logger LOG = LoggerFactory.getLogger(WatchCommand.class);
  // Longer than a bridge needs to accept a request and to poll for the first time.
  private static final Duration SILENCE = Duration.ofSeconds(5);

  @Mixin private BridgeOption address;

  @Parameters(paramLabel = "ID", arity = "0..*", description = "Ids of jobs. Default: all jobs.")
  private List<String> ids = new ArrayList<>();

  @Option(names = "--json", description = "Print each event as a CloudEvent, one JSON line each.")
  private boolean json;

  @Option(names = "--from-beginning", description = "Print the retained events first.")
  private boolean fromBeginning;

  @Option(
      names = "--until-completed",
      description =
          "End when all jobs have ended. This is the default with ids; without ids it is an error.")
  private boolean untilCompleted;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      description = "End with exit code 5 if a job has not ended after this time, such as 30m.")
  private Duration timeout;

  public WatchCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  public Integer call() throws Exception {
    JobIdConverter.check(ids);
    if (ids.isEmpty() && (untilCompleted || timeout != null)) {
      throw CommandFailure.usage(
          "--until-completed and --timeout need the ids of the jobs to wait for");
    }
    TimeLimit limit = new TimeLimit(timeout);
    BridgeConfig config = config();
    KafkaAccess kafka = KafkaAccess.of(config);
    int[] exitCode = new int[1];
    // Without ids only a signal ends the command, so the exit code is 0. With ids a signal means
    // that jobs have not ended.
    terminal.run(ids.isEmpty(), parts -> exitCode[0] = follow(parts, kafka, config, limit));
    return exitCode[0];
  }

  private int follow(Lifecycle parts, KafkaAccess kafka, BridgeConfig config, TimeLimit limit)
      throws Exception {
    AwaitedJobs jobs = new AwaitedJobs(ids);
    JobProgress progress = JobProgress.of(terminal, address.bridge(config));
    JobWait waiting = new JobWait(terminal, TerminalLine.of(terminal), jobs, limit, progress, json);
    try (EventTail tail = kafka.tail(config.topics(), fromBeginning, ids)) {
      Events events = new Events(jobs, waiting, kafka, config, progress);
      parts.start(
          "broker watch", () -> BrokerWatch.start(kafka, config, terminal::say, parts::fail));
      return waiting.run(parts, step -> events.next(tail, step));
    } catch (KafkaException e) {
      throw kafka.unreachable(e);
    }
  }

  /** Prints the events, and finds out which jobs have ended. */
  private final class Events implements EventTail.Sink {
    private final AwaitedJobs jobs;
    private final JobWait waiting;
    private final KafkaAccess kafka;
    private final BridgeConfig config;
    private final JobProgress progress;
    private final LatestRecords watches;
    private final LatestRecords statuses;
    private final Map<String, PublishedEvent> lost = new HashMap<>();
    private final Set<String> silent = new HashSet<>(ids);
    private final long explainNanos = System.nanoTime() + SILENCE.toNanos();
    // Null until the statuses are read.
    private Map<String, PublishedEvent> endedEarlier;
    private boolean shown;
    private boolean explained;

    Events(
        AwaitedJobs jobs,
        JobWait waiting,
        KafkaAccess kafka,
        BridgeConfig config,
        JobProgress progress) {
      this.jobs = jobs;
      this.waiting = waiting;
      this.kafka = kafka;
      this.config = config;
      this.progress = progress;
      this.watches = new LatestRecords(kafka, config.topics().watches());
      this.statuses = new LatestRecords(kafka, config.topics().status());
    }

    void next(EventTail tail, Duration wait) throws InterruptedException {
      tail.next(wait, this);
      if (tail.caughtUp()) {
        settleLost();
        settleEarlier(tail);
        if (!explained && System.nanoTime() - explainNanos >= 0) {
          explained = true;
          if (ids.isEmpty() ? !shown : !silent.isEmpty()) {
            explain();
          }
        }
      }
    }

    @Override
    public void add(PublishedEvent event, int partition, long offset) {
      if (concerned(event)) {
        shown = true;
        silent.remove(event.jobId());
        silent.remove(event.rootJobId());
        waiting.print(event);
      }
      if (event.completion() && ends(event).keySet().stream().anyMatch(jobs::awaits)) {
        lost.remove(event.rootJobId());
        if (event.outcome() == JobOutcome.LOST) {
          lost.put(event.rootJobId(), event);
        } else {
          ends(event).forEach(jobs::ended);
        }
      }
    }

    // A lost job has ended unless it was requested again. Completions do not show that, watches do.
    private void settleLost() throws InterruptedException {
      lost.keySet().removeAll(watches.of(lost.keySet()).keySet());
      lost.values().forEach(event -> ends(event).forEach(jobs::ended));
      lost.clear();
    }

    // The statuses also show the end of a job whose completion is no longer retained. They are read
    // after the tail has begun. A completion that was published in between comes from the tail
    // first.
    private void settleEarlier(EventTail tail) throws InterruptedException {
      if (endedEarlier == null) {
        endedEarlier = endedByStatus();
        if (!endedEarlier.isEmpty()) {
          tail.extend();
        }
        return;
      }
      endedEarlier.keySet().retainAll(jobs.open());
      endedEarlier.forEach(
          (jobId, status) -> {
            silent.remove(jobId);
            waiting.endedEarlier(jobId, status);
          });
      endedEarlier.clear();
    }

    // A job with a watch has not ended: it was requested again, or its sub-jobs still run.
    private Map<String, PublishedEvent> endedByStatus() throws InterruptedException {
      Map<String, PublishedEvent> ended = new HashMap<>();
      try {
        statuses
            .of(jobs.open())
            .forEach(
                (jobId, record) ->
                    PublishedEvent.parse(record)
                        .filter(status -> StatusWords.outcome(status.status()).isPresent())
                        .ifPresent(status -> ended.put(jobId, status)));
        ended.keySet().removeAll(watches.of(ended.keySet()).keySet());
        return ended;
      } catch (KafkaException | CommandFailure e) {
        LOG.debug("cannot read the statuses", e);
        return new HashMap<>();
      }
    }

    /** Reports why nothing is shown, as far as the cluster allows it. */
    private void explain() throws InterruptedException {
      Set<String> watched;
      try {
        watched = new TreeSet<>(watches.of(silent).keySet());
      } catch (KafkaException | CommandFailure e) {
        // Continue: the brokers may be unavailable for a moment, or the user may not read the
        // topic.
        LOG.debug("cannot read the watches", e);
        return;
      }
      String bridge =
          new GroupCheck(kafka, config).bridgeRuns().orElse(true)
              ? ""
              : "; no bridge runs at " + kafka.bootstrap();
      Set<String> unknown = new TreeSet<>(silent);
      unknown.removeAll(watched);
      if (!unknown.isEmpty()) {
        waiting.say(
            "waiting for a request for %s (imsbridge submit)%s"
                .formatted(AwaitedJobs.named(unknown), bridge));
      }
      if (!watched.isEmpty()) {
        String far = watched.size() == 1 ? progress.of(watched) : "";
        waiting.say(
            "waiting for the next status of %s%s%s"
                .formatted(AwaitedJobs.named(watched), far.isEmpty() ? "" : ": " + far, bridge));
      }
      if (ids.isEmpty()) {
        waiting.say("waiting for events on %s%s".formatted(config.topics().transitions(), bridge));
      }
    }
  }

  /** Returns the jobs that a completion covers, each with its outcome. */
  private static Map<String, JobOutcome> ends(PublishedEvent completion) {
    JobOutcome outcome = completion.outcome();
    Map<String, JobOutcome> ends = new HashMap<>();
    for (JsonNode sub : completion.data().path("sub_jobs")) {
      // A sub-job of a lost job may have no final status.
      ends.put(
          sub.path("job_id").asText(),
          StatusWords.outcome(sub.path("status").asText()).orElse(outcome));
    }
    ends.put(completion.rootJobId(), outcome);
    return ends;
  }

  private boolean concerned(PublishedEvent event) {
    return ids.isEmpty() || ids.contains(event.jobId()) || ids.contains(event.rootJobId());
  }
}
