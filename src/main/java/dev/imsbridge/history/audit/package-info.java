/**
 * The entries of the audit topic, and the verification of their hash chain and of the inputs that
 * they are based on.
 *
 * <p>Start with {@link dev.imsbridge.history.audit.AuditVerifier}.
 */
package dev.imsbridge.history.audit;
