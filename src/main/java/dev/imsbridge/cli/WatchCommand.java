package dev.imsbridge.cli;

import dev.imsbridge.history.EventTail;
import dev.imsbridge.history.PublishedEvent;
import dev.imsbridge.job.JobId;
import dev.imsbridge.job.JobOutcome;
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
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code imsbridge watch}: a live tail of what is published. */
@Command(
    name = "watch",
    description =
        "Shows status changes as they are published. With ids: of these jobs only, until all have"
            + " ended; one that ended before is shown by its completion. A lost job that was asked for"
            + " again has not ended.")
final class WatchCommand implements Callable<Integer> {
  private static final Duration WAIT = Duration.ofMillis(250);

  private final Surroundings surroundings;

  @Mixin private ConfigOptions configuration;

  @Parameters(paramLabel = "ID", arity = "0..*", description = "Ids of jobs; all jobs without.")
  private List<String> ids = new ArrayList<>();

  @Option(names = "--json", description = "Each event as a line of JSON, as a CloudEvent.")
  private boolean json;

  @Option(names = "--from-beginning", description = "All that is kept, then what comes.")
  private boolean fromBeginning;

  WatchCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws Exception {
    ids.stream()
        .filter(id -> !JobId.valid(id))
        .findFirst()
        .ifPresent(
            id -> {
              throw CommandFailure.usage("'" + Screen.line(id) + "' is not a job id");
            });
    BridgeConfig config = configuration.load(surroundings.environment());
    KafkaAccess kafka = KafkaAccess.of(config);
    // A tail without an end is ended by a signal; a job that has not ended is no success.
    surroundings.run(ids.isEmpty(), parts -> follow(parts, kafka, config));
    return 0;
  }

  private void follow(Lifecycle parts, KafkaAccess kafka, BridgeConfig config) throws Exception {
    EventLines lines = new EventLines(ZoneId.systemDefault(), Palette.of(surroundings));
    PrintStream out = surroundings.out();
    Set<String> open = new HashSet<>(ids);
    Map<String, PublishedEvent> lost = new HashMap<>();
    WatchTable watches = new WatchTable(kafka, config.topics());
    try (EventTail tail = kafka.tail(config.topics(), fromBeginning, open)) {
      parts.start(
          "broker watch", () -> BrokerWatch.start(kafka, config, surroundings::say, parts::fail));
      while (ids.isEmpty() || !open.isEmpty()) {
        parts.check();
        tail.next(
            WAIT,
            (event, partition, offset) -> {
              if (concerned(event)) {
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
        // A loss is the end unless the job was asked for again, which no completion tells.
        if (tail.caughtUp()) {
          for (PublishedEvent event : lost.values()) {
            if (!watches.holds(event.rootJobId())) {
              open.removeAll(jobs(event));
            }
          }
          lost.clear();
        }
        if (out.checkError()) {
          return;
        }
      }
    } catch (KafkaException e) {
      throw kafka.unreachable(e);
    }
  }

  /** The jobs that a completion speaks of. */
  private static Set<String> jobs(PublishedEvent completion) {
    Set<String> jobs = new HashSet<>(Set.of(completion.rootJobId()));
    completion.data().path("sub_jobs").forEach(sub -> jobs.add(sub.path("job_id").asText()));
    return jobs;
  }

  private boolean concerned(PublishedEvent event) {
    return ids.isEmpty() || ids.contains(event.jobId()) || ids.contains(event.rootJobId());
  }
}
