package dev.imsbridge.wire;

/**
 * Names of the headers of dead letters. The first five are those of Kafka Streams' own dead letters
 * (KIP-1034), with the kind in place of the exception class.
 */
public final class LetterHeaders {
  public static final String KIND = "__streams.errors.exception";
  public static final String MESSAGE = "__streams.errors.message";
  public static final String TOPIC = "__streams.errors.topic";
  public static final String PARTITION = "__streams.errors.partition";
  public static final String OFFSET = "__streams.errors.offset";

  /** The reason, in one line. */
  public static final String REASON = "imsbridge-reason";

  /** If the value was truncated: the size of the whole value in bytes. */
  public static final String ORIGINAL_SIZE = "imsbridge-original-size";

  /** If the value was truncated: the SHA-256 of the whole value in hex. */
  public static final String ORIGINAL_SHA256 = "imsbridge-original-sha256";

  /**
   * Only on a record that marks a letter as redriven: {@code PARTITION/OFFSET} of the letter on the
   * same topic.
   */
  public static final String REDRIVEN = "imsbridge-redriven";

  /** On such a record: {@code PARTITION/OFFSET} of the new request on the requests topic. */
  public static final String REDRIVEN_TO = "imsbridge-redriven-to";

  /** Maximum size of the key of a dead letter, in bytes. Longer keys are truncated. */
  public static final int MAX_KEY = 1 << 12;

  private LetterHeaders() {}
}
