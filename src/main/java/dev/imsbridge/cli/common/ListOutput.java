package dev.imsbridge.cli.common;

/** The formats of a command that lists: the option {@code --output}. */
public enum ListOutput {
  /** Columns for people. */
  TABLE,
  /** One JSON object per line. */
  JSON,
  /** One id per line, as arguments of other commands. */
  IDS
}
