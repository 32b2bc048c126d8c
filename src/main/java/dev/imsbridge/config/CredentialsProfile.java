package dev.imsbridge.config;

import dev.imsbridge.ims.Credentials;
import dev.imsbridge.ims.Secret;
import dev.imsbridge.job.JobId;
import dev.imsbridge.terminal.CommandFailure;
import dev.imsbridge.terminal.TextInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A credentials profile of the official SDK. Its section {@code [basic]} holds {@code ak} and
 * {@code sk}, and optionally {@code security_token} and {@code project_id}. Immutable.
 */
final class CredentialsProfile {
  private final String key;
  private final Path file;
  private final Map<String, String> basic;

  private CredentialsProfile(String key, Path file, Map<String, String> basic) {
    this.key = key;
    this.file = file;
    this.basic = basic;
  }

  /**
   * Reads a profile; empty if the file does not exist.
   *
   * @param key the setting that names the file
   * @throws CommandFailure if the file cannot be read
   */
  static Optional<CredentialsProfile> read(String key, Path file) {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(new CredentialsProfile(key, file, section(TextInput.of(file))));
    } catch (IOException e) {
      throw CommandFailure.usage(key + ": " + file + " cannot be read");
    }
  }

  /**
   * Returns the project of the access key; empty if the profile does not name one.
   *
   * @throws CommandFailure if it is not a project id
   */
  Optional<String> projectId() {
    String id = basic.get("project_id");
    // Project ids and job ids have the same syntax.
    if (id != null && !JobId.valid(id)) {
      throw CommandFailure.usage(key + ": " + file + ": project_id must be " + JobId.FORM);
    }
    return Optional.ofNullable(id);
  }

  /**
   * Returns the access key.
   *
   * @throws CommandFailure if {@code ak} or {@code sk} is missing
   */
  Credentials accessKey() {
    if (!basic.containsKey("ak") || !basic.containsKey("sk")) {
      throw CommandFailure.usage(key + ": " + file + " has no ak and sk in a section [basic]");
    }
    String token = basic.get("security_token");
    return new Credentials.AccessKey(
        basic.get("ak"), Secret.of(basic.get("sk")), token == null ? null : Secret.of(token));
  }

  private static Map<String, String> section(String text) {
    Map<String, String> values = new HashMap<>();
    boolean inside = false;
    for (String line : text.lines().map(String::strip).toList()) {
      int equals = line.indexOf('=');
      if (line.startsWith("[")) {
        inside = line.equals("[basic]");
      } else if (inside && equals > 0 && !line.startsWith("#") && !line.startsWith(";")) {
        String value = line.substring(equals + 1).strip();
        if (!value.isEmpty()) {
          values.put(line.substring(0, equals).strip(), value);
        }
      }
    }
    return values;
  }
}
