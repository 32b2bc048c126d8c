package dev.imsbridge.topics;

/** A declaration can't be read or is not one; the message is one line for the user who wrote it. */
public final class TopicDeclarationException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  TopicDeclarationException(String message) {
    super(message);
  }

  TopicDeclarationException(String message, Throwable cause) {
    super(message, cause);
  }
}
