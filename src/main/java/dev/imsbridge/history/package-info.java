/**
 * Reading the past: what the topics keep of a job.
 *
 * <p>May know {@code wire} and kafka-clients. Start with {@link
 * dev.imsbridge.history.PublishedEvent}.
 */
package dev.imsbridge.history;
