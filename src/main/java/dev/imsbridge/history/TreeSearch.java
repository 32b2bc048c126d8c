package dev.imsbridge.history;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.groupingBy;

import dev.imsbridge.history.HistoryEvent.Kind;
import dev.imsbridge.wire.HeaderNames;
import dev.imsbridge.wire.RootPartition;
import dev.imsbridge.wire.TopicNames;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Searches for the events of a job tree. Records are selected by key; only those of the tree are
 * parsed. Owned by one thread.
 */
final class TreeSearch implements AutoCloseable {
  /** The maximum number of events per topic. A job can be requested any number of times. */
  private static final int MAX_EVENTS = 10_000;

  /**
   * The maximum total size of record values per topic. Parsed values take several times as much
   * memory.
   */
  private static final long MAX_BYTES = 8 << 20;

  /**
   * The maximum disorder of record times in a partition. The times come from the clocks of the
   * pollers, and the order is that in which the bridge processed the records.
   */
  static final Duration DISORDER = Duration.ofDays(1);

  /** The request of a job is searched for at most this long before the job's first transition. */
  static final Duration REQUEST_WINDOW = Duration.ofHours(1);

  private final TopicReader reader;
  private final TopicNames topics;
  private final Map<String, List<TopicPartition>> partitions;
  private final Consumer<TopicReader.Progress> progress;
  private long recordsRead;
  private boolean truncated;
  private boolean hinted;

  /**
   * @param consumer closed with the search
   */
  TreeSearch(
      org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer,
      TopicNames topics,
      Consumer<TopicReader.Progress> progress) {
    this.topics = topics;
    this.progress = progress;
    reader =
        TopicReader.ofTopics(consumer, topics.transitions(), topics.completions(), topics.audit());
    partitions = reader.partitions().stream().collect(groupingBy(TopicPartition::topic));
    reader.partitions().forEach(reader::leave);
  }

  long recordsRead() {
    return recordsRead;
  }

  boolean truncated() {
    return truncated;
  }

  /** Whether transitions were read only at the locations of a hint. */
  boolean hinted() {
    return hinted;
  }

  // ---- the root

  /**
   * A root job and a lower bound for the offsets of its transitions.
   *
   * @param from 0 if only the id is known
   */
  record Root(String jobId, long from) {}

  /** Returns the root of a job's tree; empty if no event of the job was published. */
  Optional<Root> root(String jobId, SearchHint hint) {
    if (hint != null) {
      return Optional.of(new Root(hint.rootJobId(), 0));
    }
    TopicPartition own = partition(topics.transitions(), jobId);
    List<TopicPartition> others = new ArrayList<>(partitions.get(topics.transitions()));
    others.remove(own);
    return rootIn(List.of(own), jobId).or(() -> rootIn(others, jobId));
  }

  private Optional<Root> rootIn(List<TopicPartition> some, String jobId) {
    Root[] root = new Root[1];
    some.forEach(partition -> reader.from(partition, 0));
    read(
        record -> {
          if (root[0] == null && record.key() != null && about(record, jobId)) {
            String key = new String(record.key(), UTF_8);
            // The first transition of a sub-job may not be the first of the tree.
            root[0] = new Root(key, key.equals(jobId) ? record.offset() : 0);
          }
          return root[0] != null;
        });
    return Optional.ofNullable(root[0]);
  }

  private static boolean about(ConsumerRecord<byte[], byte[]> record, String jobId) {
    if (Arrays.equals(record.key(), jobId.getBytes(UTF_8))) {
      return true;
    }
    String subject = HeaderNames.text(record.headers(), "ce_subject");
    return subject == null
        // Structured mode: parse only if the id occurs in the value.
        ? PublishedEvent.mentions(record, jobId)
            && PublishedEvent.read(record).filter(it -> it.jobId().equals(jobId)).isPresent()
        : subject.equals(jobId);
  }

  // ---- the events

  List<HistoryEvent> transitions(Root root, SearchHint hint) {
    List<HistoryEvent> found =
        hint != null && hint.complete() ? atLocations(root.jobId(), hint) : null;
    hinted = found != null;
    if (found == null) {
      reader.from(partition(topics.transitions(), root.jobId()), root.from());
      found = all(Kind.TRANSITION, root.jobId());
    }
    return found;
  }

  /** Reads the transitions at the locations of a hint; returns null if one of them is not there. */
  private List<HistoryEvent> atLocations(String root, SearchHint hint) {
    TopicPartition partition = partition(topics.transitions(), root);
    Found found = new Found(Kind.TRANSITION);
    List<SearchHint.Stage> stages = new ArrayList<>(hint.stages());
    stages.sort(Comparator.comparing(SearchHint.Stage::at));
    List<SearchHint.Stage> missing = new ArrayList<>(stages);
    for (SearchHint.Stage stage : stages) {
      if (missing.contains(stage)) {
        reader.from(stage.at(), List.of(partition));
        collect(
            found,
            root,
            event -> {
              missing.remove(
                  new SearchHint.Stage(event.event().jobId(), event.event().status(), event.at()));
              return !missing.contains(stage);
            },
            stage.at().plus(DISORDER));
        if (missing.contains(stage)) {
          return null;
        }
      }
    }
    return found.inOrder();
  }

  /**
   * Returns the completion of each end of the root job. A completion has the time at which the
   * whole tree was complete, which is never before the end of the root job.
   */
  List<HistoryEvent> completions(String root, List<HistoryEvent> transitions) {
    TopicPartition partition = partition(topics.completions(), root);
    Found found = new Found(Kind.COMPLETION);
    for (HistoryEvent end : transitions) {
      if (end.event().jobId().equals(root) && end.event().data().path("terminal").asBoolean()) {
        Predicate<HistoryEvent> ofThisEnd =
            it -> it.event().status().equals(end.event().status()) && !it.at().isBefore(end.at());
        if (found.inOrder().stream().noneMatch(ofThisEnd)) {
          reader.from(end.at(), List.of(partition));
          collect(found, root, ofThisEnd, null);
        }
      }
    }
    return found.inOrder();
  }

  /** Returns the completion with the given time. */
  Optional<HistoryEvent> completion(String root, Instant at) {
    Predicate<HistoryEvent> wanted = event -> event.at().equals(at);
    Found found = new Found(Kind.COMPLETION);
    reader.from(at, List.of(partition(topics.completions(), root)));
    collect(found, root, wanted, null);
    return found.inOrder().stream().filter(wanted).findFirst();
  }

  /**
   * Returns the audit entries. Starts at the request and not at the first transition, because the
   * entries of the request are older.
   */
  List<HistoryEvent> audit(String root, SearchHint hint) {
    TopicPartition partition = partition(topics.audit(), root);
    if (hint != null && hint.ofOneRequest()) {
      reader.from(hint.requestedAt(), List.of(partition));
    } else {
      reader.from(partition, 0);
    }
    return all(Kind.AUDIT, root);
  }

  /**
   * Finds the audit entry of an accepted request.
   *
   * @param from where to begin
   * @param until when the request was accepted at the latest; records up to {@link #REQUEST_WINDOW}
   *     later are read too, because clocks may differ
   * @param wanted selects among the accepted requests of the job
   */
  Optional<AcceptedRequest> request(
      String root, Instant from, Instant until, Predicate<AcceptedRequest> wanted) {
    byte[] key = root.getBytes(UTF_8);
    long last = until.plus(REQUEST_WINDOW).toEpochMilli();
    List<AcceptedRequest> found = new ArrayList<>();
    reader.from(from, List.of(partition(topics.audit(), root)));
    read(
        record -> {
          if (found.isEmpty() && Arrays.equals(record.key(), key)) {
            AcceptedRequest.read(record).filter(wanted).ifPresent(found::add);
          }
          return !found.isEmpty() || record.timestamp() > last;
        });
    return found.stream().findFirst();
  }

  private List<HistoryEvent> all(Kind kind, String root) {
    Found found = new Found(kind);
    collect(found, root, event -> false, null);
    return found.inOrder();
  }

  private TopicPartition partition(String topic, String root) {
    return new TopicPartition(topic, RootPartition.of(root, partitions.get(topic).size()));
  }

  // ---- reading

  /** The events of one topic, by offset. */
  private static final class Found {
    private final Kind kind;
    private final Map<Long, HistoryEvent> events = new TreeMap<>();
    private long bytes;

    Found(Kind kind) {
      this.kind = kind;
    }

    boolean full() {
      return events.size() >= MAX_EVENTS || bytes >= MAX_BYTES;
    }

    /** Adds the event of a record; returns null if it holds none. */
    HistoryEvent add(ConsumerRecord<byte[], byte[]> record) {
      HistoryEvent event = HistoryEvent.read(kind, record).orElse(null);
      if (event != null && events.put(record.offset(), event) == null) {
        bytes += record.value().length;
      }
      return event;
    }

    List<HistoryEvent> inOrder() {
      return List.copyOf(events.values());
    }
  }

  /**
   * Collects the events of a tree.
   *
   * @param enough whether an event of the tree ends the search
   * @param until the latest record time to read; null to read to the end
   */
  private void collect(Found found, String root, Predicate<HistoryEvent> enough, Instant until) {
    byte[] key = root.getBytes(UTF_8);
    long last = until == null ? Long.MAX_VALUE : until.toEpochMilli();
    read(
        record -> {
          boolean end = record.timestamp() > last;
          if (Arrays.equals(record.key(), key)) {
            if (found.full() && !found.events.containsKey(record.offset())) {
              truncated = true;
              return true;
            }
            HistoryEvent event = found.add(record);
            end |= event != null && enough.test(event);
          }
          return end;
        });
  }

  /**
   * Reads the selected partitions until a record ends the search. The rest of its batch is still
   * passed to the predicate.
   */
  private void read(Predicate<ConsumerRecord<byte[], byte[]>> enough) {
    boolean satisfied = false;
    while (!satisfied && !reader.done()) {
      for (ConsumerRecord<byte[], byte[]> record : reader.next()) {
        recordsRead++;
        satisfied |= enough.test(record);
      }
      progress.accept(reader.progress());
    }
    reader.partitions().forEach(reader::leave);
  }

  @Override
  public void close() {
    reader.close();
  }
}
