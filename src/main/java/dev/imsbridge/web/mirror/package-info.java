/**
 * The IMS mirror: answers {@code GET /v1/PROJECT/jobs/JOB} as IMS does, with the last answer that
 * the bridge read.
 *
 * <p>Start with {@link dev.imsbridge.web.mirror.ImsMirror}.
 */
package dev.imsbridge.web.mirror;
