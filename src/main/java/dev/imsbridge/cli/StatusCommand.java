package dev.imsbridge.cli;

import dev.imsbridge.cli.common.BridgeApi;
import dev.imsbridge.cli.common.BridgeOption;
import dev.imsbridge.cli.common.ConfiguredCommand;
import dev.imsbridge.cli.common.DocumentOptions;
import dev.imsbridge.cli.common.ForecastText;
import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.terminal.CommandFailure;
import dev.imsbridge.terminal.Lifecycle;
import dev.imsbridge.terminal.Palette;
import dev.imsbridge.terminal.Terminal;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code imsbridge status}: prints the current status of a running bridge. */
@Command(
    name = "status",
    description = {
      "Prints the state of a running bridge: watches by project and job type, "
          + "faults, the jobs that end next, and those that ended last.",
      "Uses the HTTP API of the bridge."
    },
    footer = {"", "Exit code 1: no bridge answers."})
final class StatusCommand extends ConfiguredCommand {
  private static final int EVERY_SECONDS = 2;
  private static final String CLEAR = "\u001b[H\u001b[2J";

  @Mixin private BridgeOption address;
  @Mixin private DocumentOptions output;

  @Option(names = "--watch", description = "Repeat every 2 s until it is stopped.")
  private boolean watch;

  StatusCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  public Integer call() throws Exception {
    BridgeConfig config = config();
    BridgeApi bridge = address.required(config);
    StatusReport first = StatusReport.of(bridge);
    if (watch) {
      terminal.run(true, parts -> follow(parts, bridge, first));
    } else {
      terminal.out().print(text(first));
    }
    return 0;
  }

  private void follow(Lifecycle parts, BridgeApi bridge, StatusReport first) throws Exception {
    String text = text(first);
    while (!terminal.out().checkError()) {
      terminal
          .out()
          .print(terminal.acceptsControlSequences() && !output.json() ? CLEAR + text : text);
      terminal.out().flush();
      parts.check();
      TimeUnit.SECONDS.sleep(EVERY_SECONDS);
      try {
        text = text(StatusReport.of(bridge));
      } catch (CommandFailure e) {
        // The bridge may be restarting.
        text = output.json() ? "" : e.getMessage() + "\n";
      }
    }
  }

  private String text(StatusReport report) {
    return output.json()
        ? report.json() + "\n"
        : new StatusText(
                report,
                InstantSource.system().instant(),
                ZoneId.systemDefault(),
                Palette.of(terminal),
                new ForecastText(terminal.acceptsControlSequences()))
            .text();
  }
}
