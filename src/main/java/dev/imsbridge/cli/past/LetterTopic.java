package dev.imsbridge.cli.past;

import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.history.TopicReader;
import dev.imsbridge.history.letters.DeadLetters;
import dev.imsbridge.history.letters.LetterPosition;
import dev.imsbridge.service.KafkaAccess;
import dev.imsbridge.terminal.CommandFailure;
import dev.imsbridge.terminal.SafeText;
import dev.imsbridge.wire.TopicNames;
import java.util.List;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.acl.AclOperation;

/** The topic of the dead letters on a cluster. */
record LetterTopic(KafkaAccess kafka, TopicNames topics) {

  /**
   * Checks that the topics exist.
   *
   * @throws CommandFailure if one does not, or the cluster cannot be reached
   */
  static LetterTopic of(BridgeConfig config) throws InterruptedException {
    KafkaAccess kafka = KafkaAccess.of(config);
    kafka.partitions(List.of(config.topics().deadLetters(), config.topics().requests()));
    return new LetterTopic(kafka, config.topics());
  }

  /**
   * Parses the position of a letter.
   *
   * @throws CommandFailure if it has another form
   */
  static LetterPosition position(String text) {
    return LetterPosition.parse(text)
        .orElseThrow(
            () ->
                CommandFailure.usage(
                    "'%s' is not a dead letter: write PARTITION/OFFSET, as `dead-letters list` does"
                        .formatted(SafeText.line(text))));
  }

  DeadLetters letters() {
    return new DeadLetters(() -> kafka.consumer(TopicReader.CONSUMER), topics);
  }

  CommandFailure unread(KafkaException e) {
    return CommandFailure.fault(
        "the dead letters could not be read: " + kafka.reason(e, each -> AclOperation.READ), e);
  }
}
