package dev.imsbridge.cli;

import dev.imsbridge.terminal.CommandFailure;
import dev.imsbridge.terminal.SafeText;
import picocli.CommandLine.Option;

/** The option for the Kafka cluster to which a resource of Strimzi belongs. */
final class StrimziCluster {
  @Option(
      names = "--cluster",
      paramLabel = "NAME",
      defaultValue = "kafka",
      description = "Name of Strimzi's Kafka resource. Default: ${DEFAULT-VALUE}.")
  private String name;

  String name() {
    return checked("--cluster", name);
  }

  /** Returns the name, if Kubernetes allows it. */
  static String checked(String option, String name) {
    if (!name.matches("[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")) {
      throw CommandFailure.usage(
          option + " takes a Kubernetes name of a-z 0-9 . -, not " + SafeText.line(name));
    }
    return name;
  }
}
