/**
 * Client for IMS: one GET for one job, with credentials, size limits and timeouts, and its outcome.
 * This package limits the rate of requests. The caller decides when to request which job.
 *
 * <p>May depend on {@code job}, {@code wire} and an HTTP client. Start with {@link
 * dev.imsbridge.ims.ImsClient} and its {@link dev.imsbridge.ims.Outcome}. {@link
 * dev.imsbridge.ims.Budget}, {@link dev.imsbridge.ims.CircuitBreaker} and {@link
 * dev.imsbridge.ims.Backoff} are pure and are used by the scheduler.
 */
package dev.imsbridge.ims;
