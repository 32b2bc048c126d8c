package dev.imsbridge.bench;

import dev.imsbridge.bench.common.SampleAnswers;
import dev.imsbridge.job.Evidence;
import dev.imsbridge.job.Fold;
import dev.imsbridge.job.FoldRules;
import dev.imsbridge.job.Input;
import dev.imsbridge.job.JobRequest;
import dev.imsbridge.job.JobTree;
import dev.imsbridge.job.Output;
import dev.imsbridge.job.ProjectRef;
import dev.imsbridge.ledger.Ledger;
import dev.imsbridge.ledger.LedgerEntry;
import dev.imsbridge.ledger.LogCodec;
import dev.imsbridge.ledger.LogRecord;
import dev.imsbridge.ledger.OutputRecord;
import dev.imsbridge.wire.AnswerParser;
import dev.imsbridge.wire.AuditChain;
import dev.imsbridge.wire.CloudEvent;
import dev.imsbridge.wire.Event;
import dev.imsbridge.wire.Events;
import dev.imsbridge.wire.StoreCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * The steps of an answer that changes the status of a job, one by one and all together ({@link
 * #ledger}).
 */
@State(Scope.Benchmark)
public class FoldBenchmark {
  private static final Evidence AT = new Evidence("ims.jobs.observations", 0, 1_000_002);

  private final String id = SampleAnswers.id(1);
  private final ProjectRef project =
      new ProjectRef("cn-north-4", "0123456789abcdef0123456789abcdef");
  private final Ledger ledger =
      new Ledger(FoldRules.DEFAULTS, Duration.ofDays(7), CloudEvent.Mode.BINARY);
  private final Events events = new Events(CloudEvent.Mode.BINARY);
  private final byte[] body = SampleAnswers.body(id, "SUCCESS").getBytes(StandardCharsets.UTF_8);
  private final byte[] key = id.getBytes(StandardCharsets.UTF_8);
  private final LogRecord record;
  private final JobTree tree;
  private final byte[] stored;
  private final AuditChain.Head head;
  private final Input.Answered input;
  private final Output.Transition transition;
  private final Output.Audited audited;
  private final AuditChain.Source source;

  /** Folds the request and two answers of a job; the third one is measured. */
  public FoldBenchmark() {
    JobRequest request =
        new JobRequest(id, project, new TreeMap<>(), null, JobRequest.Correlation.NONE);
    OutputRecord requested =
        LogCodec.encodeRequest(request, new Evidence("ims.jobs.requests", 0, 1), Instant.now());
    LogRecord first =
        new LogRecord(
            new Evidence(AT.topic(), 0, AT.offset() - 2),
            requested.key(),
            requested.value(),
            requested.headers(),
            requested.timestamp());
    LedgerEntry known = ledger.process(first, AuditChain.Head.START, root -> null);
    LedgerEntry running =
        ledger.process(
            answer("RUNNING", AT.offset() - 1), known.head(), root -> known.change().tree());
    tree = running.change().tree();
    stored = running.change().bytes();
    head = running.head();
    record = answer("SUCCESS", AT.offset());
    source = head.source(AT, record.sha256());
    input = (Input.Answered) ((LogCodec.Valid) LogCodec.decode(record)).input();
    Fold.Folded folded = Fold.fold(FoldRules.DEFAULTS, tree, input);
    transition = output(folded, Output.Transition.class);
    audited = output(folded, Output.Audited.class);
  }

  private LogRecord answer(String status, long offset) {
    ProducerRecord<byte[], byte[]> answer =
        SampleAnswers.of(id, project, status).record(AT.topic(), 0);
    return new LogRecord(
        new Evidence(AT.topic(), 0, offset),
        answer.key(),
        answer.value(),
        answer.headers(),
        answer.timestamp());
  }

  private static <T extends Output> T output(Fold.Folded folded, Class<T> type) {
    return folded.outputs().stream()
        .filter(type::isInstance)
        .map(type::cast)
        .findFirst()
        .orElseThrow();
  }

  @Benchmark
  public LedgerEntry ledger() {
    return ledger.process(record, head, root -> StoreCodec.tree(stored));
  }

  @Benchmark
  public Fold.Folded fold() {
    return Fold.fold(FoldRules.DEFAULTS, tree, input);
  }

  @Benchmark
  public Object parseAnswer() {
    return AnswerParser.parse(body, id);
  }

  @Benchmark
  public LogCodec.Decoded decodeObservation() {
    return LogCodec.decode(record);
  }

  @Benchmark
  public byte[] encodeTree() {
    return StoreCodec.encode(tree);
  }

  @Benchmark
  public JobTree decodeTree() {
    return StoreCodec.tree(stored);
  }

  @Benchmark
  public Event encodeTransition() {
    return events.transition(transition);
  }

  /** With the hash of the entry. */
  @Benchmark
  public String encodeAuditEntry() {
    Event entry = events.audit(audited, id, tree.request(), AT, input.at(), head.next(source));
    return AuditChain.seal(key, entry, input.at().toEpochMilli());
  }
}
