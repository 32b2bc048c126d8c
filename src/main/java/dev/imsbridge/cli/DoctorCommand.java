package dev.imsbridge.cli;

import dev.imsbridge.cli.common.ConfiguredCommand;
import dev.imsbridge.cli.common.JobIdConverter;
import dev.imsbridge.config.BadSetting;
import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.config.ConfiguredProjects;
import dev.imsbridge.config.Keys;
import dev.imsbridge.ims.ImsClient;
import dev.imsbridge.ims.Project;
import dev.imsbridge.service.Finding;
import dev.imsbridge.service.HttpSettings;
import dev.imsbridge.service.ImsAccess;
import dev.imsbridge.terminal.CommandFailure;
import dev.imsbridge.terminal.Palette;
import dev.imsbridge.terminal.Terminal;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code imsbridge doctor}: checks whether the bridge would run with this configuration. */
@Command(
    name = "doctor",
    description = {
      "Lists the settings with their sources, and checks this machine, Kafka, the"
          + " topics and their transactions, and for each project the clock, the credentials and one GET.",
      "Changes nothing in Kafka and IMS. Reports all findings, each with a fix."
    },
    footer = {"", "Exit code 1: the bridge could not work."})
final class DoctorCommand extends ConfiguredCommand {
  @Option(
      names = "--job",
      paramLabel = "ID",
      converter = JobIdConverter.class,
      defaultValue = "imsbridge-doctor",
      description =
          "Job to ask IMS for. An unknown id is enough: the answer proves that the "
              + "credentials are valid. Default: ${DEFAULT-VALUE}.")
  private String job;

  @Option(names = "--all", description = "Also list the settings that have default values.")
  private boolean all;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  DoctorCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  public Integer call() throws Exception {
    DoctorReport report = new DoctorReport(new Palette(!json && Palette.of(terminal).coloured()));
    BridgeConfig.Reading reading = configuration.read(terminal.environment());
    report.settings(reading.config(), all);
    for (BadSetting each : reading.faults()) {
      report.add(Finding.fail("configuration", each.getMessage(), each.cure()));
    }
    // Skip checks that depend on a faulty setting: they would test its default.
    if (reading.sound(Keys.DATA_DIR, Keys.STATE_DIR)) {
      MachineCheck.findings(reading.config()).forEach(report::add);
    }
    if (reading.sound("http.")) {
      CommandFailure.caught(() -> HttpSettings.of(reading.config()))
          .ifPresent(
              why -> report.add(Finding.fail("http", why, "correct the settings under http.")));
    }
    kafka(reading, report);
    if (reading.sound(Keys.IMS_REGION, Keys.IMS_ENDPOINT, Keys.IMS_AUTH, "ims.project")) {
      projects(reading, report);
    } else {
      report.add(unchecked("projects"));
    }
    terminal.out().print(json ? report.json() : report.text());
    return report.failed() ? CommandFailure.FAULT : 0;
  }

  private static Finding unchecked(String subject) {
    return Finding.warn(
        subject,
        "not checked: some of its settings are wrong",
        "correct them and run doctor again");
  }

  private static void kafka(BridgeConfig.Reading reading, DoctorReport report)
      throws InterruptedException {
    // kafka.s covers security, SASL and SSL, which decide whether Kafka accepts a connection.
    if (!reading.sound(
        Keys.KAFKA_BOOTSTRAP, Keys.EMBEDDED_PORT, "kafka.security", "kafka.sasl", "kafka.ssl")) {
      report.add(unchecked("kafka"));
      return;
    }
    KafkaCheck kafka = new KafkaCheck(reading.config());
    report.add(kafka.cluster());
    if (!kafka.reachable()) {
      return;
    }
    report.add(kafka.clock());
    if (reading.sound("topics.", Keys.APPLICATION_ID)) {
      report.add(kafka.topics());
      report.add(kafka.rights());
      report.add(kafka.groups());
      report.add(kafka.transactions());
    }
  }

  private void projects(BridgeConfig.Reading reading, DoctorReport report) throws Exception {
    BridgeConfig config = reading.config();
    ConfiguredProjects configured = new ConfiguredProjects(config);
    configured
        .faults()
        .forEach(
            why -> report.add(Finding.fail("projects", why, "correct the settings under ims.")));
    List<Project> projects = configured.usable();
    if (projects.isEmpty()) {
      return;
    }
    Optional<String> wrong = CommandFailure.caught(() -> ImsAccess.settings(config, projects));
    if (wrong.isPresent()) {
      report.add(Finding.fail("ims", wrong.get(), "correct the settings under ims."));
      return;
    }
    terminal.run(
        false,
        parts -> {
          InstantSource clock = InstantSource.system();
          ImsClient client = ImsAccess.client(parts, config, projects, clock);
          for (Project project : projects) {
            new ProjectCheck(client, project, clock, config).findings(job).forEach(report::add);
          }
        });
  }
}
