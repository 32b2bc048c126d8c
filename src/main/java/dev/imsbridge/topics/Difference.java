package dev.imsbridge.topics;

/**
 * A difference between a topic and its declaration.
 *
 * @param text one line that describes the difference and how it is resolved, without the topic's
 *     name
 * @param change the change that would make the topic as declared; null if the bridge has none. It
 *     is made only if the remedy is {@link Remedy#APPLY}.
 */
public record Difference(String topic, Remedy remedy, Effect effect, String text, Change change) {

  /** How a difference can be resolved. */
  public enum Remedy {
    /** Applying resolves it. */
    APPLY,
    /**
     * The bridge can run with it. Applying does not resolve it, because that could do harm or is
     * impossible.
     */
    KEEP,
    /** The bridge cannot run with it, and applying cannot resolve it. */
    INCOMPATIBLE
  }

  /** The consequence of a difference for a bridge. */
  public enum Effect {
    /** No guarantee is affected. */
    NONE,
    /** The bridge works, but a guarantee is weaker. */
    WARNING,
    /** The bridge does not start, because it would stop permanently, or lose or falsify records. */
    OBSTACLE
  }

  /** A change of a topic. */
  public sealed interface Change {}

  public record Creation(DeclaredTopic topic) implements Change {}

  public record Growth(int partitions) implements Change {}

  public record Setting(String key, String value) implements Change {}

  /** Whether the topic does not exist. */
  boolean missing() {
    return change instanceof Creation;
  }
}
