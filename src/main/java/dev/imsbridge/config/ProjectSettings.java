package dev.imsbridge.config;

import dev.imsbridge.ims.BudgetSettings;
import dev.imsbridge.ims.Credentials;
import dev.imsbridge.ims.Endpoint;
import dev.imsbridge.ims.Project;
import dev.imsbridge.ims.Secret;
import dev.imsbridge.job.ProjectRef;
import dev.imsbridge.terminal.CommandFailure;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The settings of one project. They override the common ones under {@code ims.}.
 *
 * <p>Credentials are inherited as one set. A project that has any {@code auth} setting inherits
 * none of the common ones, so that no token, key or password is sent to a host that it was not set
 * for.
 *
 * @param own the prefix of the project's keys; {@code ims.} for the unnamed project
 */
record ProjectSettings(BridgeConfig config, String own) {
  static final String COMMON = "ims.";
  private static final String AUTH = "auth";
  private static final String AK = "the id of the access key";
  private static final String SK = "the secret key";
  private static final String DOMAIN = "the account of the user";
  private static final String USER = "the IAM user";
  private static final String PASSWORD = "the user's password";
  private static final Pattern REGION_IN_HOST =
      Pattern.compile("[a-z]+\\.([a-z]+-[a-z0-9-]+)\\..*");

  /**
   * Returns the region and the project id.
   *
   * @throws CommandFailure if settings are missing
   */
  ProjectRef ref() {
    String region = region().or(() -> regionOf(endpoint())).orElse("local");
    return new ProjectRef(region, projectId());
  }

  private String projectId() {
    return text("project.id")
        .or(this::projectIdOfProfile)
        .orElseThrow(() -> missing(own + "project.id", "the project whose jobs are asked for"));
  }

  /** Returns one line for each missing or wrong setting. Without faults the project is usable. */
  Set<String> faults() {
    List<Supplier<?>> parts = new ArrayList<>(List.of(this::endpoint, this::projectId));
    switch (kind()) {
      case AKSK -> parts.addAll(List.of(() -> require("auth.ak", AK), () -> secret("auth.sk", SK)));
      case PASSWORD ->
          parts.addAll(
              List.of(
                  this::iam,
                  () -> require("auth.domain", DOMAIN),
                  () -> require("auth.user", USER),
                  () -> secret("auth.password", PASSWORD)));
      default -> {}
    }
    parts.add(this::credentials);
    Set<String> faults = new LinkedHashSet<>();
    parts.forEach(part -> CommandFailure.caught(part).ifPresent(faults::add));
    if (faults.isEmpty()) {
      CommandFailure.caught(() -> project(own)).ifPresent(faults::add);
    }
    return faults;
  }

  // As in the SDK, the project id of a profile applies only if its access key is used.
  private Optional<String> projectIdOfProfile() {
    return ofProfile() ? profile().flatMap(CredentialsProfile::projectId) : Optional.empty();
  }

  private boolean ofProfile() {
    return mode() == Keys.Auth.AUTO && set().isEmpty();
  }

  /**
   * Returns the project.
   *
   * @throws CommandFailure if settings are missing or contradict each other
   */
  Project project(String name) {
    try {
      return new Project(
          name,
          ref(),
          endpoint(),
          credentials(),
          new BudgetSettings(
              config.getDouble(key("rate")),
              config.getInt(key("burst")),
              config.getInt(key("concurrency"))));
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(e.getMessage());
    }
  }

  private Optional<String> region() {
    // A project with an endpoint is not in the common region.
    boolean elsewhere = config.given(own + "endpoint") && !config.given(own + "region");
    return elsewhere && !own.equals(COMMON) ? Optional.empty() : text("region");
  }

  private Endpoint endpoint() {
    Optional<String> ownEndpoint =
        config.given(own + "endpoint") ? text("endpoint") : Optional.empty();
    if (ownEndpoint.isPresent()) {
      return Endpoint.of(ownEndpoint.get());
    }
    if (config.given(own + "region")) {
      return ofRegion(text("region").orElseThrow());
    }
    return text("endpoint")
        .map(Endpoint::of)
        .or(() -> text("region").map(this::ofRegion))
        .orElseThrow(
            () ->
                CommandFailure.usage(
                    "%sregion or %sendpoint is missing: where to ask for jobs; for example"
                            .formatted(own, own)
                        + " --set %sregion=cn-north-4".formatted(own)));
  }

  private Endpoint ofRegion(String region) {
    String key = KnownKeys.ENDPOINTS + region;
    return config.given(key) ? Endpoint.of(config.getString(key)) : Endpoint.ofRegion(region);
  }

  private static Optional<String> regionOf(Endpoint endpoint) {
    Matcher matcher = REGION_IN_HOST.matcher(endpoint.host());
    return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  private Credentials credentials() {
    return switch (kind()) {
      case NONE -> new Credentials.None();
      case TOKEN -> token();
      case AKSK -> accessKey();
      case PASSWORD -> password();
      case METADATA -> new Credentials.Metadata(Credentials.Metadata.DEFAULT_ENDPOINT);
      case AUTO -> automatic();
    };
  }

  private Keys.Auth mode() {
    String key = authKey(AUTH);
    // A project with any auth setting uses the default here, not the common value.
    return config.given(key) || key.equals(Keys.IMS_AUTH)
        ? config.word(key, Keys.Auth.class)
        : Keys.Auth.AUTO;
  }

  /** Returns the kind of credentials; {@code AUTO} if the scope has no part of any. */
  private Keys.Auth kind() {
    Keys.Auth mode = mode();
    return mode == Keys.Auth.AUTO ? set().orElse(mode) : mode;
  }

  private Credentials automatic() {
    Optional<CredentialsProfile> profile = profile();
    if (profile.isPresent()) {
      return profile.get().accessKey();
    }
    return endpoint().tls()
        ? new Credentials.Metadata(Credentials.Metadata.DEFAULT_ENDPOINT)
        : new Credentials.None();
  }

  /** Returns the kind of credentials of which the scope has at least one part. */
  private Optional<Keys.Auth> set() {
    if (authGiven("auth.token")) {
      return Optional.of(Keys.Auth.TOKEN);
    }
    if (authGiven("auth.ak", "auth.sk", "auth.security.token")) {
      return Optional.of(Keys.Auth.AKSK);
    }
    // The SDK's variable for the IAM endpoint alone does not select password credentials.
    boolean user = authGiven("auth.user", "auth.password", "auth.domain");
    return user || (!authScope().equals(COMMON) && authGiven("auth.iam.endpoint"))
        ? Optional.of(Keys.Auth.PASSWORD)
        : Optional.empty();
  }

  private boolean authGiven(String... names) {
    return Stream.of(names).map(this::authKey).anyMatch(config::given);
  }

  private Optional<CredentialsProfile> profile() {
    String key = authKey("auth.profile");
    if (!authScope().equals(COMMON) && !config.given(key)) {
      return Optional.empty();
    }
    String text = config.getString(key);
    return CredentialsProfile.read(key, UserData.absolute(text));
  }

  private Credentials token() {
    return new Credentials.Token(secret("auth.token", "the IAM token"));
  }

  private Credentials accessKey() {
    return new Credentials.AccessKey(
        require("auth.ak", AK),
        secret("auth.sk", SK),
        authGiven("auth.security.token")
            ? secret("auth.security.token", "the security token")
            : null);
  }

  private Credentials password() {
    return new Credentials.Password(
        iam(),
        require("auth.domain", DOMAIN),
        require("auth.user", USER),
        secret("auth.password", PASSWORD));
  }

  private Endpoint iam() {
    return authText("auth.iam.endpoint")
        .map(Endpoint::of)
        .or(() -> region().map(Endpoint::iamOfRegion))
        .orElseThrow(
            () -> missingAuth("auth.iam.endpoint", "where passwords are exchanged for tokens"));
  }

  private Secret secret(String name, String what) {
    String key = authKey(name);
    if (!config.given(key)) {
      throw missingAuth(name, what);
    }
    try {
      return Secret.of(config.getPassword(key).value());
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(
          "%s (from %s): %s".formatted(key, config.origin(key), e.getMessage()));
    }
  }

  private String require(String name, String what) {
    return authText(name).orElseThrow(() -> missingAuth(name, what));
  }

  private CommandFailure missingAuth(String name, String what) {
    return authScope().equals(COMMON)
        ? missing(COMMON + name, what)
        : missing(
            own + name,
            what
                + ", and a project with settings of its own under %sauth".formatted(own)
                + " inherits none under ims.auth");
  }

  private CommandFailure missing(String key, String what) {
    return CommandFailure.usage(
        "%s is missing: %s; set it by --set %s=..., %s=... or in --config"
            .formatted(key, what, key, EnvironmentName.of(key)));
  }

  private Optional<String> authText(String name) {
    return authGiven(name) ? config.text(authKey(name)) : Optional.empty();
  }

  /** Returns the prefix shared by all keys under {@code auth}. */
  private String authScope() {
    boolean ownAuth =
        Keys.OF_A_PROJECT.stream()
            .filter(name -> name.startsWith(AUTH))
            .anyMatch(name -> config.given(own + name));
    return ownAuth ? own : COMMON;
  }

  private String authKey(String name) {
    return authScope() + name;
  }

  private Optional<String> text(String name) {
    return config.text(key(name));
  }

  private String key(String name) {
    return config.given(own + name) ? own + name : COMMON + name;
  }
}
