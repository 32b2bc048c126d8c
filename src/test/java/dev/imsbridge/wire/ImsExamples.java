package dev.imsbridge.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The vendor's response examples, one per job type. */
public final class ImsExamples {
  private static final Path FOLDER = Path.of("src/test/resources/ims-examples");
  private static final JsonMapper JSON = new JsonMapper();

  private ImsExamples() {}

  /** An example, verbatim. */
  public record Example(String jobType, byte[] body) {
    public JsonNode json() {
      return ImsExamples.json(body);
    }

    public String jobId() {
      return json().get("job_id").asText();
    }

    @Override
    public String toString() {
      return jobType;
    }
  }

  public static List<Example> all() {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.sorted().map(ImsExamples::read).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static Example of(String jobType) {
    return read(FOLDER.resolve(jobType + ".json"));
  }

  public static JsonNode json(byte[] bytes) {
    try {
      return JSON.readTree(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Example read(Path file) {
    try {
      String name = file.getFileName().toString();
      return new Example(name.substring(0, name.length() - 5), Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
