/**
 * The formats of the records on all topics, and the parser of IMS answers.
 *
 * <p>May depend on {@code job}, Jackson and kafka-clients.
 *
 * <p>Start with {@link dev.imsbridge.wire.TopicNames} for the topics, {@link
 * dev.imsbridge.wire.Observation} for the records that pollers write, {@link
 * dev.imsbridge.wire.AnswerParser} for the answers of IMS.
 */
package dev.imsbridge.wire;
