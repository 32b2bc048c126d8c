package dev.imsbridge.history.letters;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imsbridge.history.letters.DeadLetters.Found;
import dev.imsbridge.history.letters.DeadLetters.Listed;
import dev.imsbridge.job.Evidence;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Optional;
import org.apache.kafka.common.header.Header;

/** Dead letters as JSON, and their contents as text. */
public final class LetterJson {
  private LetterJson() {}

  /** Returns a letter without its key and value. */
  public static ObjectNode of(Listed listed) {
    Letter letter = listed.letter();
    RedriveMarker redriven = listed.redriven();
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("letter", letter.position().toString())
            .put("written_at", letter.writtenAt().toString())
            .put("kind", letter.cause().kind())
            .put("reason", letter.cause().reason())
            .put("value_bytes", Math.max(0, letter.size()));
    json.set("source", position(letter.cause().source()));
    json.put("obstacle", letter.obstacle());
    json.put("redriven_at", redriven == null ? null : redriven.at().toString());
    json.set("redriven_to", position(redriven == null ? null : redriven.to()));
    return json;
  }

  /**
   * Returns a letter with its headers, key and value. Keys and values that are not text are Base64,
   * in fields that end with {@code _base64}.
   */
  public static ObjectNode of(Found found) {
    ObjectNode json = of(found.listed());
    ObjectNode headers = json.putObject("headers");
    for (Header header : found.record().headers()) {
      content(headers, header.key(), header.value());
    }
    content(json, "key", found.record().key());
    content(json, "value", found.record().value());
    return json;
  }

  /** Returns the position of a record; null if there is none. */
  public static ObjectNode position(Evidence at) {
    return at == null
        ? null
        : JsonNodeFactory.instance
            .objectNode()
            .put("topic", at.topic())
            .put("partition", at.partition())
            .put("offset", at.offset());
  }

  private static void content(ObjectNode json, String name, byte[] bytes) {
    if (bytes == null) {
      json.putNull(name);
    } else {
      text(bytes)
          .ifPresentOrElse(text -> json.put(name, text), () -> json.put(name + "_base64", bytes));
    }
  }

  /** Returns the text, or empty if the bytes are not UTF-8 or have control characters. */
  public static Optional<String> text(byte[] bytes) {
    try {
      String text = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      boolean control = text.chars().anyMatch(c -> Character.isISOControl(c) && !lineOrTab(c));
      return control ? Optional.empty() : Optional.of(text);
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  private static boolean lineOrTab(int c) {
    return c == '\n' || c == '\r' || c == '\t';
  }
}
