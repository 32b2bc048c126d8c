package dev.imsbridge.history.replay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.job.JobScript;
import dev.imsbridge.job.Output;
import dev.imsbridge.job.Story;
import dev.imsbridge.wire.CloudEvent.Mode;
import dev.imsbridge.wire.Event;
import dev.imsbridge.wire.Events;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs parse the printed lines, so each line must be one complete event in UTF-8. */
class PrintSinkTest {
  private static ConsumerRecord<byte[], byte[]> record(String value, String... headers) {
    ConsumerRecord<byte[], byte[]> record =
        new ConsumerRecord<>("t", 0, 0, null, value.getBytes(UTF_8));
    for (int i = 0; i < headers.length; i += 2) {
      record.headers().add(headers[i], headers[i + 1].getBytes(UTF_8));
    }
    return record;
  }

  @SafeVarargs
  private static String printed(ConsumerRecord<byte[], byte[]>... records) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    // The encoding of the stream must not matter.
    PrintSink sink =
        new PrintSink(new PrintStream(bytes, false, StandardCharsets.US_ASCII), EventJson::line);
    for (ConsumerRecord<byte[], byte[]> record : records) {
      assertThat(sink.take(record)).isTrue();
    }
    sink.settle();
    return bytes.toString(UTF_8);
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void shouldPrintTheBytesOfAnEventUnchanged(Mode mode) {
    Story story = Story.requested().answered(JobScript.job("root").type("ova").running());
    Event event = new Events(mode).transition(story.all(Output.Transition.class).get(0));
    ConsumerRecord<byte[], byte[]> record = new ConsumerRecord<>("t", 0, 0, null, event.value());
    event.headers().forEach(record.headers()::add);
    String value = new String(event.value(), UTF_8);
    assertThat(printed(record))
        .endsWith(mode == Mode.BINARY ? ",\"data\":" + value + "}\n" : value + "\n")
        .hasLineCount(1);
  }

  /** Values are copied only in the bridge's own form; both ways must give the same line. */
  @ParameterizedTest
  @ValueSource(strings = {"\"", "\n", "\u0001", "é", "\\"})
  void shouldPrintTheSameLineWithAndWithoutParsing(String odd) {
    String copied = "{\"job_id\":\"j\",\"n\":1.10}";
    String parsed = "{ \"job_id\":\"j\",\"n\":1.10}";
    String[] headers = {"ce_type", "a", "ce_id", odd, "ce_" + odd, "b", "other", "c"};
    assertThat(printed(json(copied, headers))).isEqualTo(printed(json(parsed, headers)));
  }

  private static ConsumerRecord<byte[], byte[]> json(String value, String... headers) {
    ConsumerRecord<byte[], byte[]> record = record(value, headers);
    record.headers().add("content-type", "application/json".getBytes(UTF_8));
    return record;
  }

  @Test
  void shouldEscapeHeadersAndRemoveLineBreaks() {
    assertThat(
            printed(
                record("{\"job_id\":\"j\"\n}", "ce_type", "a", "ce_id", "\n", "ce_source", "\"")))
        .isEqualTo(
            "{\"type\":\"a\",\"id\":\"\\n\",\"source\":\"\\\"\",\"data\":{\"job_id\":\"j\"}}\n");
  }

  @Test
  void shouldPrintEventsOfAnySizeInOrderAndIgnoreOtherRecords() {
    String large = "{\"job_id\":\"j\",\"entities\":\"" + "é".repeat(200_000) + "\"}";
    ConsumerRecord<byte[], byte[]> small = record("{\"job_id\":\"k\"}", "ce_type", "a");
    assertThat(
            printed(small, json(large, "ce_type", "b"), record("{}"), record("{\"job_id\""), small))
        .isEqualTo(
            "{\"type\":\"a\",\"data\":{\"job_id\":\"k\"}}\n"
                + "{\"type\":\"b\",\"data\":"
                + large
                + "}\n"
                + "{\"type\":\"a\",\"data\":{\"job_id\":\"k\"}}\n");
  }

  /** With {@code imsbridge replay | head}, a replay must end when the reader has enough. */
  @Test
  void shouldStopTheReplayWhenTheOutputIsClosed() {
    PrintStream closed = new PrintStream(OutputStream.nullOutputStream(), false, UTF_8);
    closed.close();
    closed.print("x");
    PrintSink sink = new PrintSink(closed, EventJson::line);
    assertThat(sink.take(record("{\"job_id\":\"k\"}", "ce_type", "a"))).isFalse();
  }
}
