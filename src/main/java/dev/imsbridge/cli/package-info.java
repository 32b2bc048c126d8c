/**
 * The command line: configuration, commands, and the wiring of the parts into a process that starts
 * and stops in order.
 *
 * <p>May know everything; nothing may know it. Start with {@link dev.imsbridge.cli.ImsBridge} for
 * the commands, {@link dev.imsbridge.cli.Keys} for the settings, {@link
 * dev.imsbridge.cli.BridgeConfig} for their values.
 */
package dev.imsbridge.cli;
