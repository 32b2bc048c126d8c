/**
 * The stream of published events as server-sent events. One reader of Kafka serves all clients. A
 * client that resumes from an older position is caught up separately.
 *
 * <p>Start with {@link dev.imsbridge.web.stream.EventStream}, which accepts a client.
 */
package dev.imsbridge.web.stream;
