/**
 * A command's terminal: its streams, colours and tables, text that is safe to print, failures with
 * their exit codes, and the orderly end of the process.
 *
 * <p>Depends on no other package. Start with {@link dev.imsbridge.terminal.Terminal}, which a
 * command receives, and {@link dev.imsbridge.terminal.CommandFailure}, which it throws.
 */
package dev.imsbridge.terminal;
