/**
 * Reads the topics: the history of a job, a live tail of events, replays, and the rebuild and
 * verification of published records.
 *
 * <p>May depend on {@code job}, {@code wire} and kafka-clients. Start with {@link
 * dev.imsbridge.history.TopicReader}, on which the readers are built, then {@link
 * dev.imsbridge.history.JobHistory}.
 */
package dev.imsbridge.history;
