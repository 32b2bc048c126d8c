package dev.imsbridge.web.stream;

import dev.imsbridge.history.PublishedEvent;
import dev.imsbridge.job.JobId;
import dev.imsbridge.job.JobRequest;
import dev.imsbridge.job.StatusWords;
import dev.imsbridge.web.http.BadRequestException;
import dev.imsbridge.web.http.LabelParameter;
import io.vertx.core.MultiMap;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The events that a client requests. An event matches if, for every parameter name in the query, it
 * matches at least one of the values given. Immutable.
 */
final class EventFilter {
  /** The query parameter that is equivalent to the header {@code Last-Event-ID}. */
  private static final String LAST_EVENT_ID = "last_event_id";

  /** The parameter's known spellings in lower case without separators. Client libraries differ. */
  private static final Pattern ID_NAME = Pattern.compile("(evs)?lasteventid");

  /** Parameters that client libraries add, such as cache busters and polyfill settings. Ignored. */
  private static final Pattern IGNORED =
      Pattern.compile("_|r|t|ts|nocache|\\d{1,20}|evs_preamble|evs_buffer_size_limit");

  private static final int MAX_VALUES = 50;
  private static final int MAX_LENGTH = 2 * JobRequest.MAX_LABEL_LENGTH + 1;

  private static final Set<String> KINDS = Set.of("transition", "completion");

  private enum Name {
    JOB("a job id"),
    TYPE("a job type"),
    STATUS("one of " + StatusWords.STATUSES),
    OUTCOME("one of " + StatusWords.OUTCOMES),
    LABEL(LabelParameter.FORM),
    PROJECT("a project id"),
    REGION("a region"),
    KIND("transition or completion");

    private final String form;

    Name(String form) {
      this.form = form;
    }

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** Returns an attribute as text that is equal for equal values. */
    String attribute(String value) {
      return word()
          + ':'
          + switch (this) {
            // Events have valid values.
            case JOB, TYPE, PROJECT, REGION -> value;
            case STATUS, OUTCOME, LABEL, KIND -> canonical(value).orElse(value);
          };
    }

    /** Returns a text that is equal for equal values; empty if the value is not valid. */
    Optional<String> canonical(String value) {
      return switch (this) {
        case JOB, PROJECT, REGION -> Optional.of(value).filter(JobId::valid);
        case TYPE -> Optional.of(value).filter(type -> !type.isEmpty());
        case STATUS -> StatusWords.status(value).map(Enum::name);
        case OUTCOME -> StatusWords.outcome(value).map(Enum::name);
        case LABEL -> LabelParameter.of(value).map(Name::exact);
        case KIND -> Optional.of(value.toLowerCase(Locale.ROOT)).filter(KINDS::contains);
      };
    }

    /** Returns the attribute of a label. Names and values may contain any separator. */
    static String attribute(LabelParameter label) {
      return LABEL.word() + ':' + exact(label);
    }

    private static String exact(LabelParameter label) {
      return label.name().length() + ":" + label.name() + label.value();
    }
  }

  // For each name in the query, the accepted attributes.
  private final Collection<Set<String>> wanted;

  private EventFilter(Collection<Set<String>> wanted) {
    this.wanted = wanted;
  }

  /**
   * Parses a query.
   *
   * @throws BadRequestException if a parameter is unknown, a value is invalid, or there are more
   *     than 50 values
   */
  static EventFilter of(MultiMap query) {
    Map<Name, Set<String>> wanted = new TreeMap<>();
    int values = 0;
    for (Map.Entry<String, String> parameter : query) {
      if (++values > MAX_VALUES) {
        throw new BadRequestException("a query has at most " + MAX_VALUES + " values");
      }
      if (!isPosition(parameter.getKey()) && !IGNORED.matcher(parameter.getKey()).matches()) {
        Name name = name(parameter.getKey());
        String value = parameter.getValue();
        if (value.length() > MAX_LENGTH || name.canonical(value).isEmpty()) {
          throw new BadRequestException(name.word() + " must be " + name.form);
        }
        wanted.computeIfAbsent(name, unknown -> new HashSet<>()).add(name.attribute(value));
      }
    }
    return new EventFilter(wanted.values());
  }

  /**
   * Returns the event id after which the client resumes. Uses the last non-empty value, because a
   * library that reconnects appends its own id to the one in the URL.
   */
  static Optional<String> lastEventId(MultiMap query) {
    return query.entries().stream()
        .filter(each -> isPosition(each.getKey()) && !each.getValue().isEmpty())
        .map(Map.Entry::getValue)
        .reduce((first, last) -> last);
  }

  private static boolean isPosition(String name) {
    String letters = name.toLowerCase(Locale.ROOT).replace("_", "").replace("-", "");
    return ID_NAME.matcher(letters).matches();
  }

  private static Name name(String word) {
    for (Name name : Name.values()) {
      if (name.word().equals(word)) {
        return name;
      }
    }
    throw new BadRequestException(
        "there is no parameter '%s'; known are %s and %s"
            .formatted(
                word.length() > 40 ? word.substring(0, 40) + "…" : word,
                String.join(", ", Arrays.stream(Name.values()).map(Name::word).toList()),
                LAST_EVENT_ID));
  }

  /** Returns the kind of an event, as the field {@code event} of the stream names it. */
  static String kind(PublishedEvent event) {
    return event.completion() ? "completion" : "transition";
  }

  /** Returns the attributes of an event by which a filter selects. */
  static Set<String> attributes(PublishedEvent event) {
    Set<String> attributes = new HashSet<>();
    attributes.add(Name.KIND.attribute(kind(event)));
    attributes.add(Name.JOB.attribute(event.jobId()));
    attributes.add(Name.JOB.attribute(event.rootJobId()));
    attributes.add(Name.TYPE.attribute(event.text("job_type")));
    attributes.add(Name.STATUS.attribute(event.status()));
    if (event.completion()) {
      attributes.add(Name.OUTCOME.attribute(event.text("outcome")));
    }
    attributes.add(Name.PROJECT.attribute(event.text("project_id")));
    attributes.add(Name.REGION.attribute(event.text("region")));
    event
        .data()
        .path("labels")
        .properties()
        .forEach(
            label ->
                attributes.add(
                    Name.attribute(new LabelParameter(label.getKey(), label.getValue().asText()))));
    return Set.copyOf(attributes);
  }

  /**
   * @param attributes the {@link #attributes} of an event
   */
  boolean wants(Set<String> attributes) {
    return wanted.stream().noneMatch(values -> Collections.disjoint(values, attributes));
  }
}
