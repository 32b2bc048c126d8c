package dev.imsbridge.topics;

import dev.imsbridge.topics.Difference.Effect;
import dev.imsbridge.topics.Difference.Remedy;
import java.util.List;
import java.util.function.Predicate;
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
   * The differences with which a bridge must not start. {@code run}, {@code doctor} and {@code
   * topics plan} all judge by this.
   */
  public TopicPlan obstacles() {
    return only(difference -> difference.effect() == Effect.OBSTACLE);
  }

  /** The differences with which the bridge works, but which weaken a guarantee. */
  public TopicPlan warnings() {
    return only(difference -> difference.effect() == Effect.WARNING);
  }

  /** All but missing topics. */
  public TopicPlan beyondMissing() {
    return only(difference -> !(difference instanceof Difference.Missing));
  }

  private TopicPlan only(Predicate<Difference> wanted) {
    return new TopicPlan(differences.stream().filter(wanted).toList());
  }

  /**
   * One line for each difference, or one line if there is none. A line begins with {@code !} if the
   * bridge does not start with the difference, else with {@code +} or {@code ~} if applying creates
   * or sets it, and with {@code =} if it stays.
   */
  public String text() {
    if (!drift()) {
      return "All topics are as declared.";
    }
    return differences.stream().map(TopicPlan::line).collect(Collectors.joining("\n"));
  }

  private static String line(Difference difference) {
    return mark(difference) + " " + difference.topic() + ": " + difference.text();
  }

  private static String mark(Difference difference) {
    if (difference instanceof Difference.Missing) {
      return "+";
    }
    if (difference.effect() == Effect.OBSTACLE) {
      return "!";
    }
    return difference.remedy() == Remedy.KEEP ? "=" : "~";
  }
}
