/**
 * Asking IMS: one GET about one job, with credentials, bounds and timeouts, and what became of it.
 * When to ask, and whom, is decided elsewhere; how often may be asked is kept here.
 *
 * <p>May know {@code job}, {@code wire} and an HTTP client. Start with {@link
 * dev.imsbridge.ims.ImsClient} and its {@link dev.imsbridge.ims.Outcome}; {@link
 * dev.imsbridge.ims.Budget}, {@link dev.imsbridge.ims.CircuitBreaker} and {@link
 * dev.imsbridge.ims.Backoff} are pure and belong to whoever schedules.
 */
package dev.imsbridge.ims;
