package dev.imsbridge.history;

/**
 * Where what was published is not what follows from the observations.
 *
 * @param offset of the published record; -1 where there is none
 * @param key the record's key
 * @param detail one line for people: what differs
 */
public record Deviation(String topic, int partition, long offset, String key, String detail) {}
