package dev.imsbridge.cli;

import dev.imsbridge.ims.BudgetSettings;
import dev.imsbridge.ims.Credentials;
import dev.imsbridge.ims.Endpoint;
import dev.imsbridge.ims.Project;
import dev.imsbridge.ims.Secret;
import dev.imsbridge.job.ProjectRef;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.types.Password;

/**
 * The settings of one project: those of its own, else the common ones under {@code ims.}.
 *
 * @param own the prefix of its own keys; {@code ims.} for the project that has no name
 */
record ProjectSettings(BridgeConfig config, String own) {
  static final String COMMON = "ims.";
  private static final Pattern REGION_IN_HOST =
      Pattern.compile("[a-z]+\\.([a-z]+-[a-z0-9-]+)\\..*");

  /**
   * Where the project is, by the names the cloud gives.
   *
   * @throws CommandFailure when settings are missing
   */
  ProjectRef ref() {
    String region = region().or(() -> regionOf(endpoint())).orElse("local");
    String projectId =
        text("project.id")
            .or(this::projectIdOfProfile)
            .orElseThrow(() -> missing("project.id", "the project whose jobs are asked for"));
    return new ProjectRef(region, projectId);
  }

  // As in the SDK, a key's profile says which project it is for only where the key is used.
  private Optional<String> projectIdOfProfile() {
    return ofProfile() ? profile().flatMap(CredentialsProfile::projectId) : Optional.empty();
  }

  private boolean ofProfile() {
    return config.word(key("auth"), Keys.Auth.class) == Keys.Auth.AUTO
        && config.getPassword(key("auth.token")) == null
        && text("auth.ak").isEmpty()
        && config.getPassword(key("auth.sk")) == null
        && text("auth.user").isEmpty();
  }

  /**
   * The project, ready to be asked.
   *
   * @throws CommandFailure when settings are missing or do not go together
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
    // An endpoint of its own does not lie in the common region.
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
    return switch (config.word(key("auth"), Keys.Auth.class)) {
      case NONE -> new Credentials.None();
      case TOKEN -> token();
      case AKSK -> accessKey();
      case PASSWORD -> password();
      case METADATA -> new Credentials.Metadata(Credentials.Metadata.DEFAULT_ENDPOINT);
      case AUTO -> whateverThereIs();
    };
  }

  private Credentials whateverThereIs() {
    if (config.getPassword(key("auth.token")) != null) {
      return token();
    }
    if (text("auth.ak").isPresent() || config.getPassword(key("auth.sk")) != null) {
      return accessKey();
    }
    if (text("auth.user").isPresent()) {
      return password();
    }
    Optional<CredentialsProfile> profile = profile();
    if (profile.isPresent()) {
      return profile.get().accessKey();
    }
    return endpoint().tls()
        ? new Credentials.Metadata(Credentials.Metadata.DEFAULT_ENDPOINT)
        : new Credentials.None();
  }

  private Optional<CredentialsProfile> profile() {
    String text = text("auth.profile").orElseThrow();
    return CredentialsProfile.read(
        Path.of(
            text.startsWith("~/") ? System.getProperty("user.home") + text.substring(1) : text));
  }

  private Credentials token() {
    return new Credentials.Token(secret("auth.token", "the IAM token"));
  }

  private Credentials accessKey() {
    Password securityToken = config.getPassword(key("auth.security.token"));
    return new Credentials.AccessKey(
        require("auth.ak", "the id of the access key"),
        secret("auth.sk", "the secret key"),
        securityToken == null ? null : Secret.of(securityToken.value()));
  }

  private Credentials password() {
    Endpoint iam =
        text("auth.iam.endpoint")
            .map(Endpoint::of)
            .or(() -> region().map(Endpoint::iamOfRegion))
            .orElseThrow(
                () -> missing("auth.iam.endpoint", "where passwords are exchanged for tokens"));
    return new Credentials.Password(
        iam,
        require("auth.domain", "the account of the user"),
        require("auth.user", "the IAM user"),
        secret("auth.password", "the user's password"));
  }

  private Secret secret(String name, String what) {
    Password password = config.getPassword(key(name));
    if (password == null) {
      throw missing(name, what);
    }
    try {
      return Secret.of(password.value());
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(
          "%s (from %s): %s".formatted(key(name), config.origin(key(name)), e.getMessage()));
    }
  }

  private String require(String name, String what) {
    return text(name).orElseThrow(() -> missing(name, what));
  }

  private CommandFailure missing(String name, String what) {
    String key = own + name;
    return CommandFailure.usage(
        "%s is missing: %s; set it by --set %s=..., %s=... or in --config"
            .formatted(key, what, key, EnvironmentName.of(key)));
  }

  private Optional<String> text(String name) {
    return config.text(key(name));
  }

  private String key(String name) {
    return config.given(own + name) ? own + name : COMMON + name;
  }
}
