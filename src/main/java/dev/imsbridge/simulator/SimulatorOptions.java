package dev.imsbridge.simulator;

import io.vertx.core.net.KeyCertOptions;
import java.time.InstantSource;
import java.util.List;

/**
 * How a simulator is to run.
 *
 * @param host the address to listen on
 * @param port 0: any free one
 * @param seed decides, with a job's id, what becomes of it
 * @param speed how much faster than in the cloud jobs pass
 * @param clock what job times, token lifetimes and rate limits go by; delays go by real time
 * @param faults in force from the start
 * @param tls the certificate to serve HTTPS and HTTP/2 with; null: HTTP
 */
public record SimulatorOptions(
    String host,
    int port,
    long seed,
    double speed,
    InstantSource clock,
    SimulatorAuth auth,
    List<InjectedFault> faults,
    KeyCertOptions tls) {
  /**
   * @throws IllegalArgumentException when the port or the speed is out of its range
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

  /** Real time on a free port of 127.0.0.1, without authentication or faults. */
  public static SimulatorOptions defaults() {
    return new SimulatorOptions(
        "127.0.0.1", 0, 1, 1, InstantSource.system(), SimulatorAuth.none(), List.of(), null);
  }

  public SimulatorOptions withHost(String address) {
    return new SimulatorOptions(address, port, seed, speed, clock, auth, faults, tls);
  }

  public SimulatorOptions withPort(int number) {
    return new SimulatorOptions(host, number, seed, speed, clock, auth, faults, tls);
  }

  public SimulatorOptions withSeed(long number) {
    return new SimulatorOptions(host, port, number, speed, clock, auth, faults, tls);
  }

  public SimulatorOptions withSpeed(double factor) {
    return new SimulatorOptions(host, port, seed, factor, clock, auth, faults, tls);
  }

  public SimulatorOptions withClock(InstantSource source) {
    return new SimulatorOptions(host, port, seed, speed, source, auth, faults, tls);
  }

  public SimulatorOptions withAuth(SimulatorAuth wanted) {
    return new SimulatorOptions(host, port, seed, speed, clock, wanted, faults, tls);
  }

  public SimulatorOptions withFaults(InjectedFault... wanted) {
    return new SimulatorOptions(host, port, seed, speed, clock, auth, List.of(wanted), tls);
  }

  public SimulatorOptions withTls(KeyCertOptions certificate) {
    return new SimulatorOptions(host, port, seed, speed, clock, auth, faults, certificate);
  }
}
