package dev.imsbridge.simulator;

/**
 * An access key and secret key with which clients sign requests.
 *
 * @param securityToken the value that requests signed with a temporary key must carry in {@code
 *     X-Security-Token}; null for a permanent key
 */
public record AccessKey(String access, String secret, String securityToken) {
  /**
   * @throws IllegalArgumentException if the access or secret part is blank
   */
  public AccessKey {
    if (access.isBlank() || secret.isBlank()) {
      throw new IllegalArgumentException("an access key needs an access and a secret part");
    }
  }

  public static AccessKey permanent(String access, String secret) {
    return new AccessKey(access, secret, null);
  }

  /** Omits the secrets. */
  @Override
  public String toString() {
    return "AccessKey[" + access + "]";
  }
}
