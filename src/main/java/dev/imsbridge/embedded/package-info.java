/**
 * Kafka in this process: a real broker and controller on one node, for users who have none.
 *
 * <p>May know the Kafka server, and nothing else of the bridge. Start with {@link
 * dev.imsbridge.embedded.EmbeddedKafka}.
 */
package dev.imsbridge.embedded;
