package dev.imsbridge.simulator;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** The tokens that were given out, and until when they work. Thread-safe. */
final class IssuedTokens {
  /** What a token is worth. */
  enum Standing {
    GOOD,
    /** It was good once. */
    DEAD,
    UNKNOWN
  }

  /**
   * A token as its owner learns of it.
   *
   * @param expiresAt what is promised, which need not be kept
   */
  record Issued(String token, Instant issuedAt, Instant expiresAt) {
    /** Without the token. */
    @Override
    public String toString() {
      return "Issued[" + issuedAt + " to " + expiresAt + "]";
    }
  }

  /** Dead tokens are remembered so long, so that their owners are told to renew them. */
  private static final Duration MEMORY = Duration.ofDays(1);

  private final long seed;
  private final SimulatorAuth auth;
  private final InstantSource clock;
  private final AtomicLong count = new AtomicLong();
  private final Map<String, Instant> deaths = new ConcurrentHashMap<>();

  IssuedTokens(long seed, SimulatorAuth auth, InstantSource clock) {
    this.seed = seed;
    this.auth = auth;
    this.clock = clock;
  }

  Issued issue() {
    Instant now = clock.instant();
    deaths.values().removeIf(death -> death.plus(MEMORY).isBefore(now));
    Duration life = auth.tokensDieAfter() == null ? auth.tokenLifetime() : auth.tokensDieAfter();
    String token = "SIM" + SeededRandom.of(seed, "token").derive(count.incrementAndGet()).hex();
    deaths.put(token, now.plus(life));
    return new Issued(token, now, now.plus(auth.tokenLifetime()));
  }

  Standing standing(String token) {
    Instant death = deaths.get(token);
    if (death == null) {
      return Standing.UNKNOWN;
    }
    return clock.instant().isBefore(death) ? Standing.GOOD : Standing.DEAD;
  }

  /** Kills all tokens given out so far. */
  void revoke() {
    Instant now = clock.instant();
    deaths.replaceAll((token, death) -> death.isBefore(now) ? death : now);
  }
}
