package dev.imsbridge.embedded;

import java.util.Optional;

/**
 * Why an embedded broker can't go on: its own words, and the cause where there is one.
 *
 * @param reason one line for a user
 */
public record BrokerFault(String reason, Optional<Throwable> cause) {

  static BrokerFault of(String reason, Throwable cause) {
    return new BrokerFault(reason, Optional.ofNullable(cause));
  }
}
