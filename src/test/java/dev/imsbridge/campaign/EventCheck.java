package dev.imsbridge.campaign;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Checks the published records of a campaign against what was requested, served and observed. Takes
 * no code from the bridge. Used by one thread: first {@link #transitions}, which the other checks
 * compare with.
 */
final class EventCheck {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Violations violations;
  private final Set<String> accepted;
  private final Set<String> cancelled;
  private final Set<String> absent;
  private final Set<String> ignored;

  /** The published statuses of each job, by root job and job. */
  private final Map<String, Map<String, List<String>>> published = new HashMap<>();

  /**
   * @param accepted the jobs that must be completed
   * @param cancelled those of them that may end as lost
   * @param absent those of them that must end as lost, because IMS does not know them
   * @param ignored jobs whose events are not checked
   */
  EventCheck(
      Violations violations,
      Set<String> accepted,
      Set<String> cancelled,
      Set<String> absent,
      Set<String> ignored) {
    this.violations = violations;
    this.accepted = accepted;
    this.cancelled = cancelled;
    this.absent = absent;
    this.ignored = ignored;
  }

  /**
   * The cancelled jobs that the requests topic names again after their cancellation, for example
   * because the producer of the load has sent a batch twice. They are watched again, as promised.
   */
  static Set<String> requestedAgain(
      List<ConsumerRecord<byte[], byte[]>> requests, Set<String> cancelled) {
    Set<String> ended = new HashSet<>();
    Set<String> again = new HashSet<>();
    for (ConsumerRecord<byte[], byte[]> record : requests) {
      String job = record.key() == null ? null : new String(record.key(), UTF_8);
      if (cancelled.contains(job)) {
        if (record.value() == null) {
          ended.add(job);
        } else if (ended.contains(job)) {
          again.add(job);
        }
      }
    }
    return again;
  }

  /** Each status once, in order, numbered, and in one partition for each tree. */
  void transitions(List<ConsumerRecord<byte[], byte[]>> records) {
    Set<String> ids = new HashSet<>();
    Map<String, Long> sequences = new HashMap<>();
    Map<String, Integer> partitions = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      JsonNode event = json(record);
      String root = event.path("root_job_id").asText();
      String job = event.path("job_id").asText();
      String status = event.path("status").asText();
      String what = root + "/" + job + " " + status + " at " + at(record);
      if (ignored.contains(root)) {
        published
            .computeIfAbsent(root, id -> new HashMap<>())
            .put(job, new ArrayList<>(List.of(status)));
        continue;
      }
      violations.unless(
          ids.add(ObservedStatuses.header(record, "ce_id")), "an event was published twice", what);
      violations.unless(
          partitions.merge(root, record.partition(), (first, now) -> first) == record.partition(),
          "a tree is in two partitions",
          what);
      violations.unless(
          event.path("sequence").asLong() == sequences.merge(root, 1L, Long::sum),
          "the sequence of a tree has a gap or a repetition",
          what);
      violations.unless(accepted.contains(root), "an event of a job that nobody requested", what);
      List<String> before =
          published
              .computeIfAbsent(root, id -> new HashMap<>())
              .computeIfAbsent(job, id -> new ArrayList<>());
      String last = before.isEmpty() ? null : before.get(before.size() - 1);
      violations.unless(
          last == null
              ? event.path("previous_status").isNull()
              : last.equals(event.path("previous_status").asText()),
          "previous_status is not the status before",
          what);
      violations.unless(
          last == null || AnswerStatuses.rank(status) > AnswerStatuses.rank(last),
          "a status was published again or fell",
          what + " after " + last);
      before.add(status);
    }
  }

  /** Exactly the statuses that follow from the observations, and none that was not served. */
  void observed(ObservedStatuses observed, ServedAnswers served) {
    for (String root : accepted) {
      ObservedStatuses.Tree tree = observed.trees().get(root);
      if (tree == null) {
        violations.add("an accepted request is not in the log", root);
        continue;
      }
      Map<String, List<String>> events = published.getOrDefault(root, Map.of());
      Set<String> jobs = new HashSet<>(events.keySet());
      jobs.addAll(tree.statuses.keySet());
      for (String job : jobs) {
        List<String> expected = tree.statuses.getOrDefault(job, List.of());
        List<String> found = new ArrayList<>(events.getOrDefault(job, List.of()));
        boolean lost = found.remove("LOST");
        violations.unless(
            !lost || tree.givenUp, "a job was lost without a reason in the log", root + "/" + job);
        boolean follows =
            tree.givenUp
                ? found.equals(expected.subList(0, Math.min(found.size(), expected.size())))
                : found.equals(expected);
        violations.unless(
            follows,
            "published statuses do not follow from the observations",
            root + "/" + job + " published " + found + ", observed " + expected);
        for (String status : found) {
          violations.unless(
              served.served(job, status), "a status was not served", root + "/" + job + status);
        }
      }
    }
  }

  /**
   * A status that was served while nothing was disturbed must be in the observations.
   *
   * @param quietSince epoch milliseconds from which no fault can have lost an answer
   * @return the number of statuses that were served and lost on the way before
   */
  int served(ServedAnswers served, ObservedStatuses observed, long quietSince) {
    int lost = 0;
    for (Map.Entry<String, Map<String, Long>> job : served.all().entrySet()) {
      for (Map.Entry<String, Long> status : job.getValue().entrySet()) {
        if (!observed.seen(job.getKey(), status.getKey())) {
          lost++;
          violations.unless(
              status.getValue() < quietSince,
              "a status was served in quiet and never observed",
              job.getKey() + " " + status.getKey());
        }
      }
    }
    return lost;
  }

  /**
   * Each job ends as the simulator played it.
   *
   * @param expected the status of each job and sub-job that is not cancelled, by root job
   */
  void ends(Map<String, Map<String, String>> expected) {
    expected.forEach(
        (root, jobs) ->
            jobs.forEach(
                (job, status) ->
                    violations.unless(
                        status.equals(last(root, job)),
                        "a job has another end than the simulator played",
                        root + "/" + job + " " + last(root, job) + ", played " + status)));
  }

  /** One completion for each accepted job, which agrees with its last transition. */
  void completions(List<ConsumerRecord<byte[], byte[]>> records) {
    Map<String, Integer> counts = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      JsonNode event = json(record);
      String root = event.path("root_job_id").asText();
      if (ignored.contains(root)) {
        continue;
      }
      counts.merge(root, 1, Integer::sum);
      String outcome = event.path("outcome").asText();
      String last = last(root, root);
      String what = root + " " + outcome + " at " + at(record);
      violations.unless(
          outcome.equals(outcomeOf(last)),
          "a completion contradicts the last transition",
          what + " after " + last);
      violations.unless(
          cancelled.contains(root) || absent.contains(root) == outcome.equals("LOST"),
          "a completion has the wrong outcome",
          what);
      violations.unless(
          event.path("sub_jobs").size() == Math.max(0, jobs(root) - 1),
          "a completion does not have all sub-jobs",
          what);
      violations.unless(
          published.getOrDefault(root, Map.of()).values().stream()
              .allMatch(each -> AnswerStatuses.rank(each.get(each.size() - 1)) == 2),
          "a completion before the end of a sub-job",
          what);
    }
    for (String root : accepted) {
      int count = counts.getOrDefault(root, 0);
      violations.unless(count > 0, "an accepted job has no completion", root);
      violations.unless(count < 2, "a job has two completions", root);
    }
    counts.keySet().removeAll(accepted);
    counts
        .keySet()
        .forEach(root -> violations.add("a completion of a job that nobody requested", root));
  }

  private static String outcomeOf(String status) {
    return switch (String.valueOf(status)) {
      case "SUCCESS" -> "SUCCEEDED";
      case "FAIL" -> "FAILED";
      default -> String.valueOf(status);
    };
  }

  private String last(String root, String job) {
    List<String> statuses = published.getOrDefault(root, Map.of()).getOrDefault(job, List.of());
    return statuses.isEmpty() ? null : statuses.get(statuses.size() - 1);
  }

  private int jobs(String root) {
    return published.getOrDefault(root, Map.of()).size();
  }

  /** The last record of each key of {@code status} is the last transition of that job. */
  void statusTable(List<ConsumerRecord<byte[], byte[]>> records) {
    Map<String, String> rows = new TreeMap<>();
    table(records)
        .forEach(
            (key, record) ->
                rows.put(key, record.value() == null ? "" : json(record).path("status").asText()));
    Map<String, String> expected = new TreeMap<>();
    published.forEach(
        (root, jobs) ->
            jobs.keySet()
                .forEach(
                    job ->
                        expected.put(job.equals(root) ? root : root + "/" + job, last(root, job))));
    expected.forEach(
        (key, status) ->
            violations.unless(
                status.equals(rows.get(key)),
                "a row of status is not the last transition",
                key + " " + rows.get(key) + ", published " + status));
    rows.keySet().removeAll(expected.keySet());
    rows.keySet().forEach(key -> violations.add("a row of status without a transition", key));
  }

  /** No watch is left. */
  void watches(List<ConsumerRecord<byte[], byte[]>> records) {
    table(records)
        .forEach(
            (key, record) ->
                violations.unless(record.value() == null, "a watch was left open", key));
  }

  static Map<String, ConsumerRecord<byte[], byte[]>> table(
      List<ConsumerRecord<byte[], byte[]>> records) {
    Map<String, ConsumerRecord<byte[], byte[]>> table = new TreeMap<>();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      table.put(new String(record.key(), UTF_8), record);
    }
    return table;
  }

  /**
   * One dead letter for each hostile record, and others only for answers that are none.
   *
   * @param hostile the records that must be refused, as {@code TOPIC/PARTITION/OFFSET}. The
   *     producer of the load may have sent them twice.
   * @param requests all of them, to look up the records
   * @param observations all of them
   */
  void deadLetters(
      List<ConsumerRecord<byte[], byte[]>> letters,
      Set<String> hostile,
      List<ConsumerRecord<byte[], byte[]>> requests,
      List<ConsumerRecord<byte[], byte[]>> observations) {
    Map<String, ConsumerRecord<byte[], byte[]>> answers = new HashMap<>();
    observations.forEach(record -> answers.put(at(record), record));
    Map<String, ConsumerRecord<byte[], byte[]>> inputs = new HashMap<>(answers);
    requests.forEach(record -> inputs.put(at(record), record));
    Set<String> contents = new HashSet<>();
    hostile.forEach(source -> contents.add(content(inputs.get(source))));
    Set<String> sources = new HashSet<>();
    for (ConsumerRecord<byte[], byte[]> letter : letters) {
      String source =
          String.join(
              "/",
              ObservedStatuses.header(letter, "__streams.errors.topic"),
              ObservedStatuses.header(letter, "__streams.errors.partition"),
              ObservedStatuses.header(letter, "__streams.errors.offset"));
      String what = source + ": " + ObservedStatuses.header(letter, "imsbridge-reason");
      violations.unless(sources.add(source), "a record has two dead letters", what);
      ConsumerRecord<byte[], byte[]> answer = answers.get(source);
      boolean unreadable =
          answer != null
              && answer.value() != null
              && AnswerStatuses.of(answer.value(), ObservedStatuses.header(answer, "job-id"))
                  .isEmpty();
      violations.unless(
          hostile.contains(source)
              || unreadable
              || (inputs.containsKey(source) && contents.contains(content(inputs.get(source)))),
          "a dead letter without a cause",
          what);
    }
    hostile.stream()
        .filter(source -> !sources.contains(source))
        .forEach(source -> violations.add("a hostile record without a dead letter", source));
  }

  private static String content(ConsumerRecord<byte[], byte[]> record) {
    return record == null
        ? ""
        : record.topic() + Arrays.hashCode(record.key()) + "/" + Arrays.hashCode(record.value());
  }

  /** Two topics hold the same events; the order counts within a key. */
  void sameEvents(
      String what,
      List<ConsumerRecord<byte[], byte[]>> live,
      List<ConsumerRecord<byte[], byte[]>> again) {
    Map<String, List<String>> expected = byKey(live);
    Map<String, List<String>> found = byKey(again);
    expected.forEach(
        (key, events) ->
            violations.unless(
                events.equals(found.get(key)), "a replay differs from the live topic", what + key));
    violations.unless(
        found.size() == expected.size(), "a replay has other keys", what + found.size());
  }

  private static Map<String, List<String>> byKey(List<ConsumerRecord<byte[], byte[]>> records) {
    Map<String, List<String>> byKey = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      byKey
          .computeIfAbsent(new String(record.key(), UTF_8), key -> new ArrayList<>())
          .add(
              record.timestamp()
                  + ObservedStatuses.header(record, "ce_id")
                  + new String(record.value(), UTF_8));
    }
    return byKey;
  }

  private JsonNode json(ConsumerRecord<byte[], byte[]> record) {
    try {
      return JSON.readTree(record.value());
    } catch (JsonProcessingException e) {
      violations.add("a published record is not JSON", at(record));
      return MissingNode.getInstance();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String at(ConsumerRecord<byte[], byte[]> record) {
    return record.topic() + "/" + record.partition() + "/" + record.offset();
  }
}
