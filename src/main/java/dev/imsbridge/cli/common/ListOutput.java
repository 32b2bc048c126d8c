package dev.imsbridge.cli;

/** The formats of a command that lists: the option {@code --output}. */
enum ListOutput {
  /** Columns for people. */
  TABLE,
  /** One JSON object per line. */
  JSON,
  /** One id per line, as arguments of other commands. */
  IDS
}
