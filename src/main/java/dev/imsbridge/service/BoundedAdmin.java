package dev.imsbridge.service;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.ForwardingAdmin;

/**
 * An admin client that ends within 2 s. That of Kafka waits for the timeouts of its calls, which it
 * measures with the clock of the machine, and that may be set back.
 */
final class BoundedAdmin extends ForwardingAdmin {
  private static final Duration CLOSE = Duration.ofSeconds(2);

  BoundedAdmin(Map<String, Object> settings) {
    super(settings);
  }

  @Override
  public void close(Duration timeout) {
    super.close(timeout.compareTo(CLOSE) < 0 ? timeout : CLOSE);
  }
}
