package dev.imsbridge.ims;

import java.util.Objects;

/** How a project's calls are authenticated: values only, {@link ImsClient} puts them to use. */
public sealed interface Credentials {

  /** Nothing is sent: for a simulator. */
  record None() implements Credentials {}

  /** A token got elsewhere; it cannot be renewed here. */
  record Token(Secret token) implements Credentials {
    public Token {
      Objects.requireNonNull(token, "token");
    }
  }

  /**
   * An access key; each attempt is signed with its secret key.
   *
   * @param securityToken what goes with a temporary access key; null for a permanent one
   */
  record AccessKey(String id, Secret secretKey, Secret securityToken) implements Credentials {
    public AccessKey {
      Objects.requireNonNull(secretKey, "secretKey");
      if (id == null || !id.matches("[\\x21-\\x7e&&[^,=]]{1,128}")) {
        throw new IllegalArgumentException("an access key id is 1 to 128 visible characters");
      }
    }
  }

  /**
   * A user's name and password, exchanged at IAM for a token of the project, again and again.
   *
   * @param domain the account the user belongs to
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

  /** The temporary access key of the agency of the cloud server this runs on. */
  record Metadata(Endpoint endpoint) implements Credentials {
    /** The metadata service as seen from every cloud server. */
    public static final Endpoint DEFAULT_ENDPOINT = new Endpoint(false, "169.254.169.254", 80);

    public Metadata {
      Objects.requireNonNull(endpoint, "endpoint");
    }
  }
}
