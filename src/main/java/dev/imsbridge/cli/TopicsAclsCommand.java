package dev.imsbridge.cli;

import dev.imsbridge.cli.common.ConfiguredCommand;
import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.config.Keys;
import dev.imsbridge.service.RoleGrants;
import dev.imsbridge.terminal.CommandFailure;
import dev.imsbridge.terminal.Terminal;
import dev.imsbridge.topics.Grant;
import dev.imsbridge.topics.GrantText;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code imsbridge topics acls}: prints the rights that a role needs. */
@Command(
    name = "acls",
    description = "Prints the rights in Kafka that a role needs. Needs no Kafka.")
final class TopicsAclsCommand extends ConfiguredCommand {
  @Option(
      names = "--role",
      paramLabel = "ROLE",
      defaultValue = "bridge",
      description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private RoleGrants.Role role;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "table",
      description =
          "${COMPLETION-CANDIDATES}: to read, for a shell, or a KafkaUser. "
              + "Default: ${DEFAULT-VALUE}.")
  private Format format;

  @Option(
      names = "--principal",
      paramLabel = "NAME",
      description = "Name of the user. Default: imsbridge, or imsbridge-ROLE.")
  private String principal;

  @Option(
      names = "--group",
      paramLabel = "NAME",
      description = "A consumer group that the user needs in addition.")
  private String group;

  @Mixin private StrimziCluster cluster;

  private enum Format {
    TABLE,
    KAFKA_ACLS,
    STRIMZI;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  TopicsAclsCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  public Integer call() {
    String user = user();
    if (group != null && !group.matches("[A-Za-z0-9._-]{1,249}")) {
      throw CommandFailure.usage("--group takes 1 to 249 characters of A-Z a-z 0-9 . _ -");
    }
    BridgeConfig config = config();
    List<Grant> grants = RoleGrants.of(role, config, group);
    terminal
        .out()
        .println(
            switch (format) {
              case TABLE -> GrantText.table(grants);
              case KAFKA_ACLS -> GrantText.kafkaAcls(grants, user, bootstrap(config));
              case STRIMZI -> GrantText.strimzi(grants, user, cluster.name());
            });
    return 0;
  }

  private String user() {
    String user = principal;
    if (user == null) {
      user = role == RoleGrants.Role.BRIDGE ? "imsbridge" : "imsbridge-" + role;
    }
    if (format == Format.STRIMZI) {
      return StrimziCluster.checked("--principal", user);
    }
    // Printed between quotes of a shell.
    if (!user.matches("[A-Za-z0-9._=,@/ *-]{1,200}")) {
      throw CommandFailure.usage(
          "--principal takes 1 to 200 characters of A-Z a-z 0-9 . _ = , @ / * -");
    }
    return user;
  }

  private static String bootstrap(BridgeConfig config) {
    String configured = config.getString(Keys.KAFKA_BOOTSTRAP);
    return configured == null ? "localhost:9092" : configured;
  }
}
