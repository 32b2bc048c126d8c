package dev.imsbridge.simulator;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The tokens and temporary access keys that the simulator has issued, and the permanent keys and
 * tokens that it knows. Thread-safe.
 */
final class IssuedCredentials {
  /** The state of a token. */
  enum TokenState {
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
  record Token(String value, Instant issuedAt, Instant expiresAt) {
    /** Omits the value. */
    @Override
    public String toString() {
      return "Token[" + issuedAt + " to " + expiresAt + "]";
    }
  }

  /** A temporary key and its expiry. */
  record TemporaryKey(AccessKey key, Instant expiresAt) {}

  /** Expired tokens stay known, because clients renew a token only after a 401 APIGW.0307. */
  private static final Duration RETENTION = Duration.ofDays(1);

  private static final Instant NEVER = Instant.MAX;

  private final long seed;
  private final SimulatorAuth auth;
  private final InstantSource clock;
  private final AtomicLong count = new AtomicLong();
  private final Map<String, Instant> expiries = new ConcurrentHashMap<>();
  private final Map<String, TemporaryKey> keys = new ConcurrentHashMap<>();

  IssuedCredentials(long seed, SimulatorAuth auth, InstantSource clock) {
    this.seed = seed;
    this.auth = auth;
    this.clock = clock;
    auth.fixedTokens().forEach(token -> expiries.put(token, NEVER));
  }

  Token issueToken() {
    Instant now = clock.instant();
    expiries.values().removeIf(expiry -> expiry.isBefore(now.minus(RETENTION)));
    Duration announced = auth.lifetimes().token();
    Duration early = auth.lifetimes().earlyToken();
    String token = "SIM" + random("token").hex();
    expiries.put(token, now.plus(early == null ? announced : early));
    return new Token(token, now, now.plus(announced));
  }

  TokenState state(String token) {
    Instant expiry = expiries.get(token);
    if (expiry == null) {
      return TokenState.UNKNOWN;
    }
    return clock.instant().isBefore(expiry) ? TokenState.VALID : TokenState.EXPIRED;
  }

  /** Makes all tokens issued so far expire now. */
  void revokeTokens() {
    Instant now = clock.instant();
    expiries.replaceAll((token, expiry) -> expiry.isBefore(now) ? expiry : now);
  }

  TemporaryKey issueKey() {
    Instant now = clock.instant();
    keys.values().removeIf(issued -> !issued.expiresAt().isAfter(now));
    SeededRandom random = random("temporary-key");
    AccessKey key =
        new AccessKey(
            "TMP" + random.derive("access").hex().substring(0, 17),
            random.derive("secret").hex(),
            random.derive("security-token").hex());
    TemporaryKey issued = new TemporaryKey(key, now.plus(auth.lifetimes().temporaryKey()));
    keys.put(key.access(), issued);
    return issued;
  }

  /** Returns the valid key with this access part: a permanent one, or one that has not expired. */
  Optional<AccessKey> findKey(String access) {
    TemporaryKey issued = keys.get(access);
    if (issued != null && issued.expiresAt().isAfter(clock.instant())) {
      return Optional.of(issued.key());
    }
    return auth.keys().stream().filter(key -> key.access().equals(access)).findFirst();
  }

  private SeededRandom random(String kind) {
    return SeededRandom.of(seed, kind).derive(count.incrementAndGet());
  }
}
