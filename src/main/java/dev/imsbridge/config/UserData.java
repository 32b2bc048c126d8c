package dev.imsbridge.config;

import java.nio.file.Path;
import java.util.Map;

/** The directories of this user, by the XDG Base Directory Specification. */
public final class UserData {
  private static final String HOME = "~/";

  private UserData() {}

  /** Returns the data directory of the bridge. It may not exist yet. */
  public static Path directory(Map<String, String> environment) {
    Path base = Path.of(environment.getOrDefault("XDG_DATA_HOME", ""));
    // The specification says to ignore a relative path.
    return (base.isAbsolute() ? base : absolute("~/.local/share")).resolve("imsbridge");
  }

  /**
   * Returns the absolute path of a setting. A relative path depends on the current directory, so
   * messages must show the absolute path.
   *
   * @param text may start with {@code ~/}, which no shell expands in a file
   */
  public static Path absolute(String text) {
    Path path =
        text.startsWith(HOME)
            ? Path.of(System.getProperty("user.home"), text.substring(HOME.length()))
            : Path.of(text);
    return path.toAbsolutePath().normalize();
  }
}
