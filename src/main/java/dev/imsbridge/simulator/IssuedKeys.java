package dev.imsbridge.simulator;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** The valid access keys: permanent keys, and temporary keys until they expire. Thread-safe. */
final class IssuedKeys {
  /** A temporary key and its expiry. */
  record Temporary(AccessKey key, Instant expiresAt) {}

  private final long seed;
  private final SimulatorAuth auth;
  private final InstantSource clock;
  private final AtomicLong count = new AtomicLong();
  private final Map<String, Temporary> temporary = new ConcurrentHashMap<>();

  IssuedKeys(long seed, SimulatorAuth auth, InstantSource clock) {
    this.seed = seed;
    this.auth = auth;
    this.clock = clock;
  }

  Temporary issue() {
    Instant now = clock.instant();
    temporary.values().removeIf(issued -> !issued.expiresAt().isAfter(now));
    SeededRandom random = SeededRandom.of(seed, "temporary-key").derive(count.incrementAndGet());
    AccessKey key =
        new AccessKey(
            "TMP" + random.derive("access").hex().substring(0, 17),
            random.derive("secret").hex(),
            random.derive("security-token").hex());
    Temporary issued = new Temporary(key, now.plus(auth.temporaryKeyLifetime()));
    temporary.put(key.access(), issued);
    return issued;
  }

  Optional<AccessKey> find(String access) {
    Temporary issued = temporary.get(access);
    if (issued != null && issued.expiresAt().isAfter(clock.instant())) {
      return Optional.of(issued.key());
    }
    return auth.keys().stream().filter(key -> key.access().equals(access)).findFirst();
  }
}
