package dev.imsbridge.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.job.Evidence;
import dev.imsbridge.job.JobTree;
import dev.imsbridge.job.RandomScenario;
import dev.imsbridge.job.Step;
import dev.imsbridge.job.Story;
import dev.imsbridge.ledger.Ledger;
import dev.imsbridge.ledger.LedgerEntry;
import dev.imsbridge.ledger.LogCodec;
import dev.imsbridge.ledger.LogRecord;
import dev.imsbridge.ledger.OutputRecord;
import dev.imsbridge.ledger.OutputRecord.Target;
import dev.imsbridge.wire.AuditChain;
import dev.imsbridge.wire.CloudEvent.Mode;
import dev.imsbridge.wire.StepObservation;
import dev.imsbridge.wire.StoreCodec;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Records of the observations topic, several in a document, and the results of the ledger. */
final class LedgerInputs {
  private static final byte[] NEXT = "\n\u001e\n".getBytes(ISO_8859_1);
  private static final int MOST_RECORDS = 8;
  private static final int MOST_BYTES = 4 << 20;
  private static final Ledger LEDGER =
      new Ledger(RandomScenario.rules(), Duration.ofDays(1), Mode.BINARY);
  private static final Ledger STRUCTURED =
      new Ledger(RandomScenario.rules(), Duration.ofDays(1), Mode.STRUCTURED);

  private LedgerInputs() {}

  /** Everything that follows from a document. */
  private record Lived(List<OutputRecord> records, Map<String, JobTree> trees) {}

  static List<byte[]> samples(Random random) {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    for (Step step : RandomScenario.anything(random)) {
      whole.writeBytes(record(step));
      whole.writeBytes(NEXT);
    }
    return List.of(whole.toByteArray());
  }

  private static byte[] record(Step step) {
    long time = step.at().toEpochMilli();
    if (step.kind() == Step.Kind.REQUEST || step.kind() == Step.Kind.CANCEL) {
      OutputRecord entry =
          step.kind() == Step.Kind.REQUEST
              ? LogCodec.encodeRequest(step.request(), step.evidence(), step.at())
              : LogCodec.encodeCancel(Story.ROOT, step.evidence(), step.at());
      return RecordText.write(entry.key(), entry.value(), entry.headers(), time);
    }
    ProducerRecord<byte[], byte[]> record = StepObservation.of(step).record("observations", 0);
    return RecordText.write(record.key(), record.value(), record.headers(), time);
  }

  static void check(byte[] document) {
    // The mode changes the bytes of the events only.
    Ledger ledger = document.length % 2 == 0 ? LEDGER : STRUCTURED;
    Lived lived = live(ledger, document);
    assertThat(texts(live(ledger, document))).isEqualTo(texts(lived));
    lived
        .trees()
        .values()
        .forEach(
            tree -> {
              byte[] bytes = StoreCodec.encode(tree);
              assertThat(StoreCodec.encode(StoreCodec.tree(bytes))).isEqualTo(bytes);
            });
  }

  private static List<String> texts(Lived lived) {
    return lived.records().stream()
        .map(
            record ->
                new String(
                    RecordText.write(
                        record.key(), record.value(), record.headers(), record.timestamp()),
                    UTF_8))
        .toList();
  }

  private static Lived live(Ledger ledger, byte[] document) {
    Lived lived = new Lived(new ArrayList<>(), new HashMap<>());
    AuditChain.Head head = AuditChain.Head.START;
    long offset = 0;
    for (byte[] part : parts(document)) {
      RecordText text = RecordText.of(part);
      LogRecord record =
          new LogRecord(
              new Evidence("observations", 0, offset++),
              text.key(),
              text.value(),
              text.headers(),
              text.timestamp());
      // The tree passes through its stored form, as in the topology.
      LedgerEntry entry =
          ledger.process(
              record,
              head,
              root -> {
                JobTree tree = lived.trees().get(root);
                return tree == null ? null : StoreCodec.tree(StoreCodec.encode(tree));
              });
      head = entry.head();
      if (entry.deadLetter() != null) {
        assertThat(entry.records()).anyMatch(each -> each.target() == Target.DEAD_LETTERS);
      }
      entry.records().forEach(LedgerInputs::valid);
      lived.records().addAll(entry.records());
      LedgerEntry.Change change = entry.change();
      if (change != null) {
        if (change.tree() == null) {
          lived.trees().remove(change.rootJobId());
        } else {
          lived.trees().put(change.rootJobId(), change.tree());
        }
      }
    }
    return lived;
  }

  private static void valid(OutputRecord record) {
    assertThat(record.value() == null ? 0 : record.value().length).isLessThan(MOST_BYTES);
    record.headers().forEach(header -> assertThat(header.value()).as(header.key()).isNotNull());
    if (record.value() != null && record.target() != Target.DEAD_LETTERS) {
      FuzzTargets.jsonObject(record.value());
    }
  }

  private static List<byte[]> parts(byte[] document) {
    String text = new String(document, ISO_8859_1);
    return Stream.of(text.split(new String(NEXT, ISO_8859_1), MOST_RECORDS))
        .filter(part -> !part.isEmpty())
        .map(part -> part.getBytes(ISO_8859_1))
        .toList();
  }

  /** Values of the store. */
  static List<byte[]> stored(Random random) {
    return live(LEDGER, samples(random).get(0)).trees().values().stream()
        .flatMap(tree -> FuzzTargets.stored(tree).stream())
        .toList();
  }

  /** Published records. */
  static List<byte[]> events(Random random) {
    byte[] document = samples(random).get(0);
    return List.of(live(LEDGER, document), live(STRUCTURED, document)).stream()
        .flatMap(lived -> lived.records().stream())
        .filter(record -> record.value() != null)
        .map(
            record ->
                RecordText.write(
                    record.key(), record.value(), record.headers(), record.timestamp()))
        .toList();
  }
}
