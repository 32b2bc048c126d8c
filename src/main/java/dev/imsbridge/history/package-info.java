/**
 * Reading what the topics hold of jobs: their past, what follows, and publishing it again.
 *
 * <p>May know {@code job}, {@code wire} and Kafka's clients. Start with {@link
 * dev.imsbridge.history.TopicReader}.
 */
package dev.imsbridge.history;
