package dev.imsbridge.simulator;

import java.time.Duration;
import java.util.List;

/**
 * The authentication that GETs of jobs need. Immutable.
 *
 * @param tokens whether an {@code X-Auth-Token} is accepted
 * @param signatures whether an {@code SDK-HMAC-SHA256} signature is accepted
 * @param keys permanent keys; temporary ones come from the metadata endpoint
 * @param users the users that get tokens; empty to give a token to every user
 * @param tokenLifetime until {@code expires_at} of a token
 * @param earlyTokenExpiry time after which tokens expire, regardless of {@code expires_at}; null to
 *     expire at {@code expires_at}
 * @param temporaryKeyLifetime of keys from the metadata endpoint
 */
public record SimulatorAuth(
    boolean tokens,
    boolean signatures,
    List<AccessKey> keys,
    List<IamUser> users,
    Duration tokenLifetime,
    Duration earlyTokenExpiry,
    Duration temporaryKeyLifetime) {
  public SimulatorAuth {
    keys = List.copyOf(keys);
    users = List.copyOf(users);
  }

  /** Returns a configuration that accepts requests without authentication. */
  public static SimulatorAuth none() {
    return new SimulatorAuth(
        false, false, List.of(), List.of(), Duration.ofHours(24), null, Duration.ofHours(6));
  }

  /** Requires a token. Without users, every user gets one. */
  public static SimulatorAuth token(IamUser... users) {
    return new SimulatorAuth(
        true, false, List.of(), List.of(users), Duration.ofHours(24), null, Duration.ofHours(6));
  }

  /** Requires a signature, with one of these keys or a key from the metadata endpoint. */
  public static SimulatorAuth aksk(AccessKey... keys) {
    return new SimulatorAuth(
        false, true, List.of(keys), List.of(), Duration.ofHours(24), null, Duration.ofHours(6));
  }

  /** Accepts tokens in addition. */
  public SimulatorAuth orToken(IamUser... accepted) {
    return new SimulatorAuth(
        true,
        signatures,
        keys,
        List.of(accepted),
        tokenLifetime,
        earlyTokenExpiry,
        temporaryKeyLifetime);
  }

  public SimulatorAuth withTokenLifetime(Duration lifetime) {
    return new SimulatorAuth(
        tokens, signatures, keys, users, lifetime, earlyTokenExpiry, temporaryKeyLifetime);
  }

  /** Makes tokens expire before their {@code expires_at}. */
  public SimulatorAuth withEarlyTokenExpiry(Duration life) {
    return new SimulatorAuth(
        tokens, signatures, keys, users, tokenLifetime, life, temporaryKeyLifetime);
  }

  public SimulatorAuth withTemporaryKeyLifetime(Duration lifetime) {
    return new SimulatorAuth(
        tokens, signatures, keys, users, tokenLifetime, earlyTokenExpiry, lifetime);
  }

  /** Returns whether any authentication is required. */
  boolean required() {
    return tokens || signatures;
  }
}
