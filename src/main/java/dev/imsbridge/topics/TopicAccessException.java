package dev.imsbridge.topics;

/** The cluster refused, or did not answer; the message is one line that says what was asked. */
public final class TopicAccessException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  TopicAccessException(String message, Throwable cause) {
    super(message, cause);
  }
}
