/**
 * Reads the topics: the history of a job, a search for jobs and a live tail of events. The
 * subpackages replay, rebuild and verify published records, and redrive dead letters.
 *
 * <p>May depend on {@code job}, {@code wire}, {@code ledger} and kafka-clients. Start with {@link
 * dev.imsbridge.history.TopicReader}, on which the readers are built, then {@link
 * dev.imsbridge.history.JobHistory}.
 */
package dev.imsbridge.history;
