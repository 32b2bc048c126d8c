package dev.imsbridge.history.audit;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;

/** Distinguishes records deleted by retention from records deleted by other means. */
public final class Retention {
  private static final Duration UNLIMITED = Duration.ofDays(36_500);

  private Retention() {}

  /**
   * Returns the time from which on the records of a topic are within their retention.
   *
   * @return {@link Instant#MAX} if the topic is also limited by size or if the broker does not
   *     report its settings
   */
  public static Instant retainedFrom(Admin admin, String topic, Instant now)
      throws InterruptedException {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    try {
      return retainedFrom(admin.describeConfigs(List.of(resource)).all().get().get(resource), now);
    } catch (ExecutionException e) {
      return Instant.MAX;
    }
  }

  static Instant retainedFrom(Config settings, Instant now) {
    ConfigEntry time = settings.get(TopicConfig.RETENTION_MS_CONFIG);
    ConfigEntry size = settings.get(TopicConfig.RETENTION_BYTES_CONFIG);
    if (time == null || size == null || Long.parseLong(size.value()) >= 0) {
      return Instant.MAX;
    }
    long millis = Long.parseLong(time.value());
    return now.minus(
        millis < 0 || millis > UNLIMITED.toMillis() ? UNLIMITED : Duration.ofMillis(millis));
  }
}
