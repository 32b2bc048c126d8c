package dev.imsbridge.cli.past;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.history.letters.DeadLetters.Found;
import dev.imsbridge.history.letters.DeadLetters.Listed;
import dev.imsbridge.history.letters.Letter;
import dev.imsbridge.history.letters.LetterPosition;
import dev.imsbridge.history.letters.RedriveMarker;
import dev.imsbridge.job.Evidence;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/** A dead letter holds bytes of unknown origin, and an operator prints it on a terminal. */
class LetterTextTest {
  private static final LetterPosition POSITION = new LetterPosition(2, 17);
  private static final Instant AT = Instant.parse("2026-11-28T20:22:32Z");

  private final LetterText text = new LetterText(ZoneOffset.UTC);

  private static Letter letter(String reason, int size, String obstacle) {
    return new Letter(
        POSITION,
        AT,
        new Letter.Cause("RequestRefused", reason, new Evidence("x.requests", 3, 12)),
        size,
        null,
        obstacle);
  }

  private String shown(byte[] value) {
    ConsumerRecord<byte[], byte[]> record =
        new ConsumerRecord<>("x.dead-letters", 2, 17, "k\u001b[2J".getBytes(UTF_8), value);
    record.headers().add("imsbridge-reason", "no\u001b[2Jthing".getBytes(UTF_8)).add("null", null);
    int size = value == null ? -1 : value.length;
    return text.whole(new Found(new Listed(letter("no\u001b[2Jthing", size, null), null), record));
  }

  @Test
  void shouldPutEachLetterInARow() {
    RedriveMarker marker =
        new RedriveMarker(POSITION, AT.plusSeconds(60), new Evidence("x.requests", 3, 14));
    Letter foreign =
        new Letter(
            new LetterPosition(0, 1), AT, new Letter.Cause("unknown", "?", null), -1, null, "no");
    assertThat(
            text.table(
                List.of(
                    new Listed(letter("not\u001b[2J valid", 12_345, null), marker),
                    new Listed(foreign, null))))
        .isEqualTo(
            """
            LETTER              WRITTEN  SOURCE            BYTES             REDRIVEN  REASON
            2/17    2026-11-28 20:22:32  x.requests-3@12  12,345  2026-11-28 20:23:32  not [2J valid
            0/1     2026-11-28 20:22:32  unknown               0                       ?
            """);
  }

  @Test
  void shouldPrintTextWithoutControlCharacters() {
    assertThat(shown("{\"a\":\r\n 1}\u202e".getBytes(UTF_8)))
        .isEqualTo(
            """
            letter    2/17
            written   2026-11-28 20:22:32
            kind      RequestRefused
            reason    no [2Jthing
            source    x.requests-3@12
            redriven  no
            key       5 bytes that are not text
            headers
              imsbridge-reason  11 bytes that are not text
              null              null
            value  13 bytes of text
            {"a":
             1}\s
            """);
  }

  @Test
  void shouldPrintOtherBytesInHex() {
    assertThat(shown("0123456789abcdefg\u0000".getBytes(UTF_8)))
        .endsWith(
            """
            value  18 bytes that are not text
            00000000  30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66  |0123456789abcdef|
            00000010  67 00                                            |g.|
            """);
    assertThat(shown(null)).endsWith("value  null\n");
  }

  @Test
  void shouldPrintAtMostABeginningOfALongValue() {
    assertThat(shown("x".repeat(70_000).getBytes(UTF_8)))
        .endsWith("x\nand 4464 more bytes; --json prints all\n");
    assertThat(shown(new byte[5_000]))
        .endsWith("|................|\nand 904 more bytes; --json prints all\n");
  }
}
