package dev.imsbridge.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.cli.past.RebuildCommand;
import dev.imsbridge.wire.TopicNames;
import io.cloudevents.CloudEvent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * Changes of published records or of the audit are found and named. If observations are missing,
 * nothing is reported as complete.
 */
class TamperedHistoryIT extends LivedHistory {
  private final List<String> later = new ArrayList<>();

  TamperedHistoryIT() {
    super(240);
  }

  @Override
  void run(List<String> jobs) throws Exception {
    try (BridgeProcess bridge = BridgeProcess.start(directory, settings, "run")) {
      bridge.awaitLine("imsbridge ready");
      // A second batch of requests leaves records to compare after the first ones are deleted.
      request(jobs.subList(0, count / 2));
      awaitRecords(topics.completions(), count / 3);
      later.addAll(jobs.subList(count / 2, count));
      request(later);
      awaitEnds(jobs);
      bridge.signal(false);
      assertThat(bridge.awaitExit()).isZero();
    }
  }

  @Test
  @Order(1)
  void shouldNameAPublishedRecordThatWasChangedDroppedMovedOrAdded() throws Exception {
    // One copy holds a mutation in each partition.
    List<List<ConsumerRecord<byte[], byte[]>>> records = new ArrayList<>();
    for (int partition = 0; partition < PARTITIONS; partition++) {
      records.add(read(topics.transitions(), partition));
    }
    int changed = records.get(0).size() / 2;
    ConsumerRecord<byte[], byte[]> victim = records.get(0).get(changed);
    int border = border(records.get(2));
    String told =
        assertDeviation(
            TopicNames::transitions,
            Map.of(
                0, all -> all.set(changed, with(victim, "\"sequence\":", "\"sequence\":1")),
                1, all -> all.remove(all.size() / 2),
                2, all -> Collections.swap(all, border, border + 1)));
    assertThat(told)
        .contains(
            "@%d, key %s: differs in its value".formatted(changed, new String(victim.key(), UTF_8)))
        .contains("missing: event of ")
        .contains("is before records");

    told =
        assertDeviation(
            TopicNames::transitions, Map.of(0, all -> all.add(all.size() / 2, all.get(0))));
    assertThat(told).contains("extra: no observation leads to it");

    InProcess otherSettings = imsbridge("rebuild", "--compare", "--set", "state.retention=300d");
    assertThat(otherSettings.exitCode()).as("settings that enter the fold").isEqualTo(1);
  }

  @Test
  @Order(1)
  void shouldPublishEventsThatTheOfficialSdkReadsInBothModes() throws Exception {
    TopicNames structured = new TopicNames(broker.newPrefix());
    InProcess written =
        imsbridge("rebuild", "--prefix", structured.prefix(), "--set", "events.mode=structured");
    assertThat(written.exitCode()).as(written.err()).isZero();

    SdkEvents events = new SdkEvents();
    Set<String> types = new TreeSet<>();
    for (int partition = 0; partition < PARTITIONS; partition++) {
      for (Function<TopicNames, String> topic :
          List.<Function<TopicNames, String>>of(
              TopicNames::transitions, TopicNames::completions, TopicNames::audit)) {
        List<CloudEvent> binary = events.binary(read(topic.apply(topics), partition));
        List<CloudEvent> other = events.structured(read(topic.apply(structured), partition));
        assertThat(other).hasSameSizeAs(binary).isNotEmpty();
        binary.forEach(event -> types.add(event.getType()));
        // The audit chain contains the hashes of its entries, so its events differ.
        if (!topic.apply(topics).equals(topics.audit())) {
          for (int i = 0; i < binary.size(); i++) {
            SdkEvents.assertSame(other.get(i), binary.get(i));
          }
        }
      }
    }
    assertThat(types)
        .contains(
            "dev.imsbridge.job.init.v1",
            "dev.imsbridge.job.running.v1",
            "dev.imsbridge.job.success.v1",
            "dev.imsbridge.job.fail.v1",
            "dev.imsbridge.job.completed.v1",
            "dev.imsbridge.audit.request.accepted.v1");
  }

  /**
   * Copies all topics, with a mutation in each given partition of one of them, and compares the
   * copy with the recomputed history.
   *
   * @return the output of the comparison
   */
  private String assertDeviation(
      Function<TopicNames, String> mutant,
      Map<Integer, Consumer<List<ProducerRecord<byte[], byte[]>>>> mutations)
      throws Exception {
    TopicNames copy = new TopicNames(broker.newPrefix());
    List<Function<TopicNames, String>> all =
        List.of(
            TopicNames::transitions,
            TopicNames::completions,
            TopicNames::status,
            TopicNames::audit);
    for (Function<TopicNames, String> topic : all) {
      boolean mutated = topic.apply(copy).equals(mutant.apply(copy));
      copy(topic.apply(topics), topic.apply(copy), mutated ? mutations : Map.of());
    }
    InProcess compared = imsbridge("rebuild", "--compare=" + copy.prefix());
    assertThat(compared.out()).contains("different: ");
    assertThat(compared.exitCode()).isEqualTo(1);
    return compared.out();
  }

  @Test
  @Order(2)
  void shouldProveTheAuditAndNameWhatIsWrongWithACopyOfIt() throws Exception {
    InProcess verified = imsbridge("audit", "verify");
    assertThat(verified.out()).contains("whole: ");
    assertThat(verified.exitCode()).isZero();
    Path heads = directory.resolve("heads");
    assertThat(imsbridge("audit", "verify", "--heads", heads.toString()).exitCode()).isZero();
    assertThat(imsbridge("audit", "verify", "--since", heads.toString()).exitCode()).isZero();

    int partition = longest(topics.audit());
    int at = read(topics.audit(), partition).size() / 2;
    assertBroken(partition, all -> all.remove(at), "missing: position " + (at + 1) + ",");
    assertBroken(
        partition,
        all -> all.set(at, with(all.get(at), "\"why\":\"", "\"why\":\"not ")),
        "changed: position %d, offset %d".formatted(at + 1, at));
    String changed = "changed: position %d, offset %d".formatted(at + 1, at);
    assertBroken(partition, all -> all.set(at, moved(all.get(at), "other", 0, "")), changed);
    assertBroken(partition, all -> all.set(at, moved(all.get(at), null, 1, "")), changed);
    assertBroken(partition, all -> all.set(at, moved(all.get(at), null, 0, "x")), changed);
    int last = read(topics.audit(), partition).size() - 1;
    assertBroken(
        partition,
        all -> all.set(last, with(all.get(last), "\"why\":\"", "\"why\":\"not ")),
        "changed: position %d, offset %d".formatted(last + 1, last));
    assertBroken(partition, List::clear, "missing: position 1: there are no entries, but");
    assertBroken(
        partition, all -> Collections.swap(all, at, at + 1), "reordered: position " + (at + 1));
    assertBroken(partition, all -> all.add(at + 1, all.get(at)), "repeated: position " + (at + 1));

    String truncated = copied(partition, all -> all.remove(all.size() - 1));
    Path kept = directory.resolve("kept");
    Files.writeString(kept, Files.readString(heads).replace(topics.audit(), truncated));
    assertThat(imsbridge("audit", "verify", "--topic", truncated).exitCode()).isZero();
    InProcess known =
        imsbridge("audit", "verify", "--topic", truncated, "--since", kept.toString());
    assertThat(known.out()).contains("not-the-kept-chain");
    assertThat(known.exitCode()).isEqualTo(1);
  }

  private void assertBroken(
      int partition, Consumer<List<ProducerRecord<byte[], byte[]>>> mutation, String told)
      throws Exception {
    InProcess verified = imsbridge("audit", "verify", "--topic", copied(partition, mutation));
    assertThat(verified.out())
        .contains("partition %d: %s".formatted(partition, told))
        .contains("broken: the chain of 1 of 3 partitions");
    assertThat(verified.exitCode()).isEqualTo(1);
  }

  private String copied(int partition, Consumer<List<ProducerRecord<byte[], byte[]>>> mutation)
      throws Exception {
    String name = broker.newPrefix() + "audit";
    copy(topics.audit(), name, Map.of(partition, mutation));
    return name;
  }

  @Test
  @Order(3)
  void shouldExportTheAuditAsItStands() throws Exception {
    Path file = directory.resolve("audit.jsonl");
    InProcess exported =
        imsbridge("audit", "export", "--what", "completion.published", "--output", file.toString());
    assertThat(exported.exitCode()).isZero();
    List<String> lines = Files.readAllLines(file);
    assertThat(lines)
        .hasSizeGreaterThanOrEqualTo(count)
        .allSatisfy(line -> assertThat(line).contains("\"what\":\"completion.published\""));
    InProcess none = imsbridge("audit", "export", "--until", "2020-01-01");
    assertThat(none.out()).isEmpty();
    assertThat(none.err()).contains("0 entries");
  }

  // ---- missing observations

  @Test
  @Order(4)
  void shouldCompareWhatIsLeftAndNeverCallItAll() throws Exception {
    int partition = longest(topics.audit());
    List<ConsumerRecord<byte[], byte[]>> observations = read(topics.observations(), partition);
    long cut = observations.get(observations.size() / 3).offset();
    cluster
        .admin()
        .deleteRecords(
            Map.of(
                new TopicPartition(topics.observations(), partition),
                RecordsToDelete.beforeOffset(cut)))
        .all()
        .get();

    InProcess compared = imsbridge("rebuild", "--compare");
    assertThat(compared.out() + compared.err())
        .contains("partial: what was compared is identical")
        .contains("observations of partition %d begin at offset".formatted(partition));
    assertThat(compared.exitCode()).isEqualTo(RebuildCommand.PARTIAL);

    InProcess verified = imsbridge("audit", "verify", "--json");
    assertThat(verified.out())
        .as("nobody but retention may delete an input")
        .contains("input-differs", "was deleted before its retention ended");
    assertThat(verified.exitCode()).isEqualTo(1);

    String emptied = copied(partition, all -> {});
    cluster
        .admin()
        .deleteRecords(
            Map.of(new TopicPartition(emptied, partition), RecordsToDelete.beforeOffset(-1)))
        .all()
        .get();
    InProcess deleted = imsbridge("audit", "verify", "--topic", emptied);
    assertThat(deleted.out()).contains("missing: position 1: all entries were deleted");
    assertThat(deleted.exitCode()).isEqualTo(1);

    List<ConsumerRecord<byte[], byte[]>> audit = read(topics.audit(), partition);
    int at = audit.size() - 1;
    while (!later.contains(new String(audit.get(at).key(), UTF_8))) {
      at--;
    }
    int changed = at;
    String told =
        assertDeviation(
            TopicNames::audit,
            Map.of(
                partition,
                all -> all.set(changed, with(all.get(changed), "\"why\":\"", "\"why\":\"x"))));
    assertThat(told).contains("@%d, key".formatted(changed));
  }

  // ---- Kafka

  private int longest(String topic) {
    int longest = 0;
    for (int partition = 1; partition < PARTITIONS; partition++) {
      longest = read(topic, partition).size() > read(topic, longest).size() ? partition : longest;
    }
    return longest;
  }

  /** Copies a topic, and applies the mutations to some partitions. */
  private void copy(
      String from,
      String to,
      Map<Integer, Consumer<List<ProducerRecord<byte[], byte[]>>>> mutations)
      throws Exception {
    cluster.create(to, PARTITIONS);
    try (KafkaProducer<byte[], byte[]> producer = cluster.producer(Map.of())) {
      for (int each = 0; each < PARTITIONS; each++) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : read(from, each)) {
          records.add(
              new ProducerRecord<>(
                  to, each, record.timestamp(), record.key(), record.value(), record.headers()));
        }
        mutations.getOrDefault(each, all -> {}).accept(records);
        for (ProducerRecord<byte[], byte[]> record : records) {
          var unused =
              producer.send(
                  new ProducerRecord<>(
                      to,
                      each,
                      record.timestamp(),
                      record.key(),
                      record.value(),
                      record.headers()));
        }
      }
    }
  }

  private static ProducerRecord<byte[], byte[]> with(
      ProducerRecord<byte[], byte[]> record, String text, String by) {
    String value = new String(record.value(), UTF_8);
    assertThat(value).contains(text);
    return new ProducerRecord<>(
        record.topic(),
        record.partition(),
        record.timestamp(),
        record.key(),
        value.replace(text, by).getBytes(UTF_8),
        record.headers());
  }

  /**
   * Returns a copy with another key unless null, a later time, and a word added to its {@code
   * ce_type}.
   */
  private static ProducerRecord<byte[], byte[]> moved(
      ProducerRecord<byte[], byte[]> record, String key, long later, String word) {
    RecordHeaders headers = new RecordHeaders();
    record
        .headers()
        .forEach(
            header ->
                headers.add(
                    header.key(),
                    header.key().equals("ce_type")
                        ? (new String(header.value(), UTF_8) + word).getBytes(UTF_8)
                        : header.value()));
    return new ProducerRecord<>(
        record.topic(),
        record.partition(),
        record.timestamp() + later,
        key == null ? record.key() : key.getBytes(UTF_8),
        record.value(),
        headers);
  }

  private static ProducerRecord<byte[], byte[]> with(
      ConsumerRecord<byte[], byte[]> record, String text, String by) {
    return with(
        new ProducerRecord<>(
            record.topic(),
            record.partition(),
            record.timestamp(),
            record.key(),
            record.value(),
            record.headers()),
        text,
        by);
  }

  /** Returns the first index after the middle at which two adjacent records have different keys. */
  private static int border(List<ConsumerRecord<byte[], byte[]>> records) {
    int at = records.size() / 2;
    while (Arrays.equals(records.get(at).key(), records.get(at + 1).key())) {
      at++;
    }
    return at;
  }
}
