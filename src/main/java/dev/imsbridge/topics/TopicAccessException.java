package dev.imsbridge.topics;

/**
 * Thrown if the cluster refuses a request or does not answer. The message is one line that names
 * the request.
 */
public final class TopicAccessException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  TopicAccessException(String message, Throwable cause) {
    super(message, cause);
  }
}
