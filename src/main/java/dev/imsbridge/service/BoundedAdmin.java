package dev.imsbridge.service;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.ForwardingAdmin;

/**
 * An admin client that closes within 2 s. By default, Kafka's client waits until its pending calls
 * time out. It measures these timeouts with the clock of the machine, so a clock that was set back
 * makes the close hang.
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
