package dev.imsbridge.simulator;

import java.time.InstantSource;
import java.util.List;

/**
 * The configuration of a simulator. Immutable.
 *
 * @param host the address to listen on
 * @param port the port to listen on, 0 to 65535; 0 for any free port
 * @param seed together with a job id, determines everything about the job
 * @param speed factor by which jobs run faster than in the cloud, above 0 and at most 1,000,000
 * @param clock for job times, token lifetimes and rate limits; delays of faults are real time
 * @param auth the authentication that GETs of jobs need
 * @param faults the faults in force from the start
 * @param unknown the job ids that are unknown until a job with the id is created
 */
public record SimulatorOptions(
    String host,
    int port,
    long seed,
    double speed,
    InstantSource clock,
    SimulatorAuth auth,
    List<InjectedFault> faults,
    UnknownIds unknown) {
  /**
   * @throws IllegalArgumentException if the port or the speed is out of range
   */
  public SimulatorOptions {
    faults = List.copyOf(faults);
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("the port must be 0 (any free one) to 65535, not " + port);
    }
    if (!(speed > 0 && speed <= 1_000_000)) {
      throw new IllegalArgumentException(
          "the speed must be above 0 and at most 1000000, not " + speed);
    }
  }

  /** Returns real time on a free port of 127.0.0.1, without authentication or faults. */
  public static SimulatorOptions defaults() {
    return new SimulatorOptions(
        "127.0.0.1",
        0,
        1,
        1,
        InstantSource.system(),
        SimulatorAuth.none(),
        List.of(),
        UnknownIds.NONE);
  }

  public SimulatorOptions withHost(String address) {
    return new SimulatorOptions(address, port, seed, speed, clock, auth, faults, unknown);
  }

  public SimulatorOptions withPort(int number) {
    return new SimulatorOptions(host, number, seed, speed, clock, auth, faults, unknown);
  }

  public SimulatorOptions withSeed(long number) {
    return new SimulatorOptions(host, port, number, speed, clock, auth, faults, unknown);
  }

  public SimulatorOptions withSpeed(double factor) {
    return new SimulatorOptions(host, port, seed, factor, clock, auth, faults, unknown);
  }

  public SimulatorOptions withClock(InstantSource source) {
    return new SimulatorOptions(host, port, seed, speed, source, auth, faults, unknown);
  }

  public SimulatorOptions withAuth(SimulatorAuth required) {
    return new SimulatorOptions(host, port, seed, speed, clock, required, faults, unknown);
  }

  public SimulatorOptions withFaults(InjectedFault... injected) {
    return new SimulatorOptions(host, port, seed, speed, clock, auth, List.of(injected), unknown);
  }

  /**
   * Makes the ids that match one of the patterns unknown, until a job with the id is created. In a
   * pattern {@code *} stands for any number of characters.
   *
   * @throws IllegalArgumentException if a pattern can match no job id
   */
  public SimulatorOptions withUnknown(List<String> patterns) {
    return new SimulatorOptions(
        host, port, seed, speed, clock, auth, faults, UnknownIds.of(patterns));
  }
}
