package dev.imsbridge.cli.common;

import picocli.CommandLine.Option;

/** The options of a command that prints documents, for their form. */
public final class DocumentOptions {
  private enum Shape {
    TEXT,
    JSON
  }

  @Option(
      names = "--output",
      paramLabel = "FORM",
      defaultValue = "text",
      description = "text or json. Default: ${DEFAULT-VALUE}.")
  private Shape shape;

  @Option(names = "--json", description = "The same as --output json.")
  private boolean json;

  /** Whether to print JSON. */
  public boolean json() {
    return json || shape == Shape.JSON;
  }
}
