package dev.imsbridge.bench.topology;

import dev.imsbridge.bench.common.SampleAnswers;
import dev.imsbridge.job.Evidence;
import dev.imsbridge.job.FoldRules;
import dev.imsbridge.job.JobRequest;
import dev.imsbridge.job.JobTree;
import dev.imsbridge.job.ProjectRef;
import dev.imsbridge.ledger.Ledger;
import dev.imsbridge.ledger.LedgerEntry;
import dev.imsbridge.ledger.LogCodec;
import dev.imsbridge.ledger.LogRecord;
import dev.imsbridge.ledger.OutputRecord;
import dev.imsbridge.wire.AuditChain;
import dev.imsbridge.wire.CloudEvent;
import dev.imsbridge.wire.RootPartition;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * What the bridge stores and sends for the answers of the jobs of one partition, computed before a
 * measurement. The records of different jobs differ as much as on a running bridge: each job has
 * its own id, times, offsets, digests and hashes of the audit chain. Used by one thread.
 */
final class SampleResults {
  /**
   * The number of jobs. Even the smallest records of so many jobs fill more than the 32 KiB in
   * which gzip finds repetitions, so the repeated list compresses like new records.
   */
  private static final int JOBS = 256;

  private static final long FIRST_OFFSET = 1_000_000;

  private final Ledger ledger;
  private final ProjectRef project;
  private final int partition;
  private final Map<String, JobTree> trees = new HashMap<>();
  private AuditChain.Head head = AuditChain.Head.START;
  private long offset = FIRST_OFFSET;

  private SampleResults(FoldRules rules, ProjectRef project, int partition) {
    this.ledger = new Ledger(rules, Duration.ofDays(7), CloudEvent.Mode.BINARY);
    this.project = project;
    this.partition = partition;
  }

  /**
   * Returns the results of several jobs, computed in the order in which a measurement sends the
   * answers: the first ones of all jobs, then the second ones. So the entries of the audit chain
   * that follow each other name each other's hashes, as on a running bridge.
   *
   * @param partition the partition of all these jobs, of {@code partitions}
   * @return for each of {@link SampleAnswers#STATUSES}, the results of the jobs
   */
  static List<List<LedgerEntry>> of(
      FoldRules rules, ProjectRef project, int partition, int partitions) {
    SampleResults results = new SampleResults(rules, project, partition);
    List<String> ids =
        LongStream.iterate(0, number -> number + 1)
            .mapToObj(SampleAnswers::id)
            .filter(id -> RootPartition.of(id, partitions) == partition)
            .limit(JOBS)
            .toList();
    ids.forEach(results::request);
    return SampleAnswers.STATUSES.stream()
        .map(status -> ids.stream().map(id -> results.answer(id, status)).toList())
        .toList();
  }

  private void request(String id) {
    JobRequest request =
        new JobRequest(id, project, new TreeMap<>(), null, JobRequest.Correlation.NONE);
    OutputRecord record =
        LogCodec.encodeRequest(
            request, new Evidence("ims.jobs.requests", partition, offset), Instant.now());
    process(
        id,
        new LogRecord(next(), record.key(), record.value(), record.headers(), record.timestamp()));
  }

  private LedgerEntry answer(String id, String status) {
    ProducerRecord<byte[], byte[]> record =
        SampleAnswers.of(id, project, status).record("ims.jobs.observations", partition);
    return process(
        id,
        new LogRecord(next(), record.key(), record.value(), record.headers(), record.timestamp()));
  }

  private Evidence next() {
    return new Evidence("ims.jobs.observations", partition, offset++);
  }

  private LedgerEntry process(String id, LogRecord record) {
    LedgerEntry entry = ledger.process(record, head, trees::get);
    head = entry.head();
    trees.put(id, entry.change().tree());
    return entry;
  }
}
