package dev.imsbridge.service;

import dev.imsbridge.terminal.SafeText;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.RetriableException;

/** Finds the topic of a record that Kafka rejected, such as one that is too large for its topic. */
final class RefusedRecord {
  // Kafka Streams 4.3.1 names the topic only in this message.
  private static final Pattern SENT = Pattern.compile("sending record to topic (\\S+) for task");

  private RefusedRecord() {}

  /** Returns one line if the topology failed because of a rejected record; empty otherwise. */
  static Optional<String> in(Throwable failure) {
    Throwable root = SafeText.root(failure);
    if (!(root instanceof ApiException) || root instanceof RetriableException) {
      return Optional.empty();
    }
    for (Throwable each = failure; each != null; each = each.getCause()) {
      Matcher sent = SENT.matcher(String.valueOf(each.getMessage()));
      if (sent.find()) {
        return Optional.of(
            "a record for %s was refused: %s; see `imsbridge topics plan`"
                .formatted(sent.group(1), SafeText.reason(failure)));
      }
    }
    return Optional.empty();
  }
}
