package dev.imsbridge.service;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;

class KafkaRefusalTest {

  /** The clock may change while the bridge runs, so the check at the start is not enough. */
  @Test
  void shouldNameTheClockIfKafkaRefusesTheTimeOfARecord() {
    Throwable failure =
        new StreamsException(
            "task 1_0", new InvalidTimestampException("Timestamp is out of range"));
    assertThat(new KafkaRefusal("broker:9092", "app").in(failure, "", topic -> null))
        .hasValueSatisfying(
            line -> assertThat(line).contains("broker:9092", "set this machine's clock"));
  }

  @Test
  void shouldSayThatTheStateWasCopiedIfAnotherMemberHasTheSameId() {
    Throwable failure =
        new StreamsException("thread 1", new FencedInstanceIdException("fenced instance id"));
    assertThat(new KafkaRefusal("broker:9092", "app").in(failure, "", topic -> null))
        .hasValueSatisfying(line -> assertThat(line).contains("another process", "not a copy"));
  }
}
