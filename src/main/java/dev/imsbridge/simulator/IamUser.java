package dev.imsbridge.simulator;

/** A user whom the token endpoint knows. */
public record IamUser(String domain, String name, String password) {
  /** Without the password. */
  @Override
  public String toString() {
    return "IamUser[" + domain + "/" + name + "]";
  }
}
