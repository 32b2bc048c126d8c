package dev.imsbridge.simulator;

import java.time.Duration;
import java.util.List;

/**
 * How GETs of jobs have to authenticate.
 *
 * @param tokens whether an {@code X-Auth-Token} is accepted
 * @param signatures whether an {@code SDK-HMAC-SHA256} signature is accepted
 * @param keys permanent keys; temporary ones come from the metadata endpoint
 * @param users who gets a token; none: everybody
 * @param tokenLifetime what {@code expires_at} promises
 * @param tokensDieAfter when tokens really stop working; null: as promised
 * @param temporaryKeyLifetime of keys from the metadata endpoint
 */
public record SimulatorAuth(
    boolean tokens,
    boolean signatures,
    List<AccessKey> keys,
    List<IamUser> users,
    Duration tokenLifetime,
    Duration tokensDieAfter,
    Duration temporaryKeyLifetime) {
  public SimulatorAuth {
    keys = List.copyOf(keys);
    users = List.copyOf(users);
  }

  /** Nobody has to authenticate. */
  public static SimulatorAuth none() {
    return new SimulatorAuth(
        false, false, List.of(), List.of(), Duration.ofHours(24), null, Duration.ofHours(6));
  }

  /** A token is needed; without users, everybody gets one. */
  public static SimulatorAuth token(IamUser... users) {
    return new SimulatorAuth(
        true, false, List.of(), List.of(users), Duration.ofHours(24), null, Duration.ofHours(6));
  }

  /** A signature is needed, with one of these keys or one from the metadata endpoint. */
  public static SimulatorAuth aksk(AccessKey... keys) {
    return new SimulatorAuth(
        false, true, List.of(keys), List.of(), Duration.ofHours(24), null, Duration.ofHours(6));
  }

  /** Tokens are accepted beside whatever is. */
  public SimulatorAuth orToken(IamUser... accepted) {
    return new SimulatorAuth(
        true,
        signatures,
        keys,
        List.of(accepted),
        tokenLifetime,
        tokensDieAfter,
        temporaryKeyLifetime);
  }

  public SimulatorAuth withTokenLifetime(Duration lifetime) {
    return new SimulatorAuth(
        tokens, signatures, keys, users, lifetime, tokensDieAfter, temporaryKeyLifetime);
  }

  /** Tokens stop working before the time that they were promised for. */
  public SimulatorAuth withTokensDyingAfter(Duration life) {
    return new SimulatorAuth(
        tokens, signatures, keys, users, tokenLifetime, life, temporaryKeyLifetime);
  }

  public SimulatorAuth withTemporaryKeyLifetime(Duration lifetime) {
    return new SimulatorAuth(
        tokens, signatures, keys, users, tokenLifetime, tokensDieAfter, lifetime);
  }

  boolean required() {
    return tokens || signatures;
  }
}
