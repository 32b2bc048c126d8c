package dev.imsbridge.history;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
 * How far a replay has come: everything before it is on the target topic.
 *
 * @param replayId goes on through interruptions
 * @param order what is replayed from where to where, in a line: another order is another replay
 * @param published the number of events so far
 * @param partitions of the source topic
 */
public record Bookmark(
    String replayId, String order, long published, Map<Integer, Place> partitions) {

  /**
   * Of one partition.
   *
   * @param next the next offset to be replayed
   * @param end where the replay ends: what was written after it began is not part of it
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
   * Reads a file.
   *
   * @return empty when there is none
   * @throws IOException when it cannot be read, or is none of a replay
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

  /** Writes it in one piece: whoever reads finds this one or the one before, whatever happens. */
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
