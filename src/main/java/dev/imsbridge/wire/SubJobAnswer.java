package dev.imsbridge.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Optional;

/**
 * Extracts the description of one sub-job from an answer. The object is complete and unchanged,
 * except that unreadable parts are null. Pure and thread-safe.
 */
public final class SubJobAnswer {
  private SubJobAnswer() {}

  /**
   * The JSON object that describes a sub-job at any depth; empty if there is none or the body is
   * not JSON.
   */
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

  // AnswerJson limits the depth.
  private static JsonNode find(JsonNode job, String subJobId) {
    for (String field : AnswerParser.SUB_JOB_FIELDS) {
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
