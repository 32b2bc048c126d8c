package dev.imsbridge.cli.past;

import dev.imsbridge.history.audit.AuditVerifier.PartitionAudit;
import dev.imsbridge.history.audit.ChainHead;
import dev.imsbridge.terminal.CommandFailure;
import dev.imsbridge.terminal.SafeText;
import dev.imsbridge.terminal.TextInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file with the heads of audit chains at some time. Each line is {@code topic partition position
 * hash}. Keep the file where users with write access to Kafka cannot change it.
 */
record HeadsFile(Path file) {
  private static final Pattern LINE =
      Pattern.compile("(\\S{1,249}) (\\d{1,9}) (\\d{1,18}) ([0-9a-f]{64})");
  private static final long MAX_BYTES = 10_000_000;

  /**
   * Returns the heads of a topic by partition.
   *
   * @throws CommandFailure if the file cannot be read, or has no head of the topic
   */
  Map<Integer, ChainHead> read(String topic) {
    Map<Integer, ChainHead> heads = new TreeMap<>();
    int number = 0;
    for (String line : lines()) {
      number++;
      Matcher matcher = LINE.matcher(line.strip());
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      if (!matcher.matches()) {
        throw CommandFailure.usage(
            "--since: %s line %s is not 'topic partition position hash'".formatted(file, number));
      }
      if (matcher.group(1).equals(topic)) {
        heads.put(
            Integer.parseInt(matcher.group(2)),
            new ChainHead(Long.parseLong(matcher.group(3)), matcher.group(4)));
      }
    }
    if (heads.isEmpty()) {
      throw CommandFailure.usage("--since: %s has no head of %s".formatted(file, topic));
    }
    return heads;
  }

  private List<String> lines() {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw CommandFailure.usage(
            "--since: %s is too large to be a file of heads".formatted(file));
      }
      return TextInput.of(file).lines().toList();
    } catch (IOException e) {
      throw CommandFailure.usage("--since: %s cannot be read".formatted(file));
    }
  }

  /**
   * Writes the heads of a topic.
   *
   * @throws CommandFailure if the file cannot be written
   */
  void write(String topic, List<PartitionAudit> partitions) {
    StringBuilder text = new StringBuilder("# topic partition position hash\n");
    for (PartitionAudit each : partitions) {
      text.append(
          "%s %s %s %s\n"
              .formatted(topic, each.partition(), each.head().position(), each.head().hash()));
    }
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw CommandFailure.fault("--heads cannot be written: %s".formatted(SafeText.reason(e)), e);
    }
  }
}
