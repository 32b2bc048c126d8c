package dev.imsbridge.simulator;

/** The simulator can't listen; the message says where and what to do. */
public final class SimulatorStartException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  SimulatorStartException(String message, Throwable cause) {
    super(message, cause);
  }
}
