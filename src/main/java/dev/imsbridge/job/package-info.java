/**
 * What a job is, and the rules by which it moves. Nothing here knows of Kafka, JSON or HTTP: the
 * JDK only.
 *
 * <p>Start with {@link dev.imsbridge.job.Fold}: inputs in, outputs out. {@link
 * dev.imsbridge.job.JobTree} is what is remembered between inputs, {@link
 * dev.imsbridge.job.JobAnswer} what IMS said, {@link dev.imsbridge.job.Output} what is published.
 */
package dev.imsbridge.job;
