package dev.imsbridge.topics;

/**
 * Thrown if a declaration cannot be read or is invalid. The message is one line for the author of
 * the declaration.
 */
public final class TopicDeclarationException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  TopicDeclarationException(String message) {
    super(message);
  }

  TopicDeclarationException(String message, Throwable cause) {
    super(message, cause);
  }
}
