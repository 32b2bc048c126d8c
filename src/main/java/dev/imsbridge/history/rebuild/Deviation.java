package dev.imsbridge.history.rebuild;

/**
 * A difference between a published record and the record recomputed from the observations.
 *
 * @param offset the offset of the published record; -1 if there is none
 * @param key the key of the record
 * @param detail one line for people that names the difference
 */
public record Deviation(String topic, int partition, long offset, String key, String detail) {}
