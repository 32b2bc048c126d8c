package dev.imsbridge.config;

import dev.imsbridge.ims.BudgetSettings;
import dev.imsbridge.ims.Endpoint;
import dev.imsbridge.ims.Project;
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

/** The settings of one project. They override the common ones under {@code ims.}. */
final class ProjectSettings {
  static final String COMMON = "ims.";
  private static final Pattern REGION_IN_HOST =
      Pattern.compile("[a-z]+\\.([a-z]+-[a-z0-9-]+)\\..*");

  private final BridgeConfig config;
  private final String prefix;
  private final CredentialSettings auth;

  /**
   * @param prefix the prefix of the project's keys; {@code ims.} for the unnamed project
   */
  ProjectSettings(BridgeConfig config, String prefix) {
    this.config = config;
    this.prefix = prefix;
    auth = new CredentialSettings(config, prefix, this);
  }

  /**
   * Returns the region and the project id.
   *
   * @throws CommandFailure if settings are missing
   */
  ProjectRef ref() {
    String region = region().or(() -> regionOf(endpoint())).orElse("local");
    return new ProjectRef(region, projectId());
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
          auth.credentials(),
          new BudgetSettings(
              config.getDouble(key("rate")),
              config.getInt(key("burst")),
              config.getInt(key("concurrency"))));
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(e.getMessage());
    }
  }

  /** Returns one line for each missing or wrong setting. Without faults the project is usable. */
  Set<String> faults() {
    List<Supplier<?>> parts = new ArrayList<>(List.of(this::endpoint, this::projectId));
    parts.addAll(auth.parts());
    Set<String> faults = new LinkedHashSet<>();
    parts.forEach(part -> CommandFailure.caught(part).ifPresent(faults::add));
    if (faults.isEmpty()) {
      CommandFailure.caught(() -> project(prefix)).ifPresent(faults::add);
    }
    return faults;
  }

  private String projectId() {
    return text("project.id")
        .or(auth::projectIdOfProfile)
        .orElseThrow(() -> missing(prefix + "project.id", "the id of the project of the jobs"));
  }

  Optional<String> region() {
    // A project with its own endpoint does not inherit the common region.
    boolean elsewhere = config.given(prefix + "endpoint") && !config.given(prefix + "region");
    return elsewhere && !prefix.equals(COMMON) ? Optional.empty() : text("region");
  }

  Endpoint endpoint() {
    // The region of the project overrides the common endpoint.
    boolean ofOwnRegion = config.given(prefix + "region") && !config.given(prefix + "endpoint");
    return (ofOwnRegion ? Optional.<String>empty() : text("endpoint"))
        .map(Endpoint::of)
        .or(() -> text("region").map(this::ofRegion))
        .orElseThrow(
            () ->
                CommandFailure.usage(
                    "%sregion or %sendpoint is missing: it selects the IMS endpoint; for example"
                            .formatted(prefix, prefix)
                        + " --set %sregion=cn-north-4".formatted(prefix)));
  }

  private Endpoint ofRegion(String region) {
    String key = KnownKeys.ENDPOINTS + region;
    return config.given(key) ? Endpoint.of(config.getString(key)) : Endpoint.ofRegion(region);
  }

  private static Optional<String> regionOf(Endpoint endpoint) {
    Matcher matcher = REGION_IN_HOST.matcher(endpoint.host());
    return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  static CommandFailure missing(String key, String meaning) {
    return CommandFailure.usage(
        "%s is missing: %s; set it by --set %s=..., %s=... or in --config"
            .formatted(key, meaning, key, EnvironmentName.of(key)));
  }

  private Optional<String> text(String name) {
    return config.text(key(name));
  }

  private String key(String name) {
    return config.given(prefix + name) ? prefix + name : COMMON + name;
  }
}
