package dev.imsbridge.wire;

/**
 * The topics of watches and statuses that the store was last shown on.
 *
 * @param watchesId the id of the topic of watches
 * @param watchesOffset the last offset that was read of it; -1 before the first
 * @param statusId the id of the topic of statuses
 */
public record TableTopics(String watchesId, long watchesOffset, String statusId) {}
