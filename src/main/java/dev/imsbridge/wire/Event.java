package dev.imsbridge.wire;

import org.apache.kafka.common.header.internals.RecordHeaders;

/** The bytes of one event: its value and its headers, each header once. */
public record Event(byte[] value, RecordHeaders headers) {}
