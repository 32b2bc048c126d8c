package dev.imsbridge.cli.past;

import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.config.Keys;
import dev.imsbridge.history.replay.ReplayProgress;
import dev.imsbridge.service.KafkaAccess;
import dev.imsbridge.service.TopicAccess;
import dev.imsbridge.terminal.CommandFailure;
import dev.imsbridge.terminal.SafeText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that name the topic to publish to. */
final class ReplayTarget {
  @Option(
      names = "--to",
      paramLabel = "TOPIC",
      required = true,
      description = "Topic to publish to. It must exist, unless --create is given. Default: print.")
  private String topic;

  @Option(
      names = "--create",
      description =
          "Create the topic of --to if it is missing, with as many partitions as the "
              + "source and unlimited retention (retention.ms=-1), because Kafka's default "
              + "retention would soon delete events of earlier times.")
  private boolean create;

  @Option(
      names = "--resume",
      paramLabel = "FILE",
      description = "Keep the progress in this file, and continue from it.")
  private Path resume;

  String topic() {
    return topic;
  }

  /** The file of the progress; null if it is not kept. */
  Path resume() {
    return resume;
  }

  /**
   * @throws CommandFailure if the topic belongs to the bridge or to Kafka
   */
  void check(BridgeConfig config) {
    String prefix = config.topics().prefix();
    if (topic.isBlank()) {
      throw CommandFailure.usage("--to is blank: name a topic, or omit the option to print");
    }
    if (!prefix.isEmpty() && topic.startsWith(prefix)) {
      throw CommandFailure.usage(
          "--to: %s begins with %s, as the bridge's own topics do (%s); name a topic of yours"
              .formatted(SafeText.line(topic), prefix, Keys.TOPICS_PREFIX));
    }
    if (config.topics().all().contains(topic)
        || topic.startsWith(config.applicationId() + "-")
        || topic.startsWith("__")) {
      throw CommandFailure.usage(
          "--to: %s is a topic of the bridge or of Kafka;".formatted(SafeText.line(topic))
              + " name a topic of yours");
    }
  }

  /**
   * Creates the topic if it is missing and --create is given.
   *
   * @return its id; {@code none} if a dry run would create it
   * @throws CommandFailure if the topic does not exist
   */
  String prepare(KafkaAccess kafka, BridgeConfig config, String source, boolean dryRun)
      throws InterruptedException {
    Optional<String> id = kafka.topicId(topic);
    if (id.isEmpty() && create && dryRun) {
      return "none";
    }
    if (id.isEmpty() && create) {
      new TopicAccess(kafka, config).createTarget(topic, source);
      id = kafka.topicId(topic);
    }
    return id.orElseThrow(
        () ->
            CommandFailure.fault(
                "%s has no topic %s to publish to: create it first, or call with --create"
                    .formatted(kafka.bootstrap(), SafeText.line(topic)),
                null));
  }

  /**
   * Returns the progress of an earlier call; empty if there is none.
   *
   * @throws CommandFailure if the file is unreadable, or belongs to another replay
   */
  Optional<ReplayProgress> progress(String order) {
    if (resume == null) {
      return Optional.empty();
    }
    try {
      Optional<ReplayProgress> found = ReplayProgress.read(resume);
      if (found.isPresent() && !found.get().order().equals(order)) {
        throw CommandFailure.usage(
            "--resume: %s is of another replay (%s): use the same options, or another file"
                .formatted(resume, SafeText.line(found.get().order())));
      }
      return found;
    } catch (IOException e) {
      throw CommandFailure.usage(
          "--resume: %s cannot be used: %s".formatted(resume, SafeText.reason(e)));
    }
  }
}
