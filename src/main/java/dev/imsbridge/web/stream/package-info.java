/**
 * The stream of published events as server-sent events: one reader of Kafka for all clients,
 * catching up for each client that continues from a position.
 *
 * <p>Start with {@link dev.imsbridge.web.stream.EventStream}, which accepts a client.
 */
package dev.imsbridge.web.stream;
