package dev.imsbridge.wire;

/**
 * How far a partition of the observations topic was folded, and the head of its audit chain. They
 * are one value in the store, because both change with each record.
 */
public record Checkpoint(AuditChain.Head head, LogPosition position) {}
