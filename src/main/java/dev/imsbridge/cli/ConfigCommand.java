package dev.imsbridge.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imsbridge.cli.common.BridgeOption;
import dev.imsbridge.cli.common.ConfiguredCommand;
import dev.imsbridge.cli.common.EventText;
import dev.imsbridge.terminal.Columns;
import dev.imsbridge.terminal.Terminal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code imsbridge config}: prints the settings of a running instance with their sources. */
@Command(
    name = "config",
    description = {
      "Prints the settings of a running bridge with their sources, without secrets.",
      "Uses the HTTP API of the bridge. `doctor` lists the settings of a command."
    },
    footer = {"", "Exit code 1: no bridge answers."})
final class ConfigCommand extends ConfiguredCommand {
  private static final String DEFAULT = "default";

  @Mixin private BridgeOption address;

  @Option(names = "--all", description = "Also print the settings that have default values.")
  private boolean all;

  @Option(names = "--json", description = "Print all settings as JSON.")
  private boolean json;

  ConfigCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  public Integer call() throws Exception {
    JsonNode config = address.required(config()).get("/api/v1/config");
    terminal.out().print(json ? config.toPrettyString() + "\n" : text(config));
    return 0;
  }

  private String text(JsonNode config) {
    Columns table = new Columns("setting", "value", "from");
    for (JsonNode each : config.path("settings")) {
      if (all || !each.path("origin").asText().equals(DEFAULT)) {
        table.row(
            EventText.cell(each, "key"),
            EventText.cell(each, "value"),
            EventText.cell(each, "origin"));
      }
    }
    return table.text() + (all ? "" : "All others have their defaults.\n");
  }
}
