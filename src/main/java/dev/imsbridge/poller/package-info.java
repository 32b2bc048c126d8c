/**
 * Turns watches into polls and polls into observations: which jobs to request, when, and which
 * outcomes to write.
 *
 * <p>May depend on {@code job}, {@code wire}, {@code ims} and kafka-clients, but not on Kafka
 * Streams, because a poller keeps no local state. Start with {@link dev.imsbridge.poller.Poller},
 * which runs the threads. {@code PollEngine} makes the decisions without Kafka, HTTP or the system
 * clock. A {@link dev.imsbridge.poller.schedule.PollPolicy} decides when to poll next.
 */
package dev.imsbridge.poller;
