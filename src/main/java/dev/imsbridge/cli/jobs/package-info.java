/**
 * The commands that request jobs, wait for them, cancel and list them.
 *
 * <p>Start with {@link dev.imsbridge.cli.jobs.SubmitCommand}.
 */
package dev.imsbridge.cli.jobs;
