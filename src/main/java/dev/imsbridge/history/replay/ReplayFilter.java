package dev.imsbridge.history.replay;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imsbridge.history.PublishedEvent;
import dev.imsbridge.wire.HeaderNames;
import java.time.Instant;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Selects the events to replay: those that match every given condition. A record is parsed only if
 * a condition needs its value and the cheaper conditions match.
 *
 * @param jobs ids of root jobs or sub-jobs; a root job selects its whole tree; empty for all
 * @param types job types; empty for all
 * @param statuses statuses in capitals, as in events; empty for all
 * @param labels allowed values by label name; every name must match; empty for all
 * @param from the start of the range of record times, inclusive, or null
 * @param until the end of the range of record times, exclusive, or null
 */
public record ReplayFilter(
    Set<String> jobs,
    Set<String> types,
    Set<String> statuses,
    Map<String, Set<String>> labels,
    Instant from,
    Instant until) {
  private static final String TYPE = "dev.imsbridge.job.";
  private static final String COMPLETED = TYPE + "completed.";

  /** A filter that accepts all events. */
  public static ReplayFilter all() {
    return new ReplayFilter(Set.of(), Set.of(), Set.of(), Map.of(), null, null);
  }

  boolean accepts(ConsumerRecord<byte[], byte[]> record) {
    return inTime(record)
        && (jobs.isEmpty() || ofJobs(record))
        && (statuses.isEmpty() || ofStatuses(record))
        && ((types.isEmpty() && labels.isEmpty()) || ofTypesAndLabels(record));
  }

  private boolean inTime(ConsumerRecord<byte[], byte[]> record) {
    return (from == null || record.timestamp() >= from.toEpochMilli())
        && (until == null || record.timestamp() < until.toEpochMilli());
  }

  private boolean ofJobs(ConsumerRecord<byte[], byte[]> record) {
    if (record.key() != null && jobs.contains(new String(record.key(), UTF_8))) {
      return true;
    }
    String subject = HeaderNames.text(record.headers(), "ce_subject");
    if (subject != null) {
      return jobs.contains(subject);
    }
    return jobs.stream().anyMatch(id -> PublishedEvent.mentions(record, id))
        && PublishedEvent.read(record).filter(it -> jobs.contains(it.jobId())).isPresent();
  }

  private boolean ofStatuses(ConsumerRecord<byte[], byte[]> record) {
    String type = HeaderNames.text(record.headers(), "ce_type");
    if (type != null && type.startsWith(TYPE) && !type.startsWith(COMPLETED)) {
      int end = type.indexOf('.', TYPE.length());
      return end > 0
          && statuses.contains(type.substring(TYPE.length(), end).toUpperCase(Locale.ROOT));
    }
    return statuses.stream().anyMatch(word -> PublishedEvent.mentions(record, word))
        && PublishedEvent.read(record).filter(it -> statuses.contains(it.status())).isPresent();
  }

  private boolean ofTypesAndLabels(ConsumerRecord<byte[], byte[]> record) {
    return PublishedEvent.read(record)
        .filter(it -> types.isEmpty() || types.contains(it.text("job_type")))
        .filter(it -> labels.entrySet().stream().allMatch(label -> has(it, label)))
        .isPresent();
  }

  private static boolean has(PublishedEvent event, Map.Entry<String, Set<String>> label) {
    var value = event.data().path("labels").path(label.getKey());
    return value.isTextual() && label.getValue().contains(value.asText());
  }

  /** Returns the conditions in one line. Equal conditions give equal lines. */
  public String described() {
    TreeMap<String, Collection<String>> all = new TreeMap<>();
    labels.forEach((name, values) -> all.put(name, new TreeSet<>(values)));
    return "jobs=%s types=%s statuses=%s labels=%s from=%s until=%s"
        .formatted(
            new TreeSet<>(jobs), new TreeSet<>(types), new TreeSet<>(statuses), all, from, until);
  }
}
