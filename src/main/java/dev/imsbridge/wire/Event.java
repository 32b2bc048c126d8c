package dev.imsbridge.wire;

import org.apache.kafka.common.header.internals.RecordHeaders;

/** The value and the headers of one event. Each header occurs once. */
public record Event(byte[] value, RecordHeaders headers) {}
