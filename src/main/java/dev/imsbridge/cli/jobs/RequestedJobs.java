package dev.imsbridge.cli.jobs;

import dev.imsbridge.history.PublishedEvent;
import dev.imsbridge.job.Decision;
import dev.imsbridge.job.Evidence;
import dev.imsbridge.job.Fold;
import dev.imsbridge.job.JobOutcome;
import dev.imsbridge.service.KafkaAccess;
import dev.imsbridge.wire.HeaderNames;
import dev.imsbridge.wire.LetterHeaders;
import dev.imsbridge.wire.RootPartition;
import dev.imsbridge.wire.TopicNames;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Waits for the completions of requests that this command sends. Open it before the requests are
 * sent.
 *
 * <p>The audit contains the decision about each request. An accepted request is followed by a
 * completion. A duplicate request is for a job that is already watched or has ended. Its completion
 * may be older than the request, so the partition of completions is read once from its beginning.
 * If the completion is no longer retained, the status topic shows how the job ended. For a lost
 * job, a completion counts only if its audit entry follows the decision, because a request makes
 * the bridge watch the job again. A refused request is on {@code dead-letters}.
 *
 * <p>Owned by one thread. Throws the exceptions of the Kafka consumer.
 */
final class RequestedJobs implements AutoCloseable {
  private static final class Requested {
    private final Evidence request;
    private Decision decision;
    private boolean hasEnded;
    private Evidence endedBy;
    private PublishedEvent completion;

    Requested(Evidence request) {
      this.request = request;
    }

    void audited(PublishedEvent entry) {
      String what = entry.text("what");
      Evidence evidence = entry.position("evidence").orElse(null);
      if (decision == null && request.equals(evidence)) {
        decision =
            Stream.of(Decision.REQUEST_ACCEPTED, Decision.REQUEST_DUPLICATE)
                .filter(each -> each.word().equals(what))
                .findFirst()
                .orElse(null);
        hasEnded = duplicate() && entry.text("why").equals(Fold.HAS_ENDED);
      } else if (decision != null && what.equals(Decision.COMPLETION_PUBLISHED.word())) {
        endedBy = evidence;
      }
    }

    boolean duplicate() {
      return decision == Decision.REQUEST_DUPLICATE;
    }

    boolean ended() {
      return completion != null
          && ((duplicate() && completion.outcome() != JobOutcome.LOST)
              || (endedBy != null && endedBy.equals(completion.position("evidence").orElse(null))));
    }
  }

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final TopicNames topics;
  private final int completions;
  private final Map<String, Requested> open = new HashMap<>();
  // The jobs by the positions of their requests.
  private final Map<String, String> jobs = new HashMap<>();
  // The partitions that were read again, with their ends at that time.
  private final Map<TopicPartition, Long> rewound = new HashMap<>();
  private final LatestRecords statuses;

  private RequestedJobs(
      KafkaConsumer<byte[], byte[]> consumer,
      TopicNames topics,
      int completions,
      LatestRecords statuses) {
    this.consumer = consumer;
    this.topics = topics;
    this.completions = completions;
    this.statuses = statuses;
  }

  /** Starts at the current end of the topics. */
  static RequestedJobs open(KafkaAccess kafka, TopicNames topics, Collection<String> jobIds)
      throws InterruptedException {
    int audit = kafka.partitions(List.of(topics.audit())).size();
    int completions = kafka.partitions(List.of(topics.completions())).size();
    Set<TopicPartition> partitions = new HashSet<>(kafka.partitions(List.of(topics.deadLetters())));
    for (String jobId : jobIds) {
      partitions.add(new TopicPartition(topics.audit(), RootPartition.of(jobId, audit)));
      partitions.add(
          new TopicPartition(topics.completions(), RootPartition.of(jobId, completions)));
    }
    KafkaConsumer<byte[], byte[]> consumer = kafka.consumer();
    try {
      consumer.assign(partitions);
      consumer.endOffsets(partitions).forEach(consumer::seek);
      return new RequestedJobs(
          consumer, topics, completions, new LatestRecords(kafka, topics.status()));
    } catch (RuntimeException e) {
      consumer.close();
      throw e;
    }
  }

  /** Sets the requests to wait for. */
  void sent(SentRequests requests) {
    requests
        .positions()
        .forEach(
            (jobId, at) -> {
              open.put(jobId, new Requested(at));
              jobs.put(at.toString(), jobId);
            });
  }

  /** Delivers the ended jobs. Waits for at most the given time if there are no new records. */
  void next(Duration wait, JobWait to) throws InterruptedException {
    Set<String> changed = new HashSet<>();
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(wait)) {
      if (record.topic().equals(topics.deadLetters())) {
        deadLetter(record, to);
      } else {
        PublishedEvent.read(record)
            .filter(event -> open.containsKey(event.rootJobId()) && !event.subJob())
            .ifPresent(
                event -> {
                  Requested requested = open.get(event.rootJobId());
                  if (event.completion()) {
                    requested.completion = event;
                  } else {
                    requested.audited(event);
                  }
                  changed.add(event.rootJobId());
                });
      }
    }
    for (String jobId : changed) {
      Requested requested = open.get(jobId);
      if (requested.ended()) {
        open.remove(jobId);
        to.completed(requested.completion);
      }
    }
    endedEarlier(to);
    rewind();
  }

  // The header names are those of KIP-1034, as the bridge writes them.
  private void deadLetter(ConsumerRecord<byte[], byte[]> record, JobWait to) {
    String source =
        "%s-%s@%s"
            .formatted(
                HeaderNames.text(record.headers(), LetterHeaders.TOPIC),
                HeaderNames.text(record.headers(), LetterHeaders.PARTITION),
                HeaderNames.text(record.headers(), LetterHeaders.OFFSET));
    String jobId = jobs.get(source);
    if (jobId != null && open.remove(jobId) != null) {
      to.refused(jobId, String.valueOf(HeaderNames.text(record.headers(), LetterHeaders.REASON)));
    }
  }

  private TopicPartition completionsOf(String jobId) {
    return new TopicPartition(topics.completions(), RootPartition.of(jobId, completions));
  }

  private void endedEarlier(JobWait to) throws InterruptedException {
    List<String> ended =
        open.entrySet().stream()
            .filter(each -> each.getValue().hasEnded && readAgain(completionsOf(each.getKey())))
            .map(Map.Entry::getKey)
            .toList();
    Map<String, ConsumerRecord<byte[], byte[]>> latest = statuses.of(ended);
    for (String jobId : ended) {
      open.remove(jobId);
      to.endedEarlier(
          jobId,
          Optional.ofNullable(latest.get(jobId)).flatMap(PublishedEvent::parse).orElse(null));
    }
  }

  private boolean readAgain(TopicPartition partition) {
    Long end = rewound.get(partition);
    return end != null && consumer.position(partition) >= end;
  }

  // Waits until all requests of a partition are decided, so that it is read again only once.
  private void rewind() {
    Set<TopicPartition> duplicates = new HashSet<>();
    List<TopicPartition> undecided = new ArrayList<>();
    open.forEach(
        (jobId, requested) -> {
          TopicPartition partition = completionsOf(jobId);
          if (requested.decision == null) {
            undecided.add(partition);
          } else if (requested.duplicate()) {
            duplicates.add(partition);
          }
        });
    undecided.forEach(duplicates::remove);
    duplicates.removeAll(rewound.keySet());
    // Without partitions, Kafka's client would rewind all of them.
    if (!duplicates.isEmpty()) {
      rewound.putAll(consumer.endOffsets(duplicates));
      consumer.seekToBeginning(duplicates);
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}
