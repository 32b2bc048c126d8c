package dev.imsbridge.embedded;

import java.util.Optional;

/**
 * A fatal fault of an embedded broker.
 *
 * @param reason one line for a user
 * @param cause empty if the broker gives none
 */
public record BrokerFault(String reason, Optional<Throwable> cause) {

  static BrokerFault of(String reason, Throwable cause) {
    return new BrokerFault(reason, Optional.ofNullable(cause));
  }
}
