package dev.imsbridge.campaign;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The statuses in an answer of the simulator, read without the code of the bridge.
 *
 * @param stated each job with its status, sub-jobs before their parent
 * @param named all jobs that the answer describes or names
 */
record AnswerStatuses(List<Stated> stated, List<String> named) {
  static final List<String> RISING = List.of("INIT", "RUNNING", "SUCCESS", "FAIL");
  private static final Set<String> STATUSES = Set.copyOf(RISING);
  private static final ObjectMapper JSON = new ObjectMapper();

  record Stated(String job, String status) {}

  /** Returns the statuses; empty if the body is no answer about this job. */
  static Optional<AnswerStatuses> of(byte[] body, String job) {
    try {
      JsonNode json = body == null ? null : JSON.readTree(body);
      if (json == null || !json.path("job_id").asText().equals(job)) {
        return Optional.empty();
      }
      AnswerStatuses statuses = new AnswerStatuses(new ArrayList<>(), new ArrayList<>());
      statuses.add(json);
      return Optional.of(statuses);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private void add(JsonNode job) {
    JsonNode entities = job.path("entities");
    for (String field : List.of("sub_jobs_result", "sub_jobs")) {
      entities.path(field).forEach(this::add);
    }
    entities.path("sub_jobs_list").forEach(id -> named.add(id.asText()));
    String id = job.path("job_id").asText();
    named.add(id);
    String status = job.path("status").asText().toUpperCase(Locale.ROOT);
    if (STATUSES.contains(status)) {
      stated.add(new Stated(id, status));
    }
  }

  /** The order of the statuses: a job never falls in it, and both ends are equal. */
  static int rank(String status) {
    return switch (status) {
      case "INIT" -> 0;
      case "RUNNING" -> 1;
      default -> 2;
    };
  }
}
