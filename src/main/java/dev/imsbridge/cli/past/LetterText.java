package dev.imsbridge.cli.past;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imsbridge.cli.common.EventText;
import dev.imsbridge.history.letters.DeadLetters.Found;
import dev.imsbridge.history.letters.DeadLetters.Listed;
import dev.imsbridge.history.letters.Letter;
import dev.imsbridge.history.letters.LetterJson;
import dev.imsbridge.history.letters.RedriveMarker;
import dev.imsbridge.job.Evidence;
import dev.imsbridge.terminal.Columns;
import dev.imsbridge.terminal.SafeText;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.kafka.common.header.Header;

/** Dead letters as text. */
final class LetterText {
  private static final int MOST_TEXT = 64 << 10;
  private static final int MOST_HEX = 4 << 10;
  private static final int HEX_LINE = 16;

  private final DateTimeFormatter time;

  LetterText(ZoneId zone) {
    time = EventText.TO_SECONDS.withZone(zone);
  }

  String table(List<Listed> letters) {
    Columns table = new Columns("LETTER", "WRITTEN", "SOURCE", "BYTES", "REDRIVEN", "REASON");
    for (Listed each : letters) {
      Letter letter = each.letter();
      table.row(
          letter.position().toString(),
          time.format(letter.writtenAt()),
          source(letter.cause().source()),
          Columns.number(Math.max(0, letter.size())),
          each.redriven() == null ? "" : time.format(each.redriven().at()),
          SafeText.line(letter.cause().reason()));
    }
    return table.text();
  }

  /** Returns a letter with its headers, its key and at most the first 64 KiB of its value. */
  String whole(Found found) {
    Letter letter = found.listed().letter();
    Columns fields = Columns.left();
    fields.row("letter", letter.position().toString());
    fields.row("written", time.format(letter.writtenAt()));
    fields.row("kind", SafeText.line(letter.cause().kind()));
    fields.row("reason", SafeText.safe(letter.cause().reason()));
    fields.row("source", source(letter.cause().source()));
    fields.row("redriven", redriven(found.listed()));
    fields.row("key", line(found.record().key()));
    Columns headers = Columns.left();
    for (Header header : found.record().headers()) {
      headers.row("  " + SafeText.line(header.key()), line(header.value()));
    }
    byte[] value = found.record().value();
    return fields.text() + "headers\n" + headers.text() + value(value);
  }

  private String redriven(Listed listed) {
    RedriveMarker marker = listed.redriven();
    if (marker != null) {
      return "at %s%s"
          .formatted(time.format(marker.at()), marker.to() == null ? "" : " to " + marker.to());
    }
    String obstacle = listed.letter().obstacle();
    return obstacle == null ? "no" : "no, and cannot be: " + SafeText.safe(obstacle);
  }

  private static String source(Evidence source) {
    return source == null ? "unknown" : SafeText.line(source.toString());
  }

  private static String line(byte[] bytes) {
    return bytes == null
        ? "null"
        : LetterJson.text(bytes)
            .map(SafeText::line)
            .orElseGet(() -> bytes.length + " bytes that are not text");
  }

  private static String value(byte[] value) {
    if (value == null) {
      return "value  null\n";
    }
    String size = Columns.number(value.length) + (value.length == 1 ? " byte" : " bytes");
    return LetterJson.text(value)
        .map(text -> "value  %s of text%n%s".formatted(size, text(text)))
        .orElseGet(() -> "value  %s that are not text%n%s".formatted(size, hex(value)));
  }

  private static String text(String value) {
    String shown = value.length() <= MOST_TEXT ? value : value.substring(0, MOST_TEXT);
    return shown.lines().map(line -> SafeText.safe(line) + "\n").collect(Collectors.joining())
        + rest(value.substring(shown.length()).getBytes(UTF_8).length);
  }

  private static String hex(byte[] value) {
    StringBuilder text = new StringBuilder();
    int shown = Math.min(value.length, MOST_HEX);
    for (int from = 0; from < shown; from += HEX_LINE) {
      int to = Math.min(shown, from + HEX_LINE);
      String codes = HexFormat.of().withPrefix(" ").formatHex(value, from, to);
      String letters = new String(value, from, to - from, ISO_8859_1).replaceAll("[^ -~]", ".");
      text.append(
          String.format(Locale.ROOT, "%08x %-" + 3 * HEX_LINE + "s  |%s|%n", from, codes, letters));
    }
    return text + rest(value.length - shown);
  }

  private static String rest(int bytes) {
    return bytes == 0 ? "" : "and %s more bytes; --json prints all\n".formatted(bytes);
  }
}
