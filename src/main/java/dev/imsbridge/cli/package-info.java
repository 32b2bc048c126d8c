/**
 * The command line: configuration, commands, and the wiring of the parts into a process that starts
 * and stops in order.
 *
 * <p>This package may depend on every other package; no other package may depend on it. Start with
 * {@link dev.imsbridge.cli.ImsBridge} for the commands, {@link dev.imsbridge.cli.Keys} for the
 * settings, and {@link dev.imsbridge.cli.BridgeConfig} for their values.
 */
package dev.imsbridge.cli;
