package dev.imsbridge.config;

import dev.imsbridge.terminal.DamagedText;
import dev.imsbridge.terminal.TextInput;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Collects settings from all sources. Each source overrides the ones before it: the file, the
 * official SDK's environment variables, the bridge's own variables, {@code --set}.
 *
 * <p>The access key in the SDK's variables is used only as a whole, and only if no other source
 * sets any part of an access key.
 *
 * <p>An empty value counts as not given. In {@code --set} it removes the value from the other
 * sources.
 */
final class ConfigSources {
  private static final String FILE_SUFFIX = "_FILE";
  private static final String SDK_ENDPOINT = "HUAWEICLOUD_SDK_REGION_IMS_";
  private static final Map<String, String> SDK =
      Map.of(
          "HUAWEICLOUD_SDK_AK", Keys.IMS_AK,
          "HUAWEICLOUD_SDK_SK", Keys.IMS_SK,
          "HUAWEICLOUD_SDK_SECURITY_TOKEN", Keys.IMS_SECURITY_TOKEN,
          "HUAWEICLOUD_SDK_PROJECT_ID", Keys.IMS_PROJECT_ID,
          "HUAWEICLOUD_SDK_IAM_ENDPOINT", Keys.IMS_IAM,
          "HUAWEICLOUD_SDK_CREDENTIALS_FILE", Keys.IMS_PROFILE);

  private static final Set<String> ACCESS_KEY_PARTS =
      Set.of(Keys.IMS_AK, Keys.IMS_SK, Keys.IMS_SECURITY_TOKEN);

  private final SortedMap<String, RawValue> values = new TreeMap<>();

  private final Consumer<BadSetting> faults;
  private final Set<String> reported = new HashSet<>();

  private ConfigSources(Consumer<BadSetting> faults) {
    this.faults = faults;
  }

  /**
   * Returns every given value by key.
   *
   * @param file null for none
   * @param assignments {@code key=value} each
   * @param faults receives each source that is unreadable or does not name a setting
   */
  static SortedMap<String, RawValue> read(
      Path file,
      Map<String, String> environment,
      List<String> assignments,
      Consumer<BadSetting> faults) {
    ConfigSources sources = new ConfigSources(faults);
    if (file != null) {
      sources.guarded(() -> sources.file(file));
    }
    SortedMap<String, String> variables = new TreeMap<>(environment);
    variables.forEach((name, value) -> sources.guarded(() -> sources.sdkVariable(name, value)));
    variables.forEach((name, value) -> sources.guarded(() -> sources.ownVariable(name, value)));
    assignments.forEach(each -> sources.guarded(() -> sources.assignment(each)));
    sources.dropOverriddenSdkKey();
    return sources.values;
  }

  private void guarded(Runnable source) {
    try {
      source.run();
    } catch (BadSetting e) {
      // Each line of a pasted multi-line value causes the same message.
      if (reported.add(e.getMessage())) {
        faults.accept(e);
      }
    }
  }

  // Parts of two access keys must not be mixed: a security token must not be sent with another key
  // or to another host.
  private void dropOverriddenSdkKey() {
    boolean overridden =
        ACCESS_KEY_PARTS.stream()
            .anyMatch(key -> values.containsKey(key) && !ofSdk(values.get(key)));
    if (overridden) {
      ACCESS_KEY_PARTS.forEach(key -> values.computeIfPresent(key, (k, v) -> ofSdk(v) ? null : v));
    }
  }

  private static boolean ofSdk(RawValue value) {
    return SDK.containsKey(value.origin());
  }

  private void file(Path file) {
    Properties properties = new Properties();
    try {
      properties.load(new StringReader(TextInput.of(file)));
    } catch (NoSuchFileException e) {
      throw new BadSetting(
          BadSetting.ANY,
          "--config " + file + ": there is no such file",
          "name a file by --config or IMSBRIDGE_CONFIG; this path is "
              + UserData.absolute(file.toString()));
    } catch (IOException | IllegalArgumentException e) {
      throw new BadSetting(
          BadSetting.ANY,
          "--config " + file + ": not a properties file in UTF-8",
          "name a readable properties file in UTF-8");
    }
    for (String key : new TreeSet<>(properties.stringPropertyNames())) {
      guarded(() -> put(key, properties.getProperty(key).strip(), file.toString()));
    }
  }

  private void sdkVariable(String variable, String value) {
    String key = SDK.get(variable);
    if (variable.startsWith(SDK_ENDPOINT)) {
      String region = variable.substring(SDK_ENDPOINT.length()).toLowerCase(Locale.ROOT);
      key = KnownKeys.ENDPOINTS + region.replace('_', '-');
    }
    if (key == null || value.isBlank()) {
      return;
    }
    rejectDamaged(BadSetting.ANY, variable, value);
    if (!ACCESS_KEY_PARTS.contains(key) || !values.containsKey(key)) {
      put(key, value, variable);
    }
  }

  private void ownVariable(String variable, String value) {
    if (!EnvironmentName.isSetting(variable) || value.isBlank()) {
      return;
    }
    rejectDamaged(EnvironmentName.key(variable).orElse(BadSetting.ANY), variable, value);
    String named =
        variable.endsWith(FILE_SUFFIX)
            ? variable.substring(0, variable.length() - FILE_SUFFIX.length())
            : variable;
    Optional<String> secret = EnvironmentName.key(named).filter(KnownKeys::secret);
    if (!named.equals(variable) && secret.isPresent()) {
      secretInFile(secret.get(), named, variable, value);
      return;
    }
    String key =
        EnvironmentName.key(variable)
            .orElseThrow(
                () ->
                    new BadSetting(
                        BadSetting.ANY,
                        variable
                            + ": is not the variable of a setting; it has too many consecutive underscores",
                        "unset " + variable + ", or correct its name"));
    put(key, value, variable);
  }

  private static void rejectDamaged(String key, String variable, String value) {
    if (DamagedText.in(value)) {
      throw new BadSetting(
          key, variable + ": " + DamagedText.REASON, "set LC_ALL=C.UTF-8, and the variable again");
    }
  }

  /**
   * Reads a secret from a file.
   *
   * @param direct the variable for the secret itself
   */
  private void secretInFile(String key, String direct, String variable, String file) {
    RawValue other = values.get(key);
    if (other != null && other.origin().equals(direct)) {
      throw new BadSetting(
          key,
          direct + " and " + variable + " are both set: unset one of them",
          "unset one of them");
    }
    try {
      String text = TextInput.of(Path.of(file)).strip();
      if (text.isEmpty()) {
        throw unreadable(key, variable, "the file " + file + " is empty");
      }
      put(key, text, variable);
    } catch (IOException | IllegalArgumentException e) {
      throw unreadable(key, variable, "the file " + file + " cannot be read");
    }
  }

  private static BadSetting unreadable(String key, String variable, String reason) {
    return new BadSetting(
        key, variable + ": " + reason, "put the value into that file, or name another one");
  }

  private void assignment(String text) {
    int equals = text.indexOf('=');
    if (equals < 1) {
      throw new BadSetting(
          BadSetting.ANY, "--set takes key=value", "write --set, a name, =, and a value");
    }
    put(text.substring(0, equals).strip(), text.substring(equals + 1).strip(), "--set");
  }

  private void put(String key, String text, String origin) {
    if (!KnownKeys.wellFormed(key)) {
      // The name is not quoted: it may be a line of a private key, or a value without its equals
      // sign.
      throw new BadSetting(
          BadSetting.ANY,
          origin
              + ": contains text that is not the name of a setting; each line of a multi-line value"
              + " except the last must end with a backslash",
          "correct the name; docs/configuration.md lists all settings");
    }
    RawValue value = new RawValue(key, text, origin);
    KnownKeys.objection(key)
        .ifPresent(
            objection -> {
              throw value.fault(
                  objection,
                  "correct the name, or remove it; docs/configuration.md lists all settings");
            });
    if (text.isEmpty()) {
      values.remove(key);
    } else {
      values.put(key, value);
    }
  }
}
