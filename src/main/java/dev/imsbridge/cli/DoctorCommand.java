package dev.imsbridge.cli;

import dev.imsbridge.ims.ImsClient;
import dev.imsbridge.ims.Project;
import dev.imsbridge.job.JobId;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code imsbridge doctor}: whether the bridge would run with this configuration. */
@Command(
    name = "doctor",
    description = {
      "Says where each setting comes from, and checks Kafka, the topics, and for each "
          + "project its clock, its credentials and one GET.",
      "Changes nothing."
    },
    footer = {"", "Exit code 1: something keeps the bridge from its work."})
final class DoctorCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin private ConfigOptions configuration;

  @Option(
      names = "--job",
      paramLabel = "ID",
      defaultValue = "imsbridge-doctor",
      description =
          "The job to ask for. One that does not exist will do: to be told so proves that the "
              + "credentials are good. Default: ${DEFAULT-VALUE}.")
  private String job;

  @Option(names = "--all", description = "List the settings that have their defaults as well.")
  private boolean all;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  DoctorCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws Exception {
    if (!JobId.valid(job)) {
      throw CommandFailure.usage("--job: '" + Screen.line(job) + "' is not a job id");
    }
    DoctorReport report =
        new DoctorReport(new Palette(!json && Palette.of(surroundings).coloured()));
    BridgeConfig config = configuration(report);
    if (config != null) {
      report.settings(config, all);
      KafkaCheck kafka = new KafkaCheck(config);
      report.add(kafka.cluster());
      if (kafka.reachable()) {
        report.add(kafka.topics());
        report.add(kafka.rights());
        report.add(kafka.groups());
      }
      projects(config, report);
    }
    surroundings.out().print(json ? report.json() : report.text());
    return report.failed() ? CommandFailure.FAULT : 0;
  }

  private BridgeConfig configuration(DoctorReport report) {
    try {
      return configuration.load(surroundings.environment());
    } catch (CommandFailure e) {
      report.add(Finding.fail("configuration", e.getMessage(), null));
      return null;
    }
  }

  private void projects(BridgeConfig config, DoctorReport report) throws Exception {
    List<Project> projects;
    try {
      Projects configured = new Projects(config);
      configured.requests();
      projects = configured.all();
    } catch (CommandFailure e) {
      report.add(Finding.fail("projects", e.getMessage(), null));
      return;
    }
    surroundings.run(
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
