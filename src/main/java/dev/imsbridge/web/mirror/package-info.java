/**
 * The IMS mirror: serves {@code GET /v1/PROJECT/jobs/JOB} like IMS, with the last answer that the
 * bridge received.
 *
 * <p>Start with {@link dev.imsbridge.web.mirror.ImsMirror}.
 */
package dev.imsbridge.web.mirror;
