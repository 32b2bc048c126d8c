/**
 * All published records again from the observations topic, written to other topics or compared with
 * the published ones.
 *
 * <p>Start with {@link dev.imsbridge.history.rebuild.Rebuild}.
 */
package dev.imsbridge.history.rebuild;
