/**
 * The command line: one class for each command, and the classes that format its output.
 *
 * <p>May depend on every other package; no other package may depend on it. Start with {@link
 * dev.imsbridge.cli.ImsBridge}, which lists the commands.
 */
package dev.imsbridge.cli;
