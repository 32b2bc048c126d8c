package dev.imsbridge.simulator;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The authentication that GETs of jobs need. Immutable.
 *
 * @param tokens whether an {@code X-Auth-Token} is accepted
 * @param signatures whether an {@code SDK-HMAC-SHA256} signature is accepted
 * @param keys permanent keys; temporary ones come from the metadata endpoint
 * @param users the users that get tokens; if empty, every user gets one unless {@code fixedTokens}
 *     is not empty
 * @param fixedTokens tokens that are valid from the start and never expire
 */
public record SimulatorAuth(
    boolean tokens,
    boolean signatures,
    List<AccessKey> keys,
    List<IamUser> users,
    List<String> fixedTokens,
    Lifetimes lifetimes) {
  /** A header value: printable ASCII characters, at most as many as a real token has. */
  private static final Pattern TOKEN = Pattern.compile("[!-~]{1,8000}");

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

  /**
   * @throws IllegalArgumentException if a fixed token cannot be sent in a header
   */
  public SimulatorAuth {
    keys = List.copyOf(keys);
    users = List.copyOf(users);
    fixedTokens = List.copyOf(fixedTokens);
    if (!fixedTokens.stream().allMatch(token -> TOKEN.matcher(token).matches())) {
      throw new IllegalArgumentException(
          "a token has 1 to 8000 printable ASCII characters and no space");
    }
  }

  /** Returns a configuration that accepts requests without authentication. */
  public static SimulatorAuth none() {
    return new SimulatorAuth(false, false, List.of(), List.of(), List.of(), Lifetimes.OF_THE_CLOUD);
  }

  /** Requires a token. Without users, every user gets one. */
  public static SimulatorAuth token(IamUser... users) {
    return none().orToken(users);
  }

  /** Requires a signature, with one of these keys or a key from the metadata endpoint. */
  public static SimulatorAuth aksk(AccessKey... keys) {
    return new SimulatorAuth(
        false, true, List.of(keys), List.of(), List.of(), Lifetimes.OF_THE_CLOUD);
  }

  /**
   * Requires one of these tokens, or a signature with one of these keys or with a key from the
   * metadata endpoint. No user gets a token. An empty list excludes its kind of authentication; two
   * empty lists require none.
   *
   * @throws IllegalArgumentException if a token cannot be sent in a header
   */
  public static SimulatorAuth only(List<String> tokens, List<AccessKey> keys) {
    return new SimulatorAuth(
        !tokens.isEmpty(), !keys.isEmpty(), keys, List.of(), tokens, Lifetimes.OF_THE_CLOUD);
  }

  /** Accepts tokens in addition. */
  public SimulatorAuth orToken(IamUser... accepted) {
    return new SimulatorAuth(true, signatures, keys, List.of(accepted), fixedTokens, lifetimes);
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
    return new SimulatorAuth(tokens, signatures, keys, users, fixedTokens, changed);
  }

  /** Returns whether the token endpoint accepts every user. */
  boolean givesTokenToAll() {
    return users.isEmpty() && fixedTokens.isEmpty();
  }

  /** Returns whether any authentication is required. */
  boolean required() {
    return tokens || signatures;
  }

  /** Omits the tokens. */
  @Override
  public String toString() {
    return "SimulatorAuth[tokens=%s, signatures=%s, keys=%s, users=%s]"
        .formatted(tokens, signatures, keys, users);
  }
}
