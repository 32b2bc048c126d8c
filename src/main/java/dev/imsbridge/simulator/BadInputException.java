package dev.imsbridge.simulator;

/** A request to the simulator itself that can't be followed; the message tells the caller why. */
final class BadInputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BadInputException(String message) {
    super(message, null, false, false);
  }
}
