package dev.imsbridge.wire;

/**
 * The topics that the stored watches and statuses were last published to. Another id means that the
 * topic was deleted and created again.
 *
 * @param watchesId the id of the watches topic
 * @param watchesOffset the last offset read from the watches topic; -1 before the first
 * @param statusId the id of the status topic
 */
public record TableTopics(String watchesId, long watchesOffset, String statusId) {}
