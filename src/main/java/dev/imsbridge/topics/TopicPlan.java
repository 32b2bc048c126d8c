package dev.imsbridge.topics;

import dev.imsbridge.topics.Difference.Effect;
import dev.imsbridge.topics.Difference.Remedy;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** All differences between the declared topics and the cluster's topics at one moment. */
public record TopicPlan(List<Difference> differences) {

  /** Whether there is any difference. */
  public boolean drift() {
    return !differences.isEmpty();
  }

  /**
   * Whether there is a difference with which the bridge cannot run and that applying cannot
   * resolve.
   */
  public boolean incompatible() {
    return differences.stream().anyMatch(difference -> difference.remedy() == Remedy.INCOMPATIBLE);
  }

  /**
   * Returns the differences that prevent the bridge from starting. {@code run}, {@code doctor} and
   * {@code topics plan} all use this list.
   */
  public TopicPlan obstacles() {
    return only(difference -> difference.effect() == Effect.OBSTACLE);
  }

  /** Returns the differences that weaken a guarantee, although the bridge runs. */
  public TopicPlan warnings() {
    return only(difference -> difference.effect() == Effect.WARNING);
  }

  /** Returns all differences except missing topics. */
  public TopicPlan beyondMissing() {
    return only(difference -> !difference.missing());
  }

  private TopicPlan only(Predicate<Difference> wanted) {
    return new TopicPlan(differences.stream().filter(wanted).toList());
  }

  /**
   * Returns one line for each difference, or a single line if there is none. A line begins with
   * {@code +} if applying creates the topic. A line about an existing topic begins with {@code !}
   * if the difference prevents the bridge from starting. Otherwise it begins with {@code ~} if
   * applying resolves the difference, and with {@code =} if it does not.
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
    if (difference.missing()) {
      return "+";
    }
    if (difference.effect() == Effect.OBSTACLE) {
      return "!";
    }
    return difference.remedy() == Remedy.KEEP ? "=" : "~";
  }
}
