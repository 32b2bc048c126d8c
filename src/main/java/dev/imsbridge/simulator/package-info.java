/**
 * A simulated IMS to run against: jobs of all fifteen types with their sub-jobs, the IAM token
 * endpoint, the instance metadata endpoint, and the errors that clients of the cloud can meet.
 *
 * <p>{@code imsbridge simulator} and {@code imsbridge demo} run it, and it is the mock server of
 * the test suite. The outcome of a job depends only on the seed, the speed and the job id, so every
 * run is reproducible.
 *
 * <p>May depend on {@link dev.imsbridge.job}, the JDK, Vert.x and Jackson. It must not use the
 * bridge's own IMS client or wire formats: a misreading of the IMS documentation there would then
 * be repeated here, and no test would find it.
 *
 * <p>Start with {@link dev.imsbridge.simulator.SimulatorServer}. {@link
 * dev.imsbridge.simulator.JobPlanner} decides the course of a job, {@link
 * dev.imsbridge.simulator.AnswerWriter} writes the answers about it, {@link
 * dev.imsbridge.simulator.FaultSelector} selects the fault that a request meets, and {@link
 * dev.imsbridge.simulator.FaultResponder} answers with that fault. {@link
 * dev.imsbridge.simulator.ControlEndpoint} is the HTTP API to create jobs and inject faults.
 */
package dev.imsbridge.simulator;
