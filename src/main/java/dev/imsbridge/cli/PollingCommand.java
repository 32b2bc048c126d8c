package dev.imsbridge.cli;

import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.config.ConfiguredProjects;
import dev.imsbridge.control.NamedProjects;
import dev.imsbridge.job.ProjectRef;
import dev.imsbridge.terminal.CommandFailure;
import dev.imsbridge.terminal.SafeText;
import dev.imsbridge.terminal.Terminal;
import dev.imsbridge.wire.ControlAction;
import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A command that pauses or resumes the polling of a project. */
abstract class PollingCommand extends ControlCommand {
  private final boolean paused;

  @Parameters(
      paramLabel = "PROJECT",
      description = "Name or id of a configured project; `default` names the one under ims.")
  private String project;

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      description = "Why, for the status and the audit; at most 200 characters, no secrets.")
  private String reason;

  PollingCommand(Terminal terminal, boolean paused) {
    super(terminal);
    this.paused = paused;
  }

  @Override
  public final Integer call() throws Exception {
    BridgeConfig config = config();
    NamedProjects projects = new NamedProjects(new ConfiguredProjects(config).refs());
    ProjectRef found = find(projects);
    send(
        config,
        new ControlAction.Polling(found, paused),
        reason,
        "the %s of project %s".formatted(paused ? "pause" : "resumption", projects.name(found)),
        "it takes effect when a bridge starts");
    return 0;
  }

  private ProjectRef find(NamedProjects projects) {
    String why;
    try {
      Optional<ProjectRef> found = projects.find(project);
      if (found.isPresent()) {
        return found.get();
      }
      why = projects.unknown();
    } catch (IllegalArgumentException e) {
      why = e.getMessage();
    }
    throw CommandFailure.usage("'%s': %s".formatted(SafeText.line(project), why));
  }
}
