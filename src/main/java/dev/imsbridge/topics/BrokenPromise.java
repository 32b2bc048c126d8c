package dev.imsbridge.topics;

import dev.imsbridge.topics.Difference.Effect;
import dev.imsbridge.wire.TopicNames;
import java.util.Optional;

/**
 * A guarantee of the bridge that a setting of a topic breaks. This class contains the rules for all
 * settings.
 *
 * @param consequence the consequence of the setting, as a clause for messages
 */
record BrokenPromise(Effect effect, String consequence) {

  /**
   * Returns the guarantee that a value breaks; empty if it breaks none.
   *
   * @param topic the declared topic, whose value keeps the guarantee
   * @param actual the value in the cluster, which differs from the declared one
   */
  static Optional<BrokenPromise> by(
      TopicNames names, DeclaredTopic topic, String key, String actual) {
    var value = Comparison.limit(actual);
    var less = value < Comparison.limit(topic.configs().get(key));
    // Other programs write to the requests topic. A record rejected there does not stop the bridge.
    var requests = topic.name().equals(names.requests());
    return Optional.ofNullable(
        switch (key) {
          case "cleanup.policy" -> obstacle("records that are needed would be deleted");
          case "message.timestamp.type" ->
              requests
                  ? warning("the clock of a requester decides when its request is deleted")
                  : obstacle(
                      "the times of events would be lost, and rebuild and audit verify would fail");
          case "max.message.bytes" ->
              when(
                  less,
                  requests
                      ? warning("larger requests are refused")
                      : obstacle("the first larger record would stop the bridge"));
          case "segment.bytes" ->
              when(
                  !requests && value < Comparison.limit(topic.configs().get("max.message.bytes")),
                  obstacle("the first larger record would stop the bridge"));
          case "message.timestamp.before.max.ms" ->
              when(less && !requests, obstacle("the first older event would stop the bridge"));
          case "message.timestamp.after.max.ms" ->
              less
                  ? when(!requests, obstacle("a clock that is ahead would stop the bridge"))
                  : when(
                      topic.name().equals(names.observations()),
                      warning("a clock that is far ahead makes the bridge forget ended jobs"));
          case "retention.ms", "retention.bytes" ->
              when(less, warning("records are deleted earlier than promised"));
          case "delete.retention.ms" -> when(less, warning("a slow reader may miss deletions"));
          case "min.insync.replicas" ->
              when(less, warning("acknowledged records can be lost with one broker"));
          default -> null;
        });
  }

  private static BrokenPromise when(boolean broken, BrokenPromise promise) {
    return broken ? promise : null;
  }

  private static BrokenPromise obstacle(String consequence) {
    return new BrokenPromise(Effect.OBSTACLE, consequence);
  }

  private static BrokenPromise warning(String consequence) {
    return new BrokenPromise(Effect.WARNING, consequence);
  }
}
