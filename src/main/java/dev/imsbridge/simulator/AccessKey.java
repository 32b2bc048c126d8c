package dev.imsbridge.simulator;

/**
 * A pair of access and secret key that the simulator accepts signatures of.
 *
 * @param securityToken what a request signed with a temporary key has to carry in {@code
 *     X-Security-Token}; null of a permanent key
 */
public record AccessKey(String access, String secret, String securityToken) {
  public AccessKey {
    if (access.isBlank() || secret.isBlank()) {
      throw new IllegalArgumentException("an access key needs an access and a secret part");
    }
  }

  public static AccessKey permanent(String access, String secret) {
    return new AccessKey(access, secret, null);
  }

  /** Without the secrets. */
  @Override
  public String toString() {
    return "AccessKey[" + access + "]";
  }
}
