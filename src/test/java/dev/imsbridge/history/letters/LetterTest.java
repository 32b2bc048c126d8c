package dev.imsbridge.history.letters;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.job.Evidence;
import dev.imsbridge.wire.LetterHeaders;
import dev.imsbridge.wire.TopicNames;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Anybody with the right to write may put any record on the topic of the dead letters. */
class LetterTest {
  private static final TopicNames TOPICS = new TopicNames("x.");

  private final Map<String, String> headers =
      new LinkedHashMap<>(
          Map.of(
              LetterHeaders.KIND, "RequestRefused",
              LetterHeaders.REASON, "not valid JSON",
              LetterHeaders.TOPIC, "x.requests",
              LetterHeaders.PARTITION, "3",
              LetterHeaders.OFFSET, "12"));

  private ConsumerRecord<byte[], byte[]> record(byte[] key, byte[] value) {
    RecordHeaders all = new RecordHeaders();
    headers.forEach((name, text) -> all.add(name, text.getBytes(UTF_8)));
    return new ConsumerRecord<>(
        "x.dead-letters",
        2,
        17,
        1_700_000_000_000L,
        TimestampType.CREATE_TIME,
        0,
        0,
        key,
        value,
        all,
        Optional.empty());
  }

  private Letter letter() {
    return Letter.read(record(null, "{".getBytes(UTF_8)), TOPICS);
  }

  @Test
  void shouldReadALetterOfTheBridge() {
    Letter letter = letter();
    assertThat(letter.position()).hasToString("2/17");
    assertThat(letter.writtenAt()).hasToString("2023-11-14T22:13:20Z");
    assertThat(letter.cause().kind()).isEqualTo("RequestRefused");
    assertThat(letter.cause().reason()).isEqualTo("not valid JSON");
    assertThat(letter.cause().source()).isEqualTo(new Evidence("x.requests", 3, 12));
    assertThat(letter.size()).isOne();
    assertThat(letter.obstacle()).isNull();
    assertThat(Letter.read(record(null, null), TOPICS).size()).isEqualTo(-1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "__streams.errors.topic|x.observations|only records of x.requests",
        "__streams.errors.topic|y.requests|only records of x.requests",
        "__streams.errors.partition|-1|names no source",
        "__streams.errors.offset|9999999999999999999|names no source",
        "imsbridge-original-size|5000000|the letter has 1 of 5000000 bytes"
      })
  void shouldSayWhyALetterCannotBeSentAgain(String header, String text, String obstacle) {
    headers.put(header, text);
    assertThat(letter().obstacle()).contains(obstacle);
  }

  @Test
  void shouldNotSendAgainWhatMayHaveBeenCutOrIsTooLarge() {
    byte[] value = "{".getBytes(UTF_8);
    assertThat(Letter.read(record(new byte[4_095], value), TOPICS).obstacle()).isNull();
    assertThat(Letter.read(record(new byte[4_096], value), TOPICS).obstacle())
        .contains("its key may have been truncated");
    assertThat(Letter.read(record(null, new byte[65_536]), TOPICS).obstacle()).isNull();
    assertThat(Letter.read(record(null, new byte[65_537]), TOPICS).obstacle())
        .contains("at most 65536");
  }

  @Test
  void shouldReadARecordThatTheBridgeDidNotWrite() {
    headers.clear();
    assertThat(letter().cause())
        .isEqualTo(new Letter.Cause("unknown", "the record names no reason", null));
    headers.put(LetterHeaders.REASON, "r".repeat(5_000));
    headers.put(LetterHeaders.TOPIC, "t".repeat(5_000));
    assertThat(letter().cause().reason()).hasSizeLessThanOrEqualTo(1_000);
    assertThat(letter().cause().source()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "3", "3/", "/5", "-1/5", "3/5/7", "9999999999/1", "3/a", "3@5"})
  void shouldRefuseOtherNamesOfLetters(String text) {
    assertThat(LetterPosition.parse(text)).isEmpty();
    headers.put(LetterHeaders.REDRIVEN, text);
    assertThat(RedriveMarker.is(record(null, null))).isTrue();
    assertThat(RedriveMarker.read(record(null, null), TOPICS)).isNull();
  }

  @Test
  void shouldReadAMarkOfALetterInItsPartitionOnly() {
    headers.put(LetterHeaders.REDRIVEN, "2/5");
    headers.put(LetterHeaders.REDRIVEN_TO, "3/44");
    RedriveMarker marker = RedriveMarker.read(record(null, new byte[0]), TOPICS);
    assertThat(marker.letter()).isEqualTo(new LetterPosition(2, 5));
    assertThat(marker.to()).isEqualTo(new Evidence("x.requests", 3, 44));
    headers.put(LetterHeaders.REDRIVEN_TO, "?");
    assertThat(RedriveMarker.read(record(null, null), TOPICS).to()).isNull();
    headers.put(LetterHeaders.REDRIVEN, "1/5");
    assertThat(RedriveMarker.read(record(null, null), TOPICS)).isNull();
  }
}
