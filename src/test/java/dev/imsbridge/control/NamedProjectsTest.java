package dev.imsbridge.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imsbridge.job.ProjectRef;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** An operator who means one project must not pause another one. */
class NamedProjectsTest {
  private static final ProjectRef NORTH = new ProjectRef("cn-north-4", "p1");
  private static final ProjectRef SOUTH = new ProjectRef("cn-south-1", "p1");
  private static final ProjectRef NAMED_LIKE_AN_ID = new ProjectRef("cn-north-4", "p2");

  private final NamedProjects projects;

  NamedProjectsTest() {
    Map<String, ProjectRef> refs = new LinkedHashMap<>();
    refs.put("north", NORTH);
    refs.put("south", SOUTH);
    refs.put("p1", NAMED_LIKE_AN_ID);
    projects = new NamedProjects(refs);
  }

  @Test
  void shouldFindAProjectByItsNameBeforeItsId() {
    assertThat(projects.find("north")).contains(NORTH);
    assertThat(projects.find("p1")).contains(NAMED_LIKE_AN_ID);
    assertThat(projects.find("p2")).contains(NAMED_LIKE_AN_ID);
    assertThat(projects.find("P1")).isEmpty();
    assertThat(projects.unknown())
        .isEqualTo("no such project is configured: name one of north, south, p1");
  }

  @Test
  void shouldRefuseAnIdOfSeveralProjects() {
    NamedProjects both = new NamedProjects(Map.of("north", NORTH, "south", SOUTH));
    assertThatThrownBy(() -> both.find("p1"))
        .hasMessageStartingWith("several projects have this id: name one of ")
        .hasMessageContaining("north")
        .hasMessageContaining("south");
  }
}
