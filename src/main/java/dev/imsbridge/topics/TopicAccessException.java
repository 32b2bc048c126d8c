package dev.imsbridge.topics;

/**
 * Thrown if the cluster rejects a request or does not answer, or if the calling thread is
 * interrupted. The message is one line that names the request.
 */
public final class TopicAccessException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  TopicAccessException(String message, Throwable cause) {
    super(message, cause);
  }
}
