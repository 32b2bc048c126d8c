package dev.imsbridge.cli;

import dev.imsbridge.ims.Project;
import dev.imsbridge.job.ProjectRef;
import dev.imsbridge.wire.Requests;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The configured projects: the one under {@code ims.}, and those under {@code ims.projects.NAME.}.
 * Where there is only one with a name, it is the one that is meant by requests that name none.
 */
final class Projects {
  private static final String UNNAMED = "default";

  private final Map<String, ProjectSettings> settings = new LinkedHashMap<>();
  private final boolean several;

  Projects(BridgeConfig config) {
    List<String> names = config.projects();
    boolean unnamed = config.given(Keys.IMS_PROJECT_ID);
    if (unnamed || names.isEmpty()) {
      settings.put(UNNAMED, new ProjectSettings(config, ProjectSettings.COMMON));
    }
    several = !unnamed && names.size() > 1;
    names.forEach(name -> settings.put(name, config.project(name)));
  }

  /**
   * Reads requests for these projects.
   *
   * @throws CommandFailure when a project is incomplete, or none is for requests that name none
   */
  Requests requests() {
    if (several) {
      throw CommandFailure.usage(
          "ims.project.id is missing: with several ims.projects, it says which project is meant by"
              + " requests that name none");
    }
    List<ProjectRef> refs = settings.values().stream().map(ProjectSettings::ref).toList();
    Set<ProjectRef> different = new HashSet<>(refs);
    if (different.size() < refs.size()) {
      throw CommandFailure.usage("ims.projects: two of them are the same project and region");
    }
    return new Requests(refs.get(0), different);
  }

  /** The faults of all projects, a line each. */
  List<String> faults() {
    Set<String> faults = new LinkedHashSet<>();
    settings.values().forEach(each -> faults.addAll(each.faults()));
    if (faults.isEmpty() || several) {
      CommandFailure.caught(this::requests).ifPresent(faults::add);
    }
    return List.copyOf(faults);
  }

  /**
   * Makes sure that all of them can be asked.
   *
   * @throws CommandFailure with a line for each fault
   */
  void check() {
    List<String> faults = faults();
    if (!faults.isEmpty()) {
      throw CommandFailure.usage(String.join("\n", faults));
    }
  }

  /** Those of them without faults, ready to be asked. */
  List<Project> usable() {
    return settings.entrySet().stream()
        .filter(each -> each.getValue().faults().isEmpty())
        .map(each -> each.getValue().project(each.getKey()))
        .toList();
  }

  /** All of them, ready to be asked. */
  List<Project> all() {
    return settings.entrySet().stream()
        .map(each -> each.getValue().project(each.getKey()))
        .toList();
  }
}
