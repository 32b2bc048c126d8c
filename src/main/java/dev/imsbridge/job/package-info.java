/**
 * The job model and the rules by which the status of a job changes.
 *
 * <p>Depends on the JDK only. Contains no Kafka, JSON or HTTP code.
 *
 * <p>Start with {@link dev.imsbridge.job.Fold}, a pure function from a job tree and an input to a
 * new tree and outputs. {@link dev.imsbridge.job.JobTree} is the state kept between inputs, {@link
 * dev.imsbridge.job.JobAnswer} is a parsed answer of IMS, {@link dev.imsbridge.job.Output} is a
 * record to publish.
 */
package dev.imsbridge.job;
