package dev.imsbridge.simulator;

/** An invalid request to the control API or the token endpoint. The message is for the caller. */
final class BadInputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BadInputException(String message) {
    super(message, null, false, false);
  }
}
