package dev.imsbridge.history.replay;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The progress of a replay. All events before it are on the target topic.
 *
 * @param replayId the id of the replay, kept across interruptions
 * @param order one line that describes source, target and filter; a different order is a different
 *     replay
 * @param published the number of events published so far
 * @param partitions the progress in each partition of the source topic; empty before the start
 */
@JsonPropertyOrder({"replay_id", "order", "published", "done", "partitions"})
public record ReplayProgress(
    @JsonProperty("replay_id") String replayId,
    String order,
    long published,
    Map<Integer, Place> partitions) {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .build();

  /**
   * The progress in one partition.
   *
   * @param next the next offset to replay
   * @param end the offset at which the replay ends, fixed when it started; later records are not
   *     part of it
   */
  public record Place(long next, long end) {}

  public ReplayProgress {
    partitions = new TreeMap<>(partitions);
  }

  /** The progress of a replay that has not started. */
  public static ReplayProgress none(String replayId, String order) {
    return new ReplayProgress(replayId, order, 0, Map.of());
  }

  @JsonProperty(access = JsonProperty.Access.READ_ONLY)
  public boolean done() {
    return !partitions.isEmpty()
        && partitions.values().stream().allMatch(place -> place.next() >= place.end());
  }

  /**
   * Reads a file.
   *
   * @return empty if the file does not exist
   * @throws IOException if the file is unreadable or is not the progress of a replay
   */
  public static Optional<ReplayProgress> read(Path file) throws IOException {
    try {
      return Optional.of(JSON.readValue(Files.readAllBytes(file), ReplayProgress.class));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (JacksonException e) {
      throw new IOException("not a progress file of a replay", e);
    }
  }

  /**
   * Writes the file atomically. After a crash it holds either the new or the previous progress.
   *
   * @throws IOException if the file cannot be written
   */
  public void write(Path file) throws IOException {
    Path written = file.resolveSibling(file.getFileName() + ".new");
    Files.write(written, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(this));
    try (FileChannel channel = FileChannel.open(written, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
