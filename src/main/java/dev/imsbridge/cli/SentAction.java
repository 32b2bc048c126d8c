package dev.imsbridge.cli;

import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.config.ConfiguredProjects;
import dev.imsbridge.control.ControlWriter;
import dev.imsbridge.control.NamedProjects;
import dev.imsbridge.job.ProjectRef;
import dev.imsbridge.service.GroupCheck;
import dev.imsbridge.service.KafkaAccess;
import dev.imsbridge.terminal.CommandFailure;
import dev.imsbridge.terminal.SafeText;
import dev.imsbridge.terminal.Terminal;
import dev.imsbridge.wire.ControlAction;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.acl.AclOperation;

/** Sends the actions of operators to Kafka. */
final class SentAction {
  private static final int LONGEST_USER = 128;

  private SentAction() {}

  /**
   * Pauses or resumes a project.
   *
   * @param nameOrId of a configured project
   * @throws CommandFailure if there is no such project, or Kafka does not take the action
   */
  static void polling(
      Terminal terminal, BridgeConfig config, String nameOrId, boolean paused, String reason)
      throws InterruptedException {
    NamedProjects projects = new NamedProjects(new ConfiguredProjects(config).refs());
    ProjectRef project = project(projects, nameOrId);
    send(
        terminal,
        config,
        action(new ControlAction.Polling(project, paused), reason),
        "the %s of project %s".formatted(paused ? "pause" : "resumption", projects.name(project)),
        "the next one that starts obeys it");
  }

  private static ProjectRef project(NamedProjects projects, String nameOrId) {
    String why;
    try {
      Optional<ProjectRef> found = projects.find(nameOrId);
      if (found.isPresent()) {
        return found.get();
      }
      why = projects.unknown();
    } catch (IllegalArgumentException e) {
      why = e.getMessage();
    }
    throw CommandFailure.usage("'%s': %s".formatted(SafeText.line(nameOrId), why));
  }

  /**
   * Sets a log level.
   *
   * @throws CommandFailure if Kafka does not take the action
   */
  static void level(
      Terminal terminal, BridgeConfig config, ControlAction.LogLevel change, String reason)
      throws InterruptedException {
    send(
        terminal,
        config,
        action(change, reason),
        "level %s of %s".formatted(change.level(), change.logger()),
        "a level applies to running instances only");
  }

  private static ControlAction action(ControlAction.Change change, String reason) {
    String user = System.getProperty("user.name", "");
    try {
      return new ControlAction(
          change,
          "cli",
          user.isBlank() ? null : user.substring(0, Math.min(LONGEST_USER, user.length())),
          reason == null || reason.isBlank() ? null : reason);
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage("--" + e.getMessage());
    }
  }

  /**
   * @param what the action in words
   * @param otherwise the consequence if no bridge runs
   */
  private static void send(
      Terminal terminal, BridgeConfig config, ControlAction action, String what, String otherwise)
      throws InterruptedException {
    KafkaAccess kafka = KafkaAccess.of(config);
    String topic = config.topics().control();
    kafka.partitions(List.of(topic));
    try (ControlWriter writer = new ControlWriter(kafka.producer(), topic)) {
      writer.write(action);
    } catch (KafkaException e) {
      throw CommandFailure.fault(
          "%s could not be sent to %s: %s"
              .formatted(
                  what,
                  topic,
                  kafka.reason(KafkaAccess.named(e, topic), each -> AclOperation.WRITE)),
          e);
    }
    Optional<Boolean> runs = new GroupCheck(kafka, config).bridgeRuns();
    terminal
        .out()
        .printf(
            "sent %s to %s%s%n", what, topic, runs.orElse(false) ? "; a bridge is running" : "");
    if (runs.equals(Optional.of(false))) {
      terminal.say("no bridge runs at %s: %s".formatted(kafka.bootstrap(), otherwise));
    }
  }
}
