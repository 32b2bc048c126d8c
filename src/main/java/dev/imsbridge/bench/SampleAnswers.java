package dev.imsbridge.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imsbridge.job.Evidence;
import dev.imsbridge.job.FoldRules;
import dev.imsbridge.job.JobRequest;
import dev.imsbridge.job.JobTree;
import dev.imsbridge.job.ProjectRef;
import dev.imsbridge.job.Watch;
import dev.imsbridge.ledger.Ledger;
import dev.imsbridge.ledger.LedgerEntry;
import dev.imsbridge.ledger.LogCodec;
import dev.imsbridge.ledger.LogRecord;
import dev.imsbridge.ledger.OutputRecord;
import dev.imsbridge.wire.AuditChain;
import dev.imsbridge.wire.CloudEvent;
import dev.imsbridge.wire.Observation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * The answers of a job without sub-jobs, as the poller writes them, and what the bridge makes of
 * them.
 */
final class SampleAnswers {
  /** The statuses of the answers, in order. */
  static final List<String> STATUSES = List.of("INIT", "RUNNING", "SUCCESS");

  private SampleAnswers() {}

  static Observation of(String id, ProjectRef project, String status) {
    Instant now = Instant.now();
    Watch watch = new Watch(id, id, project, null, 1, now, now.plus(Duration.ofDays(2)));
    String body =
        """
        {"job_id": "%s", "job_type": "imsImportImageJob", "status": "%s",
         "begin_time": "2024-11-06T06:21:08.769Z", "end_time": %s, "error_code": null,
         "fail_reason": null, "entities": {"image_name": "test", "image_id": "%s"}}\
        """
            .formatted(
                id,
                status,
                status.equals("SUCCESS") ? "\"2024-11-06T06:27:03.742Z\"" : "\"\"",
                status.equals("SUCCESS") ? "431df7fd-a898-4dc0-86b1-22cfefb8a517" : "");
    return new Observation(
        watch,
        Observation.Kind.ANSWER,
        now,
        1,
        200,
        "0b67bf0abe6d9a8844030ded87109c9f",
        Duration.ofMillis(31),
        null,
        null,
        body.getBytes(UTF_8));
  }

  /**
   * Returns what the bridge stores and sends for each answer of a job.
   *
   * @return in the order of {@link #STATUSES}
   */
  static List<LedgerEntry> results(FoldRules rules, ProjectRef project) {
    String id = "ff8080814dbd65d7014dbe0dffffffff";
    Ledger ledger = new Ledger(rules, Duration.ofDays(7), CloudEvent.Mode.BINARY);
    JobRequest request =
        new JobRequest(id, project, new TreeMap<>(), null, JobRequest.Correlation.NONE);
    OutputRecord requested =
        LogCodec.encodeRequest(request, new Evidence("requests", 0, 0), Instant.now());
    LogRecord first =
        new LogRecord(
            new Evidence("observations", 0, 0),
            requested.key(),
            requested.value(),
            requested.headers(),
            requested.timestamp());
    LedgerEntry last = ledger.process(first, AuditChain.Head.START, root -> null);
    List<LedgerEntry> results = new ArrayList<>();
    for (String status : STATUSES) {
      ProducerRecord<byte[], byte[]> answer = of(id, project, status).record("observations", 0);
      LogRecord next =
          new LogRecord(
              new Evidence("observations", 0, results.size() + 1L),
              answer.key(),
              answer.value(),
              answer.headers(),
              answer.timestamp());
      JobTree tree = last.change().tree();
      last = ledger.process(next, last.head(), root -> tree);
      results.add(last);
    }
    return results;
  }
}
