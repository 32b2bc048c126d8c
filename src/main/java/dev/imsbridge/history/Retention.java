package dev.imsbridge.history;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;

/** Distinguishes records deleted by retention from records deleted by other means. */
public final class Retention {
  private static final Duration FOR_EVER = Duration.ofDays(36_500);

  private Retention() {}

  /**
   * Returns the time from which on retention cannot have deleted a record of a topic.
   *
   * @return {@link Instant#MAX} if the topic is also limited by size or if its settings cannot be
   *     read
   */
  public static Instant keptFrom(Admin admin, String topic, Instant now)
      throws InterruptedException {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    try {
      Config settings = admin.describeConfigs(List.of(resource)).all().get().get(resource);
      long millis = number(settings, TopicConfig.RETENTION_MS_CONFIG);
      boolean bySize = number(settings, TopicConfig.RETENTION_BYTES_CONFIG) >= 0;
      Duration kept =
          millis < 0 || millis > FOR_EVER.toMillis() ? FOR_EVER : Duration.ofMillis(millis);
      return bySize ? Instant.MAX : now.minus(kept);
    } catch (ExecutionException e) {
      return Instant.MAX;
    }
  }

  private static long number(Config settings, String name) {
    return Long.parseLong(settings.get(name).value());
  }
}
