package dev.imsbridge.wire;

/**
 * How far a partition of observations has been folded, and the head of its audit chain: one value
 * of the store, because both move with each record.
 */
public record Checkpoint(AuditChain.Head head, LogPosition position) {}
