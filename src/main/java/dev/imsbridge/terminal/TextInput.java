package dev.imsbridge.terminal;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Decodes text from a file or from standard input. The text is UTF-16 if it starts with a byte
 * order mark of UTF-16, and otherwise UTF-8. The mark is omitted.
 */
public final class TextInput {
  private static final String MARK = "\ufeff";

  private TextInput() {}

  /**
   * @throws CharacterCodingException if the file is not text
   */
  public static String of(Path file) throws IOException {
    return of(Files.readAllBytes(file));
  }

  /**
   * @throws CharacterCodingException if the bytes are not text
   */
  public static String of(byte[] bytes) throws CharacterCodingException {
    String text = charset(bytes).newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    return text.startsWith(MARK) ? text.substring(MARK.length()) : text;
  }

  private static Charset charset(byte[] bytes) {
    int first = bytes.length < 2 ? 0 : (bytes[0] & 0xff) << 8 | (bytes[1] & 0xff);
    return first == 0xfeff || first == 0xfffe ? UTF_16 : UTF_8;
  }
}
