package dev.imsbridge.control;

import dev.imsbridge.job.ProjectRef;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The configured projects by the names under which operators refer to them. Immutable.
 *
 * @param refs in the order of the configuration
 */
public record NamedProjects(Map<String, ProjectRef> refs) {
  public NamedProjects {
    refs = Collections.unmodifiableMap(new LinkedHashMap<>(refs));
  }

  /**
   * Finds a project by its name or, if no project has this name, by its id.
   *
   * @throws IllegalArgumentException if several projects have this id; the message names them
   */
  public Optional<ProjectRef> find(String nameOrId) {
    if (refs.containsKey(nameOrId)) {
      return Optional.of(refs.get(nameOrId));
    }
    List<String> names =
        refs.entrySet().stream()
            .filter(each -> each.getValue().projectId().equals(nameOrId))
            .map(Map.Entry::getKey)
            .toList();
    if (names.size() > 1) {
      throw new IllegalArgumentException(
          "several projects have this id: name one of " + String.join(", ", names));
    }
    return names.stream().findFirst().map(refs::get);
  }

  /** Returns the message for an unknown project. */
  public String unknown() {
    return "no such project is configured: name one of " + String.join(", ", refs.keySet());
  }

  /** Returns the name of a project; null if it is not configured. */
  public String name(ProjectRef ref) {
    return refs.entrySet().stream()
        .filter(each -> each.getValue().equals(ref))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(null);
  }
}
