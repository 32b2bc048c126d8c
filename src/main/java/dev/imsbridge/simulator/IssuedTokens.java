package dev.imsbridge.simulator;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** The tokens that the simulator has issued, and their expiry. Thread-safe. */
final class IssuedTokens {
  /** The state of a token. */
  enum State {
    VALID,
    EXPIRED,
    /** Never issued, or expired more than a day ago. */
    UNKNOWN
  }

  /**
   * A token as its owner receives it.
   *
   * @param expiresAt the announced expiry; {@link SimulatorAuth} can make a token expire earlier
   */
  record Issued(String token, Instant issuedAt, Instant expiresAt) {
    /** Omits the token. */
    @Override
    public String toString() {
      return "Issued[" + issuedAt + " to " + expiresAt + "]";
    }
  }

  /** Expired tokens stay known, because clients renew a token only after a 401 APIGW.0307. */
  private static final Duration RETENTION = Duration.ofDays(1);

  private final long seed;
  private final SimulatorAuth auth;
  private final InstantSource clock;
  private final AtomicLong count = new AtomicLong();
  private final Map<String, Instant> expiries = new ConcurrentHashMap<>();

  IssuedTokens(long seed, SimulatorAuth auth, InstantSource clock) {
    this.seed = seed;
    this.auth = auth;
    this.clock = clock;
  }

  Issued issue() {
    Instant now = clock.instant();
    expiries.values().removeIf(expiry -> expiry.plus(RETENTION).isBefore(now));
    Duration lifetime =
        auth.earlyTokenExpiry() == null ? auth.tokenLifetime() : auth.earlyTokenExpiry();
    String token = "SIM" + SeededRandom.of(seed, "token").derive(count.incrementAndGet()).hex();
    expiries.put(token, now.plus(lifetime));
    return new Issued(token, now, now.plus(auth.tokenLifetime()));
  }

  State state(String token) {
    Instant expiry = expiries.get(token);
    if (expiry == null) {
      return State.UNKNOWN;
    }
    return clock.instant().isBefore(expiry) ? State.VALID : State.EXPIRED;
  }

  /** Makes all tokens issued so far expire now. */
  void revoke() {
    Instant now = clock.instant();
    expiries.replaceAll((token, expiry) -> expiry.isBefore(now) ? expiry : now);
  }
}
