package dev.imsbridge.simulator;

/** The simulator cannot listen. The message names the address, the port and the reason. */
public final class SimulatorStartException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  SimulatorStartException(String message, Throwable cause) {
    super(message, cause);
  }
}
