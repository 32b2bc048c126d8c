package dev.imsbridge.config;

import dev.imsbridge.ims.Project;
import dev.imsbridge.job.ProjectRef;
import dev.imsbridge.terminal.CommandFailure;
import dev.imsbridge.wire.Requests;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The configured projects: the one under {@code ims.}, and those under {@code ims.projects.NAME.}.
 * A request without a project belongs to the project under {@code ims.} or, if there is none, to
 * the only named project.
 */
public final class ConfiguredProjects {
  private static final String UNNAMED = "default";

  private final Map<String, ProjectSettings> settings = new LinkedHashMap<>();

  /** Whether requests without a project are ambiguous. */
  private final boolean noDefault;

  public ConfiguredProjects(BridgeConfig config) {
    List<String> names = config.projects();
    boolean unnamed = config.given(Keys.IMS_PROJECT_ID);
    if (unnamed || names.isEmpty()) {
      settings.put(UNNAMED, new ProjectSettings(config, ProjectSettings.COMMON));
    }
    noDefault = !unnamed && names.size() > 1;
    names.forEach(
        name -> settings.put(name, new ProjectSettings(config, "ims.projects." + name + ".")));
  }

  /**
   * Returns the parser of requests for these projects.
   *
   * @throws CommandFailure if a project is incomplete or a duplicate, or if requests without a
   *     project would be ambiguous
   */
  public Requests requests() {
    if (noDefault) {
      throw CommandFailure.usage(
          "ims.project.id is missing: with several ims.projects, it names the project of requests"
              + " without a project");
    }
    List<ProjectRef> refs = settings.values().stream().map(ProjectSettings::ref).toList();
    Set<ProjectRef> distinct = new HashSet<>(refs);
    if (distinct.size() < refs.size()) {
      throw CommandFailure.usage("ims.projects: two of them have the same project id and region");
    }
    return new Requests(refs.get(0), distinct);
  }

  /**
   * Returns the region and the id of each project by its name, in the order of the configuration.
   *
   * @throws CommandFailure if settings of a project are missing
   */
  public Map<String, ProjectRef> refs() {
    Map<String, ProjectRef> refs = new LinkedHashMap<>();
    settings.forEach((name, each) -> refs.put(name, each.ref()));
    return refs;
  }

  /** Returns the faults of all projects, one line each. */
  public List<String> faults() {
    Set<String> faults = new LinkedHashSet<>();
    settings.values().forEach(each -> faults.addAll(each.faults()));
    if (faults.isEmpty() || noDefault) {
      CommandFailure.caught(this::requests).ifPresent(faults::add);
    }
    return List.copyOf(faults);
  }

  /**
   * Checks that all projects are usable.
   *
   * @throws CommandFailure with a line for each fault
   */
  public void check() {
    List<String> faults = faults();
    if (!faults.isEmpty()) {
      throw CommandFailure.usage(String.join("\n", faults));
    }
  }

  /** Returns the projects without faults. */
  public List<Project> usable() {
    return settings.entrySet().stream()
        .filter(each -> each.getValue().faults().isEmpty())
        .map(each -> each.getValue().project(each.getKey()))
        .toList();
  }

  /**
   * Returns all projects.
   *
   * @throws CommandFailure if one of them has faults
   */
  public List<Project> all() {
    return settings.entrySet().stream()
        .map(each -> each.getValue().project(each.getKey()))
        .toList();
  }
}
