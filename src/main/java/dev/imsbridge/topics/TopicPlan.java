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
   * The differences with which the bridge does not start. {@code run}, {@code doctor} and {@code
   * topics plan} all use this list.
   */
  public TopicPlan obstacles() {
    return only(difference -> difference.effect() == Effect.OBSTACLE);
  }

  /** The differences with which the bridge runs, but with a weaker guarantee. */
  public TopicPlan warnings() {
    return only(difference -> difference.effect() == Effect.WARNING);
  }

  /** All differences except missing topics. */
  public TopicPlan beyondMissing() {
    return only(difference -> !difference.missing());
  }

  private TopicPlan only(Predicate<Difference> wanted) {
    return new TopicPlan(differences.stream().filter(wanted).toList());
  }

  /**
   * One line for each difference, or one line if there is none. A line begins with {@code +} if
   * applying creates the topic. A line about an existing topic begins with {@code !} if the bridge
   * does not start with the difference, otherwise with {@code ~} if applying resolves it and with
   * {@code =} if it stays.
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
