package dev.imsbridge.history.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.history.audit.InputCheck.Proof;
import dev.imsbridge.job.Evidence;
import dev.imsbridge.job.JobRequest;
import dev.imsbridge.job.ProjectRef;
import dev.imsbridge.job.Story;
import dev.imsbridge.job.Watch;
import dev.imsbridge.ledger.LogCodec;
import dev.imsbridge.ledger.LogRecord;
import dev.imsbridge.ledger.OutputRecord;
import dev.imsbridge.wire.AuditChain;
import dev.imsbridge.wire.Observation;
import dev.imsbridge.wire.Observation.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

/** Tampering with the log of inputs must be found. The digest once covered only responses. */
class InputCheckTest {
  private static final Instant AT = Instant.parse("2024-11-06T06:00:00Z");
  private static final ProjectRef PROJECT = Story.PROJECT;
  private static final Set<Long> NAMED = Set.of(0L, 2L, 4L, 6L, 8L, 14L);

  /** One record of each kind, at even offsets. Transaction markers take the odd offsets. */
  private static List<LogRecord> log() {
    List<LogRecord> log = new ArrayList<>();
    JobRequest request =
        new JobRequest(
            "root", PROJECT, new TreeMap<>(), null, new JobRequest.Correlation(null, null, "mine"));
    add(log, LogCodec.encodeRequest(request, new Evidence("requests", 0, 5), AT));
    add(log, observation(Kind.ANSWER, null, "{\"status\":\"RUNNING\"}"));
    add(log, observation(Kind.FAULT, "http-502", null));
    add(log, observation(Kind.NOT_FOUND, null, null));
    add(log, LogCodec.encodeCancel("root", new Evidence("requests", 0, 6), AT));
    // No audit entry names the next two records.
    add(log, observation(Kind.ANSWER, null, "{\"status\":\"RUNNING\"}"));
    add(log, record(null, "not of the bridge".getBytes(UTF_8), new RecordHeaders()));
    add(log, observation(Kind.EXPIRED, null, null));
    return log;
  }

  private static OutputRecord observation(Kind kind, String fault, String body) {
    ProducerRecord<byte[], byte[]> record =
        new Observation(
                new Watch("root", "root", PROJECT, null, 1, AT, AT),
                kind,
                AT,
                1,
                200,
                "request-1",
                Duration.ZERO,
                fault,
                fault,
                body == null ? null : body.getBytes(UTF_8))
            .record("observations", 0);
    return record(record.key(), record.value(), new RecordHeaders(record.headers().toArray()));
  }

  private static OutputRecord record(byte[] key, byte[] value, RecordHeaders headers) {
    return new OutputRecord(
        OutputRecord.Target.OBSERVATIONS, key, value, AT.toEpochMilli(), headers);
  }

  private static void add(List<LogRecord> log, OutputRecord entry) {
    log.add(
        new LogRecord(
            new Evidence("observations", 0, 2L * log.size()),
            entry.key(),
            entry.value(),
            entry.headers(),
            AT.toEpochMilli()));
  }

  /** The inputs that the audit names, with the digests of the original log. */
  private static List<AuditChain.Source> named() {
    AuditChain.Head head = AuditChain.Head.START;
    List<AuditChain.Source> sources = new ArrayList<>();
    for (LogRecord record : log()) {
      AuditChain.Source source = head.source(record.at(), record.sha256());
      head = head.afterInput(source);
      if (NAMED.contains(record.at().offset())) {
        sources.add(source);
      }
    }
    return sources;
  }

  private static List<Proof> check(List<LogRecord> log, long begin) {
    InputCheck check = new InputCheck(begin);
    List<Proof> proofs = new ArrayList<>();
    int next = 0;
    for (AuditChain.Source source : named()) {
      for (; next < log.size() && log.get(next).at().offset() <= source.at().offset(); next++) {
        if (log.get(next).at().offset() >= begin) {
          check.pass(log.get(next).at().offset(), log.get(next).sha256());
        }
      }
      proofs.add(check.prove(source, () -> begin));
    }
    return proofs;
  }

  @Test
  void shouldProveALogAsItWasWritten() {
    assertThat(check(log(), 0)).hasSize(NAMED.size()).containsOnly(Proof.PROVED);
  }

  /** Only the changed input differs, or, if no entry names it, the next named input. */
  @Test
  void shouldNameEachChangeOfAnyByteOfAnyRecord() {
    for (int i = 0; i < log().size(); i++) {
      for (LogRecord tampered : tampered(log().get(i))) {
        List<LogRecord> log = log();
        log.set(i, tampered);
        assertOne(check(log, 0), i, NAMED.contains(2L * i) ? Proof.DIFFERENT : null);
      }
    }
  }

  @Test
  void shouldNameEachRecordThatIsMissing() {
    for (int i = 0; i < log().size(); i++) {
      List<LogRecord> log = log();
      log.remove(i);
      assertOne(check(log, 0), i, NAMED.contains(2L * i) ? Proof.ABSENT : null);
    }
  }

  @Test
  void shouldNameARecordThatWasAdded() {
    for (int i = 1; i < log().size(); i++) {
      List<LogRecord> log = log();
      LogRecord other = log.get(0);
      log.add(
          i,
          new LogRecord(
              new Evidence("observations", 0, 2L * i - 1),
              other.key(),
              other.value(),
              other.headers(),
              other.timestamp()));
      assertOne(check(log, 0), i, null);
    }
  }

  private static void assertOne(List<Proof> proofs, int at, Proof proof) {
    // The sixth and seventh records are covered by the eighth, which the sixth entry names.
    int expected = at < 5 ? at : 5;
    for (int i = 0; i < proofs.size(); i++) {
      Proof wanted = proof == null ? Proof.DIFFERENT_BEFORE : proof;
      assertThat(proofs.get(i)).isEqualTo(i == expected ? wanted : Proof.PROVED);
    }
  }

  @Test
  void shouldProveTheRestWhereRetentionHasDeletedTheFirst() {
    assertThat(check(log(), 3))
        .containsExactly(
            Proof.GONE, Proof.GONE, Proof.PROVED, Proof.PROVED, Proof.PROVED, Proof.PROVED);
    List<LogRecord> log = log();
    log.remove(5);
    assertThat(check(log, 3)).last().isEqualTo(Proof.DIFFERENT_BEFORE);
    assertThat(new HashSet<>(check(log(), 100))).containsExactly(Proof.GONE);
  }

  private static List<LogRecord> tampered(LogRecord record) {
    List<LogRecord> all = new ArrayList<>();
    byte[] key = record.key();
    byte[] value = record.value();
    each(key, it -> all.add(with(record, it, value, record.headers().toArray())));
    each(value, it -> all.add(with(record, key, it, record.headers().toArray())));
    all.add(with(record, key, new byte[0], record.headers().toArray()));
    for (int bit = 0; bit < Long.SIZE; bit++) {
      all.add(
          new LogRecord(
              record.at(), key, value, record.headers(), record.timestamp() ^ (1L << bit)));
    }
    Header[] headers = record.headers().toArray();
    for (int i = 0; i < headers.length; i++) {
      int at = i;
      byte[] name = headers[i].key().getBytes(UTF_8);
      each(
          name,
          it -> all.add(with(record, headers, at, new String(it, UTF_8), headers[at].value())));
      each(headers[i].value(), it -> all.add(with(record, headers, at, headers[at].key(), it)));
      List<Header> fewer = new ArrayList<>(List.of(headers));
      fewer.remove(at);
      all.add(with(record, key, value, fewer.toArray(Header[]::new)));
    }
    return all;
  }

  private static LogRecord with(LogRecord record, byte[] key, byte[] value, Header[] headers) {
    return new LogRecord(record.at(), key, value, new RecordHeaders(headers), record.timestamp());
  }

  private static LogRecord with(
      LogRecord record, Header[] headers, int at, String name, byte[] value) {
    Header[] all = headers.clone();
    all[at] = new RecordHeader(name, value);
    return with(record, record.key(), record.value(), all);
  }

  private static void each(byte[] bytes, Consumer<byte[]> changed) {
    for (int i = 0; bytes != null && i < bytes.length; i++) {
      byte[] other = bytes.clone();
      other[i] ^= 1;
      changed.accept(other);
    }
  }
}
