package dev.imsbridge.simulator;

/** A user of the token endpoint. */
public record IamUser(String domain, String name, String password) {
  /** Omits the password. */
  @Override
  public String toString() {
    return "IamUser[" + domain + "/" + name + "]";
  }
}
