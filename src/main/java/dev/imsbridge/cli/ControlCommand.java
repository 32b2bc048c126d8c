package dev.imsbridge.cli;

import dev.imsbridge.cli.common.ConfiguredCommand;
import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.control.ControlWriter;
import dev.imsbridge.service.GroupCheck;
import dev.imsbridge.service.KafkaAccess;
import dev.imsbridge.terminal.CommandFailure;
import dev.imsbridge.terminal.Terminal;
import dev.imsbridge.wire.ControlAction;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.acl.AclOperation;

/** A command that sends an action of an operator to Kafka. */
abstract class ControlCommand extends ConfiguredCommand {
  private static final int MAX_USER = 128;

  ControlCommand(Terminal terminal) {
    super(terminal);
  }

  /**
   * Sends an action.
   *
   * @param reason null if none is given
   * @param what the action, for messages
   * @param otherwise what happens to the action if no bridge runs, for a message
   * @throws CommandFailure if the reason is invalid, or Kafka does not acknowledge the action
   */
  final void send(
      BridgeConfig config,
      ControlAction.Change change,
      String reason,
      String what,
      String otherwise)
      throws InterruptedException {
    ControlAction action = action(change, reason);
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

  private static ControlAction action(ControlAction.Change change, String reason) {
    String user = System.getProperty("user.name", "");
    try {
      return new ControlAction(
          change,
          "cli",
          user.isBlank() ? null : user.substring(0, Math.min(MAX_USER, user.length())),
          reason == null || reason.isBlank() ? null : reason);
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage("--" + e.getMessage());
    }
  }
}
