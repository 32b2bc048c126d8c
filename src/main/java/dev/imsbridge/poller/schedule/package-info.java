/**
 * When to poll a job next: the policies, and what they learn about the durations of jobs.
 *
 * <p>Start with {@link dev.imsbridge.poller.schedule.PollPolicy}.
 */
package dev.imsbridge.poller.schedule;
