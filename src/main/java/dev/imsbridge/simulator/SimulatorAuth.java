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
 */
public record SimulatorAuth(
    boolean tokens,
    boolean signatures,
    List<AccessKey> keys,
    List<IamUser> users,
    Lifetimes lifetimes) {
  /**
   * How long issued credentials are valid.
   *
   * @param token until {@code expires_at} of a token
   * @param earlyToken time after which tokens expire, regardless of {@code expires_at}; null to
   *     expire at {@code expires_at}
   * @param temporaryKey of keys from the metadata endpoint
   */
  record Lifetimes(Duration token, Duration earlyToken, Duration temporaryKey) {
    static final Lifetimes OF_THE_CLOUD =
        new Lifetimes(Duration.ofHours(24), null, Duration.ofHours(6));
  }

  public SimulatorAuth {
    keys = List.copyOf(keys);
    users = List.copyOf(users);
  }

  /** Returns a configuration that accepts requests without authentication. */
  public static SimulatorAuth none() {
    return new SimulatorAuth(false, false, List.of(), List.of(), Lifetimes.OF_THE_CLOUD);
  }

  /** Requires a token. Without users, every user gets one. */
  public static SimulatorAuth token(IamUser... users) {
    return none().orToken(users);
  }

  /** Requires a signature, with one of these keys or a key from the metadata endpoint. */
  public static SimulatorAuth aksk(AccessKey... keys) {
    return new SimulatorAuth(false, true, List.of(keys), List.of(), Lifetimes.OF_THE_CLOUD);
  }

  /** Accepts tokens in addition. */
  public SimulatorAuth orToken(IamUser... accepted) {
    return new SimulatorAuth(true, signatures, keys, List.of(accepted), lifetimes);
  }

  public SimulatorAuth withTokenLifetime(Duration lifetime) {
    return with(new Lifetimes(lifetime, lifetimes.earlyToken(), lifetimes.temporaryKey()));
  }

  /** Makes tokens expire before their {@code expires_at}. */
  public SimulatorAuth withEarlyTokenExpiry(Duration lifetime) {
    return with(new Lifetimes(lifetimes.token(), lifetime, lifetimes.temporaryKey()));
  }

  public SimulatorAuth withTemporaryKeyLifetime(Duration lifetime) {
    return with(new Lifetimes(lifetimes.token(), lifetimes.earlyToken(), lifetime));
  }

  private SimulatorAuth with(Lifetimes changed) {
    return new SimulatorAuth(tokens, signatures, keys, users, changed);
  }

  /** Returns whether any authentication is required. */
  boolean required() {
    return tokens || signatures;
  }
}
