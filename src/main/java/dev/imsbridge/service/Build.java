package dev.imsbridge.service;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import org.apache.kafka.common.utils.internals.AppInfoParser;

/**
 * Identifies the code of this process. Maven writes version and commit into the jar.
 *
 * @param version "unknown" if it was not built by Maven
 * @param commit the abbreviated id of the git commit, followed by "-modified" if the working tree
 *     had uncommitted changes; "unknown" if it was not built in a clone
 * @param kafka the version of the Kafka client
 */
public record Build(String version, String commit, String kafka) {
  private static final String UNKNOWN = "unknown";
  private static final Build CURRENT = read();

  /** Returns the build of the running code. */
  public static Build current() {
    return CURRENT;
  }

  private static Build read() {
    Properties written = new Properties();
    try (InputStream file = Build.class.getResourceAsStream("build.properties")) {
      if (file != null) {
        written.load(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String commit = written.getProperty("commit", UNKNOWN);
    boolean modified = Boolean.parseBoolean(written.getProperty("modified"));
    return new Build(
        written.getProperty("version", UNKNOWN),
        modified ? commit + "-modified" : commit,
        AppInfoParser.getVersion());
  }

  /** Returns {@code imsbridge VERSION (commit COMMIT, Kafka VERSION)}. */
  @Override
  public String toString() {
    return "imsbridge %s (commit %s, Kafka %s)".formatted(version, commit, kafka);
  }
}
