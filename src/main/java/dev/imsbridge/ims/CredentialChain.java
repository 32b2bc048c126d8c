package dev.imsbridge.ims;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds credentials where the vendor's own clients look for them, in their order: the environment,
 * the profile file, the metadata service of the cloud server. What is there but broken is an error,
 * not a reason to look further.
 */
public final class CredentialChain {
  private static final String PREFIX = "HUAWEICLOUD_SDK_";
  private static final String FILE_VARIABLE = PREFIX + "CREDENTIALS_FILE";
  private static final Pattern SECTION = Pattern.compile("\\s*\\[\\s*([^\\]]*?)\\s*\\]\\s*");
  private static final Pattern SETTING = Pattern.compile("\\s*([^#;=\\s]+)\\s*=\\s*(.*?)\\s*");

  private CredentialChain() {}

  /**
   * Credentials, and where they come from.
   *
   * @param projectId the project named beside them; null when none was
   * @param source for people: {@code environment}, a file's name, {@code metadata service}
   */
  public record Found(Credentials credentials, String projectId, String source) {}

  /**
   * Looks once.
   *
   * @param environment the process's environment variables
   * @param home the user's home directory
   * @throws IllegalArgumentException saying what to mend
   */
  public static Found find(Map<String, String> environment, Path home) {
    Found found =
        accessKey(
            text(environment, PREFIX + "AK"),
            text(environment, PREFIX + "SK"),
            text(environment, PREFIX + "SECURITY_TOKEN"),
            text(environment, PREFIX + "PROJECT_ID"),
            "environment");
    if (found != null) {
      return found;
    }
    found = inProfile(environment, home);
    return found != null
        ? found
        : new Found(
            new Credentials.Metadata(Credentials.Metadata.DEFAULT_ENDPOINT),
            text(environment, PREFIX + "PROJECT_ID"),
            "metadata service");
  }

  private static Found inProfile(Map<String, String> environment, Path home) {
    String named = text(environment, FILE_VARIABLE);
    Path file =
        named != null ? Path.of(named) : home.resolve(".huaweicloud").resolve("credentials");
    if (named == null && !Files.exists(file)) {
      return null;
    }
    List<String> lines;
    try {
      lines = Files.readAllLines(file, UTF_8);
    } catch (IOException e) {
      throw new IllegalArgumentException("the credentials file " + file + " cannot be read");
    }
    Map<String, String> basic = section(lines, "basic");
    return accessKey(
        text(basic, "ak"),
        text(basic, "sk"),
        text(basic, "security_token"),
        text(basic, "project_id"),
        file.toString());
  }

  private static Map<String, String> section(List<String> lines, String name) {
    Map<String, String> settings = new HashMap<>();
    boolean inside = false;
    for (String line : lines) {
      Matcher section = SECTION.matcher(line);
      Matcher setting = SETTING.matcher(line);
      if (section.matches()) {
        inside = section.group(1).equals(name);
      } else if (inside && setting.matches()) {
        settings.put(setting.group(1), setting.group(2));
      }
    }
    return settings;
  }

  private static Found accessKey(
      String id, String secretKey, String securityToken, String projectId, String source) {
    if (id == null && secretKey == null) {
      return null;
    }
    if (id == null || secretKey == null) {
      throw new IllegalArgumentException(
          source + ": an access key and a secret key go together, but only one is there");
    }
    Secret token = securityToken == null ? null : Secret.of(securityToken);
    return new Found(new Credentials.AccessKey(id, Secret.of(secretKey), token), projectId, source);
  }

  private static String text(Map<String, String> settings, String name) {
    String value = settings.get(name);
    return value == null || value.isBlank() ? null : value.strip();
  }
}
