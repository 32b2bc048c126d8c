package dev.imsbridge.cli;

import dev.imsbridge.ims.Project;
import dev.imsbridge.job.ProjectRef;
import dev.imsbridge.wire.Requests;
import java.util.HashSet;
import java.util.LinkedHashMap;
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

  /**
   * @throws CommandFailure when none is configured, or none for requests that name none
   */
  Projects(BridgeConfig config) {
    List<String> names = config.projects();
    boolean unnamed = config.given(Keys.IMS_PROJECT_ID);
    if (unnamed || names.isEmpty()) {
      settings.put(UNNAMED, new ProjectSettings(config, ProjectSettings.COMMON));
    } else if (names.size() > 1) {
      throw CommandFailure.usage(
          "ims.project.id is missing: with several ims.projects, it says which project is meant by"
              + " requests that name none");
    }
    names.forEach(name -> settings.put(name, config.project(name)));
  }

  /** Reads requests for these projects. */
  Requests requests() {
    List<ProjectRef> refs = settings.values().stream().map(ProjectSettings::ref).toList();
    Set<ProjectRef> different = new HashSet<>(refs);
    if (different.size() < refs.size()) {
      throw CommandFailure.usage("ims.projects: two of them are the same project and region");
    }
    return new Requests(refs.get(0), different);
  }

  /** All of them, ready to be asked. */
  List<Project> all() {
    return settings.entrySet().stream()
        .map(each -> each.getValue().project(each.getKey()))
        .toList();
  }
}
