package dev.imsbridge.config;

import dev.imsbridge.ims.Credentials;
import dev.imsbridge.ims.Endpoint;
import dev.imsbridge.ims.Secret;
import dev.imsbridge.terminal.CommandFailure;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The settings of one project under {@code auth}. They are inherited as one set: a project with any
 * {@code auth} setting inherits none of the common ones. Otherwise a token, key or password could
 * be sent to a host that it was not set for.
 */
final class CredentialSettings {
  private static final String AUTH = "auth";

  private final BridgeConfig config;
  private final String prefix;

  /**
   * The prefix of the {@code auth} keys that apply: the own prefix of the project, or the common
   * one.
   */
  private final String scope;

  private final ProjectSettings project;

  /**
   * @param prefix the prefix of the project's keys
   */
  CredentialSettings(BridgeConfig config, String prefix, ProjectSettings project) {
    this.config = config;
    this.prefix = prefix;
    this.project = project;
    boolean ownAuth =
        Keys.OF_A_PROJECT.stream()
            .anyMatch(name -> name.startsWith(AUTH) && config.given(prefix + name));
    scope = ownAuth ? prefix : ProjectSettings.COMMON;
  }

  /**
   * Returns the credentials.
   *
   * @throws CommandFailure if a part is missing or invalid
   */
  Credentials credentials() {
    return switch (kind()) {
      case NONE -> new Credentials.None();
      case TOKEN -> new Credentials.Token(secret("auth.token", "the IAM token"));
      case AKSK -> new Credentials.AccessKey(accessKey(), secretKey(), securityToken());
      case PASSWORD -> new Credentials.Password(iam(), domain(), user(), password());
      case METADATA -> new Credentials.Metadata(Credentials.Metadata.DEFAULT_ENDPOINT);
      case AUTO -> automatic();
    };
  }

  /** Returns the parts, each of which throws {@link CommandFailure} if it is missing or invalid. */
  List<Supplier<?>> parts() {
    return switch (kind()) {
      case AKSK -> List.of(this::accessKey, this::secretKey, this::credentials);
      case PASSWORD ->
          List.of(this::iam, this::domain, this::user, this::password, this::credentials);
      default -> List.of(this::credentials);
    };
  }

  // As in the SDK, the project id of a profile applies only if its access key is used.
  Optional<String> projectIdOfProfile() {
    return kind() == Keys.Auth.AUTO
        ? profile().flatMap(CredentialsProfile::projectId)
        : Optional.empty();
  }

  /** Returns the kind of credentials; {@code AUTO} if the scope has no part of any. */
  private Keys.Auth kind() {
    // A project with own auth settings does not inherit the common value of auth.
    Keys.Auth mode =
        config.given(scope + AUTH) || common()
            ? config.word(scope + AUTH, Keys.Auth.class)
            : Keys.Auth.AUTO;
    return mode == Keys.Auth.AUTO ? ofParts() : mode;
  }

  /** Returns the kind of credentials of which the scope has at least one part. */
  private Keys.Auth ofParts() {
    if (given("auth.token")) {
      return Keys.Auth.TOKEN;
    }
    if (given("auth.ak", "auth.sk", "auth.security.token")) {
      return Keys.Auth.AKSK;
    }
    // The SDK's variable for the IAM endpoint alone does not select password credentials.
    boolean user = given("auth.user", "auth.password", "auth.domain");
    return user || (!common() && given("auth.iam.endpoint")) ? Keys.Auth.PASSWORD : Keys.Auth.AUTO;
  }

  private Credentials automatic() {
    Optional<CredentialsProfile> profile = profile();
    if (profile.isPresent()) {
      return profile.get().accessKey();
    }
    return project.endpoint().tls()
        ? new Credentials.Metadata(Credentials.Metadata.DEFAULT_ENDPOINT)
        : new Credentials.None();
  }

  private Optional<CredentialsProfile> profile() {
    String key = scope + "auth.profile";
    return common() || config.given(key)
        ? CredentialsProfile.read(key, UserData.absolute(config.getString(key)))
        : Optional.empty();
  }

  private String accessKey() {
    return required("auth.ak", "the id of the access key");
  }

  private Secret secretKey() {
    return secret("auth.sk", "the secret key");
  }

  private Secret securityToken() {
    return given("auth.security.token")
        ? secret("auth.security.token", "the security token")
        : null;
  }

  private String domain() {
    return required("auth.domain", "the account of the user");
  }

  private String user() {
    return required("auth.user", "the IAM user");
  }

  private Secret password() {
    return secret("auth.password", "the user's password");
  }

  private Endpoint iam() {
    return text("auth.iam.endpoint")
        .map(Endpoint::of)
        .or(() -> project.region().map(Endpoint::iamOfRegion))
        .orElseThrow(
            () -> missing("auth.iam.endpoint", "where passwords are exchanged for tokens"));
  }

  private Secret secret(String name, String meaning) {
    String key = scope + name;
    if (!given(name)) {
      throw missing(name, meaning);
    }
    try {
      return Secret.of(config.getPassword(key).value());
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(
          "%s (from %s): %s".formatted(key, config.origin(key), e.getMessage()));
    }
  }

  private String required(String name, String meaning) {
    return text(name).orElseThrow(() -> missing(name, meaning));
  }

  private CommandFailure missing(String name, String meaning) {
    return ProjectSettings.missing(
        scope + name,
        common()
            ? meaning
            : "%s, and a project with settings of its own under %sauth inherits none under ims.auth"
                .formatted(meaning, prefix));
  }

  private Optional<String> text(String name) {
    return given(name) ? config.text(scope + name) : Optional.empty();
  }

  private boolean given(String... names) {
    return Stream.of(names).anyMatch(name -> config.given(scope + name));
  }

  private boolean common() {
    return scope.equals(ProjectSettings.COMMON);
  }
}
