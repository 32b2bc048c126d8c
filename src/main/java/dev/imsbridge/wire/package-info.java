/**
 * The bytes: what stands in each record on each topic, and how a job is read out of an IMS answer.
 *
 * <p>May know {@code job}, Jackson and kafka-clients. Start with {@link
 * dev.imsbridge.wire.TopicNames} for the topics, {@link dev.imsbridge.wire.Observation} for what
 * pollers write, {@link dev.imsbridge.wire.AnswerParser} for what IMS says.
 */
package dev.imsbridge.wire;
