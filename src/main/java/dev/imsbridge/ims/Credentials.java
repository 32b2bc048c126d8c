package dev.imsbridge.ims;

import java.util.Objects;

/** How the calls of a project are authenticated. Values only; {@link ImsClient} applies them. */
public sealed interface Credentials {

  /** No authentication, for a simulator. */
  record None() implements Credentials {}

  /** A token obtained elsewhere. The bridge cannot renew it. */
  record Token(Secret token) implements Credentials {
    public Token {
      Objects.requireNonNull(token, "token");
    }
  }

  /**
   * An access key. Each attempt is signed with its secret key.
   *
   * @param securityToken the security token of a temporary access key; null for a permanent one
   */
  record AccessKey(String id, Secret secretKey, Secret securityToken) implements Credentials {
    public AccessKey {
      Objects.requireNonNull(secretKey, "secretKey");
      if (id == null || !id.matches("[\\x21-\\x7e&&[^,=]]{1,128}")) {
        throw new IllegalArgumentException(
            "an access key id must be 1 to 128 visible ASCII characters without ',' and '='");
      }
    }
  }

  /**
   * A user's name and password, exchanged at IAM for a project token that is renewed before it
   * expires.
   *
   * @param domain the account of the user
   */
  record Password(Endpoint iam, String domain, String user, Secret password)
      implements Credentials {
    public Password {
      Objects.requireNonNull(iam, "iam");
      Objects.requireNonNull(domain, "domain");
      Objects.requireNonNull(user, "user");
      Objects.requireNonNull(password, "password");
    }
  }

  /** The temporary access key of the agency of the cloud server that runs the bridge. */
  record Metadata(Endpoint endpoint) implements Credentials {
    /** The metadata service, at the same address on every cloud server. */
    public static final Endpoint DEFAULT_ENDPOINT = new Endpoint(false, "169.254.169.254", 80);

    public Metadata {
      Objects.requireNonNull(endpoint, "endpoint");
    }
  }
}
