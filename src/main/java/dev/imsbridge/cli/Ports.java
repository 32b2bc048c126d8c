package dev.imsbridge.cli;

/** Port numbers as options of commands. */
final class Ports {
  private Ports() {}

  static void check(String option, int port) {
    if (port < 0 || port > 65_535) {
      throw CommandFailure.usage(option + ": a port is 0 to 65535, not " + port);
    }
  }
}
