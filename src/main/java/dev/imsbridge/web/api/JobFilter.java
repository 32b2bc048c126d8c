package dev.imsbridge.web.api;

import dev.imsbridge.job.JobId;
import dev.imsbridge.job.JobNode;
import dev.imsbridge.job.JobOutcome;
import dev.imsbridge.job.JobRequest;
import dev.imsbridge.job.JobStatus;
import dev.imsbridge.job.JobTree;
import dev.imsbridge.job.StatusWords;
import dev.imsbridge.web.http.BadRequestException;
import dev.imsbridge.wire.TimeRange;
import io.vertx.core.MultiMap;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

/**
 * The query of a job list: filter, start and page size. Immutable.
 *
 * @param wanted the trees to return
 * @param after the id after which the page begins; "" for the first page
 * @param limit the maximum number of jobs in the page
 */
record JobFilter(Predicate<JobTree> wanted, String after, int limit) {
  private static final int MOST = 500;
  private static final int BY_DEFAULT = 100;
  private static final int LONGEST = 256;
  private static final int LONGEST_LABEL = 2 * JobRequest.MAX_LABEL_LENGTH + 1;
  private static final Set<String> NAMES =
      Set.of(
          "state", "status", "outcome", "type", "project", "region", "label", "image", "since",
          "until", "q", "limit", "cursor", "format");

  /**
   * Parses a query.
   *
   * @throws BadRequestException if a parameter is unknown, repeated or invalid
   */
  static JobFilter of(MultiMap query) {
    for (Map.Entry<String, String> each : query) {
      if (!NAMES.contains(each.getKey())) {
        throw new BadRequestException(
            "unknown parameter; there are " + String.join(", ", sorted()));
      }
      int most = each.getKey().equals("label") ? LONGEST_LABEL : LONGEST;
      if (each.getValue().length() > most || query.getAll(each.getKey()).size() > 1) {
        throw new BadRequestException(
            each.getKey() + ": one value of at most " + most + " characters");
      }
    }
    String cursor = query.get("cursor");
    if (cursor != null && !JobId.valid(cursor)) {
      throw new BadRequestException("cursor: give the next_cursor of the page before");
    }
    return new JobFilter(wanted(query), cursor == null ? "" : cursor, limit(query.get("limit")));
  }

  private static List<String> sorted() {
    return NAMES.stream().sorted().toList();
  }

  private static int limit(String text) {
    if (text == null) {
      return BY_DEFAULT;
    }
    if (!text.matches("\\d{1,3}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > MOST) {
      throw new BadRequestException("limit: a number from 1 to " + MOST);
    }
    return Integer.parseInt(text);
  }

  private static Predicate<JobTree> wanted(MultiMap query) {
    return state(query.get("state"))
        .and(status(query.get("status")))
        .and(outcome(query.get("outcome")))
        .and(text(query.get("type"), tree -> tree.root().jobType()))
        .and(text(query.get("project"), tree -> tree.request().project().projectId()))
        .and(text(query.get("region"), tree -> tree.request().project().region()))
        .and(label(query.get("label")))
        .and(image(query.get("image")))
        .and(changed("since", query.get("since"), (time, since) -> !time.isBefore(since)))
        .and(changed("until", query.get("until"), Instant::isBefore))
        .and(mentions(query.get("q")));
  }

  private static Predicate<JobTree> state(String state) {
    if (state == null) {
      return tree -> true;
    }
    return switch (state.toLowerCase(Locale.ROOT)) {
      case "open" -> tree -> !tree.ended();
      case "ended" -> JobTree::ended;
      default -> throw new BadRequestException("state: open or ended");
    };
  }

  private static Predicate<JobTree> status(String word) {
    if (word == null) {
      return tree -> true;
    }
    JobStatus status =
        StatusWords.status(word)
            .orElseThrow(() -> new BadRequestException("status: one of " + StatusWords.STATUSES));
    return tree -> tree.root().published() == status;
  }

  private static Predicate<JobTree> outcome(String word) {
    if (word == null) {
      return tree -> true;
    }
    JobOutcome outcome =
        StatusWords.outcome(word)
            .orElseThrow(() -> new BadRequestException("outcome: one of " + StatusWords.OUTCOMES));
    return tree -> tree.ended() && JobOutcome.of(tree.root().published()) == outcome;
  }

  private interface Field {
    String of(JobTree tree);
  }

  private static Predicate<JobTree> text(String value, Field field) {
    return value == null ? tree -> true : tree -> value.equalsIgnoreCase(field.of(tree));
  }

  private static Predicate<JobTree> image(String id) {
    return id == null
        ? tree -> true
        : tree ->
            tree.nodes().values().stream().anyMatch(node -> node.details().imageIds().contains(id));
  }

  /** Selects jobs by the time of their last change. A job without a change is not selected. */
  private static Predicate<JobTree> changed(
      String name, String text, BiPredicate<Instant, Instant> inTime) {
    if (text == null) {
      return tree -> true;
    }
    Instant bound;
    try {
      bound = TimeRange.parse(text);
    } catch (DateTimeException e) {
      throw new BadRequestException(name + ": a time such as 2024-11-06T07:39:45Z");
    }
    return tree -> {
      Instant changedAt = JobView.changedAt(tree);
      return changedAt != null && inTime.test(changedAt, bound);
    };
  }

  private static Predicate<JobTree> label(String label) {
    if (label == null) {
      return tree -> true;
    }
    int colon = label.indexOf(':');
    if (colon < 1) {
      throw new BadRequestException("label: NAME:VALUE");
    }
    String value = label.substring(colon + 1);
    String name = label.substring(0, colon);
    return tree -> value.equals(tree.request().labels().get(name));
  }

  private static Predicate<JobTree> mentions(String text) {
    if (text == null || text.isBlank()) {
      return tree -> true;
    }
    String part = text.strip().toLowerCase(Locale.ROOT);
    return tree ->
        tree.nodes().values().stream().anyMatch(node -> mentions(node, part))
            || tree.request().labels().entrySet().stream()
                .anyMatch(label -> holds(label.getKey() + ":" + label.getValue(), part));
  }

  private static boolean mentions(JobNode node, String part) {
    return holds(node.jobId(), part)
        || holds(node.jobType(), part)
        || holds(node.details().failReason(), part)
        || node.details().imageIds().stream().anyMatch(id -> holds(id, part));
  }

  private static boolean holds(String text, String part) {
    return text != null && text.toLowerCase(Locale.ROOT).contains(part);
  }
}
