package dev.imsbridge.simulator;

/**
 * Receives every answer that describes a job, before it is sent. A test can compare these answers
 * with the results of a client.
 */
@FunctionalInterface
public interface AnswerListener {
  /**
   * @param jobId the job of the GET
   * @param body the answer; the fault may send less or more of it
   * @param fault the fault that the GET meets; null for none
   */
  void answered(String jobId, byte[] body, FaultType fault);
}
