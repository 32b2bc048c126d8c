/**
 * The classes that several commands share: options and converters, progress, events as text, and
 * the client of a running bridge.
 *
 * <p>Start with {@link dev.imsbridge.cli.common.ConfigOptions}, which reads the settings.
 */
package dev.imsbridge.cli.common;
