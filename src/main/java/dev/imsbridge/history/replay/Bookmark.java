package dev.imsbridge.history.replay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imsbridge.history.PublishedEvent;
import java.io.IOException;
import java.nio.ByteBuffer;
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
 * @param partitions the progress in each partition of the source topic
 */
public record Bookmark(
    String replayId, String order, long published, Map<Integer, Place> partitions) {

  /**
   * The progress in one partition.
   *
   * @param next the next offset to replay
   * @param end the offset at which the replay ends, fixed when it started; later records are not
   *     part of it
   */
  public record Place(long next, long end) {
    boolean done() {
      return next >= end;
    }
  }

  public Bookmark {
    partitions = new TreeMap<>(partitions);
  }

  public boolean done() {
    return partitions.values().stream().allMatch(Place::done);
  }

  /**
   * Reads a bookmark file.
   *
   * @return empty if the file does not exist
   * @throws IOException if the file is unreadable or is not a bookmark
   */
  public static Optional<Bookmark> read(Path file) throws IOException {
    try {
      JsonNode json = PublishedEvent.JSON.readTree(Files.readAllBytes(file));
      Map<Integer, Place> partitions = new TreeMap<>();
      for (Map.Entry<String, JsonNode> each : json.path("partitions").properties()) {
        partitions.put(
            Integer.valueOf(each.getKey()),
            new Place(number(each.getValue(), "next"), number(each.getValue(), "end")));
      }
      if (!json.path("replay_id").isTextual() || !json.path("order").isTextual()) {
        throw new IOException("not the file of a replay");
      }
      return Optional.of(
          new Bookmark(
              json.get("replay_id").asText(),
              json.get("order").asText(),
              number(json, "published"),
              partitions));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (NumberFormatException | com.fasterxml.jackson.core.JacksonException e) {
      throw new IOException("not the file of a replay", e);
    }
  }

  private static long number(JsonNode object, String field) throws IOException {
    if (!object.path(field).isIntegralNumber()) {
      throw new IOException("not the file of a replay");
    }
    return object.get(field).asLong();
  }

  /**
   * Writes the bookmark atomically. After a crash the file holds either the new or the previous
   * bookmark.
   *
   * @throws IOException if the file cannot be written
   */
  public void write(Path file) throws IOException {
    ObjectNode json = PublishedEvent.JSON.createObjectNode();
    json.put("replay_id", replayId);
    json.put("order", order);
    json.put("published", published);
    json.put("done", done());
    ObjectNode places = json.putObject("partitions");
    partitions.forEach(
        (partition, place) ->
            places
                .putObject(String.valueOf(partition))
                .put("next", place.next())
                .put("end", place.end()));
    byte[] bytes = PublishedEvent.JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(json);
    Path written = file.resolveSibling(file.getFileName() + ".new");
    try (FileChannel channel =
        FileChannel.open(
            written,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
    Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
