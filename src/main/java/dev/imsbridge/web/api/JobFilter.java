package dev.imsbridge.web.api;

import dev.imsbridge.job.JobId;
import dev.imsbridge.job.JobNode;
import dev.imsbridge.job.JobOutcome;
import dev.imsbridge.job.JobRequest;
import dev.imsbridge.job.JobStatus;
import dev.imsbridge.job.JobTree;
import dev.imsbridge.job.StatusWords;
import dev.imsbridge.web.http.BadRequestException;
import io.vertx.core.MultiMap;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The query of a job list: filter, start and page size. Immutable.
 *
 * @param wanted the trees to return
 * @param after the id after which the page begins; "" for the first page
 * @param limit the maximum number of jobs in the page
 */
record JobFilter(Predicate<JobTree> wanted, String after, int limit) {
  private static final int MAX_LIMIT = 500;
  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_LENGTH = 256;
  private static final int MAX_LABEL_LENGTH = 2 * JobRequest.MAX_LABEL_LENGTH + 1;
  private static final List<String> NAMES =
      List.of(
          "cursor", "format", "image", "label", "limit", "outcome", "project", "q", "region",
          "since", "state", "status", "type", "until");

  /**
   * Parses a query.
   *
   * @throws BadRequestException if a parameter is unknown, repeated or invalid
   */
  static JobFilter of(MultiMap query) {
    for (Map.Entry<String, String> each : query) {
      if (!NAMES.contains(each.getKey())) {
        throw new BadRequestException(
            "unknown parameter; parameters are " + String.join(", ", NAMES));
      }
      int most = each.getKey().equals("label") ? MAX_LABEL_LENGTH : MAX_LENGTH;
      if (each.getValue().length() > most || query.getAll(each.getKey()).size() > 1) {
        throw new BadRequestException(
            each.getKey() + ": one value of at most " + most + " characters");
      }
    }
    String cursor = query.get("cursor");
    if (cursor != null && !JobId.valid(cursor)) {
      throw new BadRequestException("cursor: must be the next_cursor of the previous page");
    }
    return new JobFilter(
        wanted(query),
        cursor == null ? "" : cursor,
        Parameters.limit(query, DEFAULT_LIMIT, MAX_LIMIT));
  }

  private static Predicate<JobTree> wanted(MultiMap query) {
    return state(query.get("state"))
        .and(given(status(query.get("status")), (tree, status) -> published(tree) == status))
        .and(given(Parameters.outcome(query), JobFilter::endedWith))
        .and(text(query.get("type"), tree -> tree.root().jobType()))
        .and(text(query.get("project"), tree -> tree.request().project().projectId()))
        .and(text(query.get("region"), tree -> tree.request().project().region()))
        .and(given(Parameters.label(query), JobFilter::has))
        .and(given(query.get("image"), JobFilter::shows))
        .and(changed(Parameters.time("since", query), (time, since) -> !time.isBefore(since)))
        .and(changed(Parameters.time("until", query), Instant::isBefore))
        .and(given(part(query.get("q")), JobFilter::mentions));
  }

  /** Selects all jobs if the parameter is missing. */
  private static <T> Predicate<JobTree> given(T parameter, BiPredicate<JobTree, T> selects) {
    return parameter == null ? tree -> true : tree -> selects.test(tree, parameter);
  }

  private static Predicate<JobTree> text(String value, Function<JobTree, String> field) {
    return given(value, (tree, text) -> text.equalsIgnoreCase(field.apply(tree)));
  }

  /** Selects jobs by the time of their last change. A job without a change is not selected. */
  private static Predicate<JobTree> changed(Instant bound, BiPredicate<Instant, Instant> inTime) {
    return given(
        bound,
        (tree, given) -> {
          Instant changedAt = JobView.changedAt(tree);
          return changedAt != null && inTime.test(changedAt, given);
        });
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

  private static JobStatus status(String word) {
    return word == null
        ? null
        : StatusWords.status(word)
            .orElseThrow(() -> new BadRequestException("status: one of " + StatusWords.STATUSES));
  }

  private static JobStatus published(JobTree tree) {
    return tree.root().published();
  }

  private static boolean endedWith(JobTree tree, JobOutcome outcome) {
    return tree.ended() && JobOutcome.of(published(tree)) == outcome;
  }

  private static boolean has(JobTree tree, Map.Entry<String, String> label) {
    return label.getValue().equals(tree.request().labels().get(label.getKey()));
  }

  private static boolean shows(JobTree tree, String image) {
    return tree.nodes().values().stream()
        .anyMatch(node -> node.details().imageIds().contains(image));
  }

  private static String part(String text) {
    return text == null || text.isBlank() ? null : text.strip().toLowerCase(Locale.ROOT);
  }

  private static boolean mentions(JobTree tree, String part) {
    return tree.nodes().values().stream().anyMatch(node -> mentions(node, part))
        || tree.request().labels().entrySet().stream()
            .anyMatch(
                label ->
                    holds(label.getKey() + ":" + label.getValue(), part)
                        || holds(label.getKey() + "=" + label.getValue(), part));
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
