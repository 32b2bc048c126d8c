package dev.imsbridge.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import com.fasterxml.jackson.databind.util.StdConverter;
import dev.imsbridge.job.Acceptance;
import dev.imsbridge.job.Evidence;
import dev.imsbridge.job.JobDetails;
import dev.imsbridge.job.JobNode;
import dev.imsbridge.job.JobState;
import dev.imsbridge.job.JobStatus;
import dev.imsbridge.job.JobTimes;
import dev.imsbridge.job.JobTree;
import dev.imsbridge.job.LostReason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * Encodes the values of the stores as JSON: job trees, and how far each input was read.
 * Thread-safe.
 */
public final class StoreCodec {
  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  // Field names include job ids. A table of all names seen would grow, and Jackson
                  // copies it for new ones.
                  .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                  .build())
          .addModule(
              new SimpleModule()
                  .addSerializer(Instant.class, new InstantWriter())
                  .addDeserializer(Instant.class, new InstantReader())
                  .addSerializer(Duration.class, new ToStringSerializer())
                  .addDeserializer(Duration.class, new DurationReader()))
          .addMixIn(JobTree.class, FlatTree.class)
          .addMixIn(JobNode.class, FlatNode.class)
          .addMixIn(JobState.class, FlatState.class)
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(
                  JsonInclude.Include.NON_NULL, JsonInclude.Include.USE_DEFAULTS))
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  // The parts of a tree, a node and a state are written as fields of the whole.

  @SuppressWarnings("UnusedVariable") // Jackson reads the annotations.
  private abstract static class FlatTree {
    @JsonUnwrapped Acceptance acceptance;
  }

  @SuppressWarnings("UnusedVariable") // Jackson reads the annotations.
  @JsonDeserialize(converter = NodeReader.class)
  private abstract static class FlatNode {
    @JsonUnwrapped JobTimes times;
    @JsonUnwrapped JobDetails details;
    @JsonUnwrapped JobNode.Polling polling;
    @JsonUnwrapped JobNode.Answers answers;
  }

  @SuppressWarnings("UnusedVariable") // Jackson reads the annotations.
  private abstract static class FlatState {
    @JsonUnwrapped JobTimes times;
    @JsonUnwrapped JobDetails details;
  }

  /** A node as stored. Jackson takes twice as long to read a JobNode from it without this step. */
  private record StoredNode(
      String jobId,
      String parentJobId,
      String jobType,
      JobStatus status,
      List<JobNode.Stage> stages,
      Instant beginTime,
      Instant endTime,
      String errorCode,
      String failReason,
      List<String> imageIds,
      String describedBy,
      LostReason givenUp,
      int generation,
      List<String> unknownStatuses,
      String digest,
      Evidence evidence) {}

  private static final class NodeReader extends StdConverter<StoredNode, JobNode> {
    @Override
    public JobNode convert(StoredNode node) {
      return new JobNode(
          node.jobId,
          node.parentJobId,
          node.jobType,
          node.status,
          node.stages,
          new JobTimes(node.beginTime, node.endTime),
          new JobDetails(node.errorCode, node.failReason, node.imageIds),
          new JobNode.Polling(node.describedBy, node.givenUp, node.generation),
          new JobNode.Answers(node.unknownStatuses, node.digest, node.evidence));
    }
  }

  private StoreCodec() {}

  public static byte[] encode(JobTree tree) {
    return write(tree);
  }

  public static byte[] encode(Checkpoint checkpoint) {
    return write(checkpoint);
  }

  public static byte[] encode(LogPosition position) {
    return write(position);
  }

  public static byte[] encode(TableTopics topics) {
    return write(topics);
  }

  public static JobTree tree(byte[] bytes) {
    return read(bytes, JobTree.class);
  }

  public static Checkpoint checkpoint(byte[] bytes) {
    return read(bytes, Checkpoint.class);
  }

  public static LogPosition position(byte[] bytes) {
    return read(bytes, LogPosition.class);
  }

  public static TableTopics tables(byte[] bytes) {
    return read(bytes, TableTopics.class);
  }

  private static byte[] write(Object value) {
    try {
      // Written as characters first, like all JSON here: a lone surrogate must not be an error.
      return MAPPER.writeValueAsString(value).getBytes(UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
  }

  private static <T> T read(byte[] bytes, Class<T> type) {
    try {
      return MAPPER.readValue(bytes, type);
    } catch (IOException e) {
      throw new UncheckedIOException("the store has a value in an unknown format", e);
    }
  }

  /**
   * Writes whole milliseconds as a number since 1970, which takes a tenth of the work, and finer
   * times as text.
   */
  private static final class InstantWriter extends JsonSerializer<Instant> {
    @Override
    public void serialize(Instant value, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      if (value.equals(value.truncatedTo(ChronoUnit.MILLIS))) {
        json.writeNumber(value.toEpochMilli());
      } else {
        json.writeString(value.toString());
      }
    }
  }

  private static final class InstantReader extends JsonDeserializer<Instant> {
    @Override
    public Instant deserialize(JsonParser json, DeserializationContext context) throws IOException {
      return json.currentToken() == JsonToken.VALUE_NUMBER_INT
          ? Instant.ofEpochMilli(json.getLongValue())
          : TimeRange.parse(json.getText());
    }
  }

  private static final class DurationReader extends JsonDeserializer<Duration> {
    @Override
    public Duration deserialize(JsonParser json, DeserializationContext context)
        throws IOException {
      return Duration.parse(json.getText());
    }
  }
}
