package dev.imsbridge.config;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Maps setting keys to environment variables: {@code IMSBRIDGE_} and the key in capitals, with
 * {@code .} as one underscore, {@code -} as two, {@code _} as three.
 */
public final class EnvironmentName {
  static final String PREFIX = "IMSBRIDGE_";

  // Kubernetes sets these for a Service called imsbridge, in every container of its namespace.
  private static final Pattern SERVICE_LINK =
      Pattern.compile("IMSBRIDGE_(SERVICE_(HOST|PORT.*)|PORT|PORT_\\d+_.*)");

  // Read by the launcher and by the command line.
  private static final Pattern NOT_A_SETTING = Pattern.compile("IMSBRIDGE_(OPTS|CONFIG|HOME)");

  private EnvironmentName() {}

  /** Whether a variable is meant to be a setting. Its key may still be unknown. */
  static boolean isSetting(String variable) {
    return variable.startsWith(PREFIX)
        && !NOT_A_SETTING.matcher(variable).matches()
        && !SERVICE_LINK.matcher(variable).matches();
  }

  /** Returns the variable of a key. */
  public static String of(String key) {
    return PREFIX
        + key.replace("_", "___").replace("-", "__").replace('.', '_').toUpperCase(Locale.ROOT);
  }

  /**
   * Returns the key of a variable. Empty if it has four or more consecutive underscores, which no
   * key has.
   */
  public static Optional<String> key(String variable) {
    String name = variable.substring(PREFIX.length()).toLowerCase(Locale.ROOT);
    return name.contains("____")
        ? Optional.empty()
        : Optional.of(
            name.replace("___", "\0").replace("__", "-").replace('_', '.').replace('\0', '_'));
  }
}
