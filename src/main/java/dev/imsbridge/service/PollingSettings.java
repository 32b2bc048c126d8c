package dev.imsbridge.service;

import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.config.KafkaClient;
import dev.imsbridge.config.Keys;
import dev.imsbridge.poller.EngineSettings;
import dev.imsbridge.poller.PollerSettings;
import dev.imsbridge.poller.schedule.AdaptivePolicy;
import dev.imsbridge.poller.schedule.BackoffPolicy;
import dev.imsbridge.poller.schedule.FixedPolicy;
import dev.imsbridge.poller.schedule.PollPolicy;
import dev.imsbridge.terminal.CommandFailure;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerConfig;

/** Derives the settings of the poller and its policy from the settings of the bridge. */
final class PollingSettings {
  private PollingSettings() {}

  static PollerSettings poller(
      KafkaAccess kafka, BridgeConfig config, Optional<String> groupInstance) {
    Map<String, Object> consumer = kafka.settings(KafkaClient.CONSUMER);
    groupInstance.ifPresent(
        id -> consumer.putIfAbsent(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, id));
    return new PollerSettings(
        config.topics(),
        consumer,
        kafka.settings(KafkaClient.PRODUCER),
        EngineSettings.DEFAULTS.withNotFoundGrace(
            config.duration(Keys.WATCH_GRACE), config.duration(Keys.WATCH_SEEN_GRACE)),
        config.duration(Keys.BROKER_PATIENCE));
  }

  /**
   * Returns the configured policy.
   *
   * @throws CommandFailure if its settings contradict each other
   */
  static PollPolicy policy(BridgeConfig config) {
    return switch (config.word(Keys.POLL_POLICY, Keys.Policy.class)) {
      case ADAPTIVE -> adaptive(config);
      case FIXED -> new FixedPolicy(config.duration(Keys.POLL_INTERVAL));
      case BACKOFF ->
          new BackoffPolicy(
              config.duration(Keys.POLL_INITIAL),
              config.duration(Keys.POLL_MAX),
              config.getDouble(Keys.POLL_RATIO));
    };
  }

  private static PollPolicy adaptive(BridgeConfig config) {
    Duration shortest = config.duration(Keys.POLL_FLOOR);
    Duration longest = config.duration(Keys.POLL_CEILING);
    if (shortest.compareTo(longest) > 0) {
      throw CommandFailure.usage(
          Keys.POLL_FLOOR + " is " + shortest + ", above " + Keys.POLL_CEILING + ": " + longest);
    }
    return new AdaptivePolicy(config.duration(Keys.POLL_LAG), shortest, longest);
  }
}
