/**
 * Watches to polls to observations: which jobs to ask for, when, and what to write of the answers.
 *
 * <p>May know {@code job}, {@code wire}, {@code ims} and kafka-clients; never Kafka Streams, since
 * a poller keeps no state of its own. Start with {@link dev.imsbridge.poller.Poller}, the running
 * thing; what it decides lies in {@code PollEngine}, which knows neither Kafka nor HTTP nor a
 * clock; when to ask next is a {@link dev.imsbridge.poller.PollPolicy}.
 */
package dev.imsbridge.poller;
