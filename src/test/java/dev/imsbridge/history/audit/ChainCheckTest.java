package dev.imsbridge.history.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.history.audit.BrokenLink.What;
import dev.imsbridge.job.Decision;
import dev.imsbridge.job.Evidence;
import dev.imsbridge.job.JobRequest;
import dev.imsbridge.job.Output.Audited;
import dev.imsbridge.job.ProjectRef;
import dev.imsbridge.job.Seeds;
import dev.imsbridge.wire.AuditChain;
import dev.imsbridge.wire.CloudEvent;
import dev.imsbridge.wire.Digest;
import dev.imsbridge.wire.Event;
import dev.imsbridge.wire.Events;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each kind of tampering with a chain must be found. */
class ChainCheckTest {
  private static final int PARTITION = 3;
  private static final Instant AT = Instant.parse("2024-11-06T06:00:00Z");

  private static final byte[] KEY = "root".getBytes(UTF_8);

  /** The record of an entry. */
  private record Entry(byte[] key, byte[] value, RecordHeaders headers, long timestamp) {

    /**
     * Returns the record with a different value and a valid hash, as a skilled attacker would write
     * it.
     */
    Entry forged(byte[] other) {
      RecordHeaders all = new RecordHeaders(headers);
      all.remove(AuditChain.HASH);
      AuditChain.seal(key, new Event(other, all), timestamp);
      return new Entry(key, other, all, timestamp);
    }
  }

  private static List<Entry> chain(int length, CloudEvent.Mode mode, int partition) {
    Events events = new Events(mode);
    JobRequest request =
        new JobRequest(
            "root",
            new ProjectRef("region", "project"),
            new TreeMap<>(),
            null,
            new JobRequest.Correlation(null, null, "mine"));
    AuditChain.Head head = AuditChain.Head.START;
    List<Entry> chain = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      Audited audited =
          new Audited(
              Decision.TRANSITION_PUBLISHED, "why " + i, "job" + i % 3, "ab".repeat(32), Map.of());
      Evidence evidence = new Evidence("observations", partition, i);
      AuditChain.Source source =
          new AuditChain.Source(evidence, Digest.sha256("input " + i), head.inputs());
      Instant at = AT.plusMillis(i);
      Event entry = events.audit(audited, "root", request, evidence, at, head.next(source));
      head = head.afterEntry(AuditChain.seal(KEY, entry, at.toEpochMilli())).afterInput(source);
      chain.add(new Entry(KEY, entry.value(), entry.headers(), at.toEpochMilli()));
    }
    return chain;
  }

  private static List<Entry> chain(int length) {
    return chain(length, CloudEvent.Mode.BINARY, PARTITION);
  }

  private static ChainCheck check(List<Entry> entries, ChainHead kept) {
    return check(entries, kept, false);
  }

  private static ChainCheck check(List<Entry> entries, ChainHead kept, boolean cut) {
    ChainCheck check = new ChainCheck(PARTITION, kept, cut);
    long offset = 0;
    for (Entry entry : entries) {
      check.check(offset, read(entry, offset));
      // Transaction markers also take offsets.
      offset += 2;
    }
    check.end();
    return check;
  }

  private static AuditEntry read(Entry entry, long offset) {
    return AuditEntry.read(
        new ConsumerRecord<>(
            "audit",
            PARTITION,
            offset,
            entry.timestamp(),
            TimestampType.CREATE_TIME,
            -1,
            -1,
            entry.key(),
            entry.value(),
            entry.headers(),
            Optional.empty()));
  }

  private static BrokenLink broken(List<Entry> entries) {
    return check(entries, null).broken();
  }

  private static void assertLink(BrokenLink link, What what, long position) {
    assertThat(link).as("a broken link").isNotNull();
    assertThat(link.what()).as(link.toString()).isEqualTo(what);
    assertThat(link.position()).as(link.toString()).isEqualTo(position);
    assertThat(link.partition()).isEqualTo(PARTITION);
  }

  private static Entry changed(Entry entry, String text, String by) {
    String value = new String(entry.value(), UTF_8);
    assertThat(value).containsPattern(text);
    return entry.forged(value.replaceFirst(text, by).getBytes(UTF_8));
  }

  private static Entry foreign(byte[] value) {
    return new Entry(KEY, value, new RecordHeaders(), 0);
  }

  @ParameterizedTest
  @EnumSource
  void shouldFindNothingWrongWithAChainAsItWasWritten(CloudEvent.Mode mode) {
    ChainCheck check = check(chain(20, mode, PARTITION), null);

    assertThat(check.broken()).isNull();
    assertThat(check.breaks()).isZero();
    assertThat(check.entries()).isEqualTo(20);
    assertThat(check.head().position()).isEqualTo(20);
    assertThat(check(List.of(), null).broken()).isNull();
  }

  @Test
  void shouldNameEntriesThatAreMissing() {
    List<Entry> chain = chain(10);
    chain.remove(4);
    assertLink(broken(chain), What.MISSING, 5);
    chain.remove(4);
    assertThat(broken(chain).detail()).contains("5 to 6");

    List<Entry> beheaded = chain(10);
    beheaded.remove(0);
    assertLink(broken(beheaded), What.MISSING, 1);
  }

  @ParameterizedTest
  @EnumSource
  void shouldNameTheEntryThatWasChangedAndNotTheNext(CloudEvent.Mode mode) {
    for (int which : new int[] {0, 3, 7}) {
      List<Entry> chain = chain(10, mode, PARTITION);
      chain.set(which, changed(chain.get(which), "why " + which, "because"));
      BrokenLink link = broken(chain);
      assertLink(link, What.CHANGED, which + 1);
      assertThat(link.offset()).isEqualTo(2L * which);
    }
  }

  @Test
  void shouldNameAnEntryWhosePlaceWasChanged() {
    for (String[] change :
        new String[][] {
          {"\"position\":5", "\"position\":500"},
          {"\"position\":5", "\"position\":2"},
          {"\"previous_hash\":\"....", "\"previous_hash\":\"ffff"}
        }) {
      List<Entry> chain = chain(10);
      chain.set(4, changed(chain.get(4), change[0], change[1]));
      assertLink(broken(chain), What.CHANGED, 5);
    }
  }

  @Test
  void shouldSayOfOneOfTheLastTwoWhenNothingFollowsThatTellsWhich() {
    List<Entry> chain = chain(10);
    chain.set(8, changed(chain.get(8), "why 8", "because"));
    BrokenLink link = broken(chain);
    assertLink(link, What.CHANGED, 10);
    assertThat(link.detail()).contains("or the previous one at offset 16");
  }

  @Test
  void shouldTellAChangeOfOrderFromALoss() {
    List<Entry> chain = chain(10);
    Collections.swap(chain, 4, 5);
    assertLink(broken(chain), What.REORDERED, 5);

    List<Entry> far = chain(10);
    far.add(far.remove(2));
    assertLink(broken(far), What.REORDERED, 3);
  }

  @Test
  void shouldNameAnEntryThatIsThereTwice() {
    List<Entry> chain = chain(10);
    chain.add(6, chain.get(5));
    assertLink(broken(chain), What.REPEATED, 6);

    List<Entry> far = chain(10);
    far.add(far.get(2));
    assertLink(broken(far), What.REPEATED, 3);
  }

  @Test
  void shouldNameARecordThatIsNoEntry() {
    for (String value : new String[] {"x", "{}", "[]", "null", "{\"position\":\"5\"}"}) {
      List<Entry> replaced = chain(10);
      replaced.set(4, foreign(value.getBytes(UTF_8)));
      assertLink(broken(replaced), What.NOT_AN_ENTRY, 5);
      assertThat(check(replaced, null).breaks()).isEqualTo(1);

      List<Entry> added = chain(10);
      added.add(4, foreign(value.getBytes(UTF_8)));
      assertLink(broken(added), What.NOT_AN_ENTRY, 5);
      assertThat(check(added, null).breaks()).isEqualTo(1);
    }
    List<Entry> tombstone = chain(10);
    tombstone.set(9, foreign(null));
    assertLink(broken(tombstone), What.NOT_AN_ENTRY, 10);
  }

  @Test
  void shouldNotTakeAnEntryOfAnotherPartition() {
    List<Entry> chain = chain(10);
    chain.set(4, chain(10, CloudEvent.Mode.BINARY, 1).get(4));
    assertLink(broken(chain), What.NOT_AN_ENTRY, 5);
  }

  @Test
  void shouldFindWhatNoChainTellsByAHeadThatWasKept() {
    List<Entry> chain = chain(10);
    ChainHead kept = check(chain, null).head();
    List<Entry> later = chain(15);
    assertThat(check(later, kept).broken()).isNull();

    List<Entry> truncated = chain.subList(0, 8);
    assertThat(broken(truncated)).as("the chain alone does not tell").isNull();
    assertLink(check(truncated, kept).broken(), What.NOT_THE_KEPT_CHAIN, 10);
    assertLink(check(List.of(), kept).broken(), What.NOT_THE_KEPT_CHAIN, 10);

    List<Entry> other = chain(9);
    other.add(changed(chain.get(9), "why 9", "because"));
    assertThat(broken(other)).as("the chain alone does not tell").isNull();
    assertLink(check(other, kept).broken(), What.NOT_THE_KEPT_CHAIN, 10);
  }

  @Test
  void shouldAllowThatEntriesBeforeAKeptHeadWereDeleted() {
    List<Entry> chain = chain(20);
    ChainHead kept = check(chain.subList(0, 10), null).head();
    for (int deleted = 0; deleted <= 10; deleted++) {
      assertThat(check(chain.subList(deleted, 20), kept, true).broken()).isNull();
    }
    assertLink(check(chain.subList(5, 20), kept).broken(), What.MISSING, 1);
    assertLink(check(chain.subList(11, 20), kept, true).broken(), What.MISSING, 1);

    List<Entry> changed = new ArrayList<>(chain.subList(10, 20));
    changed.set(0, changed(changed.get(0), "why 10", "because"));
    assertLink(check(changed, kept, true).broken(), What.CHANGED, 11);
  }

  /** Includes the last entry: it has no successor, but its record holds its hash. */
  @ParameterizedTest
  @EnumSource
  void shouldNameTheEntryOfWhichAnyByteWasChanged(CloudEvent.Mode mode) {
    for (int at = 0; at < 3; at++) {
      for (Entry tampered : tampered(chain(3, mode, PARTITION).get(at))) {
        List<Entry> chain = chain(3, mode, PARTITION);
        chain.set(at, tampered);
        BrokenLink link = broken(chain);
        assertThat(link).as("%d of %s", at, tampered).isNotNull();
        assertThat(link.what()).isIn(What.CHANGED, What.NOT_AN_ENTRY);
        assertThat(link.position()).isEqualTo(at + 1);
        assertThat(link.offset()).isEqualTo(2L * at);
      }
    }
  }

  /**
   * Returns the entry with each byte of its record changed, with a header added and with a header
   * removed.
   */
  private static List<Entry> tampered(Entry entry) {
    List<Entry> all = new ArrayList<>();
    each(entry.key(), it -> all.add(with(entry, it, entry.value(), entry.headers())));
    all.add(with(entry, null, entry.value(), entry.headers()));
    each(entry.value(), it -> all.add(with(entry, entry.key(), it, entry.headers())));
    for (int bit = 0; bit < Long.SIZE; bit++) {
      all.add(
          new Entry(entry.key(), entry.value(), entry.headers(), entry.timestamp() ^ (1L << bit)));
    }
    Header[] headers = entry.headers().toArray();
    for (int i = 0; i < headers.length; i++) {
      int at = i;
      byte[] name = headers[i].key().getBytes(UTF_8);
      each(
          name,
          it -> all.add(with(entry, headers, at, new String(it, UTF_8), headers[at].value())));
      each(headers[i].value(), it -> all.add(with(entry, headers, at, headers[at].key(), it)));
      all.add(with(entry, headers, at, headers[at].key(), null));
      List<Header> fewer = new ArrayList<>(List.of(headers));
      fewer.remove(at);
      all.add(with(entry, entry.key(), entry.value(), new RecordHeaders(fewer)));
      List<Header> twice = new ArrayList<>(List.of(headers));
      twice.add(headers[at]);
      all.add(with(entry, entry.key(), entry.value(), new RecordHeaders(twice)));
    }
    return all;
  }

  private static Entry with(Entry entry, byte[] key, byte[] value, RecordHeaders headers) {
    return new Entry(key, value, headers, entry.timestamp());
  }

  private static Entry with(Entry entry, Header[] headers, int at, String name, byte[] value) {
    Header[] all = headers.clone();
    all[at] = new RecordHeader(name, value);
    return with(entry, entry.key(), entry.value(), new RecordHeaders(all));
  }

  private static void each(byte[] bytes, Consumer<byte[]> changed) {
    for (int i = 0; i < bytes.length; i++) {
      byte[] other = bytes.clone();
      other[i] ^= 1;
      changed.accept(other);
    }
  }

  /** Any single change of a chain is found, and its position is named. */
  @Test
  void shouldFindAnySingleMutation() {
    Seeds.each(
        500,
        random -> {
          CloudEvent.Mode mode = CloudEvent.Mode.values()[random.nextInt(2)];
          List<Entry> chain = chain(3 + random.nextInt(30), mode, PARTITION);
          ChainHead kept = check(chain, null).head();
          List<Entry> mutated = new ArrayList<>(chain);
          int at = random.nextInt(chain.size());
          Set<Long> culprits = mutate(mutated, at, random);

          BrokenLink link = check(mutated, kept).broken();
          assertThat(link).as("position %d of %d", at + 1, chain.size()).isNotNull();
          assertThat(culprits).as(link.toString()).contains(link.position());
        });
  }

  /** Changes the chain at a position; returns the positions that the check may name. */
  private static Set<Long> mutate(List<Entry> chain, int at, Random random) {
    long position = at + 1L;
    long last = chain.size();
    switch (random.nextInt(5)) {
      case 0 -> chain.remove(at);
      case 1 -> chain.add(at + random.nextInt(chain.size() - at) + 1, chain.get(at));
      case 2 -> {
        int other = (at + 1 + random.nextInt(chain.size() - 1)) % chain.size();
        Collections.swap(chain, at, other);
        position = Math.min(at, other) + 1L;
      }
      case 3 -> {
        chain.set(at, chain.get(at).forged(flipped(chain.get(at).value(), random)));
      }
      default -> {
        long from = position;
        chain.subList(at, chain.size()).clear();
        return new java.util.HashSet<>(List.of(from, last));
      }
    }
    // Either of the last two entries may be named as wrong. A saved head names the last.
    return position >= last - 1 ? Set.of(last - 1, last) : Set.of(position);
  }

  private static byte[] flipped(byte[] value, Random random) {
    byte[] flipped = value.clone();
    int at = random.nextInt(flipped.length);
    flipped[at] ^= (byte) (1 << random.nextInt(7));
    return flipped;
  }
}
