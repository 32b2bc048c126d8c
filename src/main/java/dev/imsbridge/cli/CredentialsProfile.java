package dev.imsbridge.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imsbridge.ims.Credentials;
import dev.imsbridge.ims.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The access key in a profile of the official SDK: {@code ak}, {@code sk} and perhaps {@code
 * security_token} in the section {@code [basic]}.
 */
final class CredentialsProfile {
  private CredentialsProfile() {}

  /**
   * Reads a profile; empty when there is no such file.
   *
   * @throws CommandFailure when there is no whole access key in it
   */
  static Optional<Credentials> read(Path file) {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    Map<String, String> basic;
    try {
      basic = section(Files.readString(file, UTF_8));
    } catch (IOException e) {
      throw CommandFailure.usage("ims.auth.profile: " + file + " cannot be read");
    }
    if (!basic.containsKey("ak") || !basic.containsKey("sk")) {
      throw CommandFailure.usage(
          "ims.auth.profile: " + file + " has no ak and sk in a section [basic]");
    }
    String token = basic.get("security_token");
    return Optional.of(
        new Credentials.AccessKey(
            basic.get("ak"), Secret.of(basic.get("sk")), token == null ? null : Secret.of(token)));
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
