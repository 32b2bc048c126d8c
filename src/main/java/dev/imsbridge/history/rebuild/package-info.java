/**
 * Recomputes all published records from the observations topic. Writes them to other topics or
 * compares them with the published records.
 *
 * <p>Start with {@link dev.imsbridge.history.rebuild.Rebuild}.
 */
package dev.imsbridge.history.rebuild;
