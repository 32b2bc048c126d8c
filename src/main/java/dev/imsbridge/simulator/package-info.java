/**
 * An IMS to run against: jobs of all fifteen types that live, have sub-jobs and end, and every way
 * in which the cloud in front of them is known to fail.
 *
 * <p>It may know {@link dev.imsbridge.job}, the JDK, Vert.x and Jackson; nothing of the bridge's
 * own client, so that a misunderstanding there can't hide here.
 *
 * <p>Start with {@link dev.imsbridge.simulator.SimulatorServer}; {@link
 * dev.imsbridge.simulator.JobPlanner} decides what becomes of a job id, {@link
 * dev.imsbridge.simulator.AnswerWriter} what is said of it, {@link
 * dev.imsbridge.simulator.FaultSelector} when something goes wrong and {@link
 * dev.imsbridge.simulator.FaultResponder} what that looks like on the wire.
 */
package dev.imsbridge.simulator;
