package dev.imsbridge.cli.common;

import picocli.CommandLine.Option;

/** The options of a command that lists, for the form of its output. */
public final class ListOptions {
  /** The forms of a list. */
  public enum Form {
    /** Columns for people. */
    TABLE,
    /** One JSON object per line. */
    JSON,
    /** One id per line, as arguments of other commands. */
    IDS
  }

  @Option(
      names = "--output",
      paramLabel = "FORM",
      defaultValue = "table",
      description = "table, json (one object per line) or ids. Default: ${DEFAULT-VALUE}.")
  private Form form;

  @Option(names = "--json", description = "The same as --output json.")
  private boolean json;

  public Form form() {
    return json ? Form.JSON : form;
  }
}
