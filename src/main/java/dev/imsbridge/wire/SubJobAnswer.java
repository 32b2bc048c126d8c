package dev.imsbridge.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Optional;

/**
 * Takes out of an answer what it says of one of the job's sub-jobs: the object as it stands there,
 * nothing added and nothing left out but unreadable parts, which are null. Pure and thread-safe.
 */
public final class SubJobAnswer {
  private SubJobAnswer() {}

  /** The object about that sub-job, at any depth; empty when there is none. */
  public static Optional<byte[]> of(byte[] body, String subJobId) {
    try {
      JsonNode found = find(AnswerJson.read(body).json(), subJobId);
      return found == null
          ? Optional.empty()
          : Optional.of(Json.READER.writeValueAsString(found).getBytes(UTF_8));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  // The reader bounds the depth.
  private static JsonNode find(JsonNode job, String subJobId) {
    for (String field : AnswerParser.DESCRIBING) {
      for (JsonNode subJob : job.path("entities").path(field)) {
        JsonNode found =
            subJobId.equalsIgnoreCase(Json.text(subJob, "job_id"))
                ? subJob
                : find(subJob, subJobId);
        if (found != null) {
          return found;
        }
      }
    }
    return null;
  }
}
