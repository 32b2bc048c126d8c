package dev.imsbridge.topics;

import dev.imsbridge.topics.Difference.Remedy;
import java.util.List;
import java.util.stream.Collectors;

/** All differences between the declared topics and the cluster's, at one moment. */
public record TopicPlan(List<Difference> differences) {

  public TopicPlan {
    differences = List.copyOf(differences);
  }

  /** Whether anything is not as declared. */
  public boolean drift() {
    return !differences.isEmpty();
  }

  /** Whether anything is such that the bridge can't run with it and applying can't help. */
  public boolean incompatible() {
    return differences.stream().anyMatch(difference -> difference.remedy() == Remedy.INCOMPATIBLE);
  }

  /**
   * What the bridge must not start with: all that is incompatible or missing, and a wrong cleanup
   * policy, under which open watches or history would be lost in time.
   */
  public TopicPlan obstacles() {
    return new TopicPlan(differences.stream().filter(TopicPlan::isObstacle).toList());
  }

  /**
   * One line a difference, each led by what becomes of it; one line as well where there is none.
   */
  public String text() {
    if (!drift()) {
      return "All topics are as declared.";
    }
    return differences.stream().map(TopicPlan::line).collect(Collectors.joining("\n"));
  }

  private static boolean isObstacle(Difference difference) {
    return difference.remedy() == Remedy.INCOMPATIBLE
        || difference instanceof Difference.Missing
        || (difference instanceof Difference.Config config
            && config.key().equals("cleanup.policy"));
  }

  private static String line(Difference difference) {
    var mark =
        switch (difference.remedy()) {
          case APPLY -> difference instanceof Difference.Missing ? "+" : "~";
          case KEEP -> "=";
          case INCOMPATIBLE -> "!";
        };
    return mark + " " + difference.topic() + ": " + difference.text();
  }
}
