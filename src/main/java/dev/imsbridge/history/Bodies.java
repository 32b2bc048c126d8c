package dev.imsbridge.history;

import dev.imsbridge.job.Evidence;
import dev.imsbridge.wire.Digest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * The observations beside a partition's audit, read once from end to end: entries name them in the
 * order they were folded in. The last digests are remembered, for entries that share an observation
 * or stand in a wrong order. Owned by one thread.
 */
final class Bodies {
  private static final int REMEMBERED = 1_024;

  /** What became of the question for a body. */
  enum Proof {
    PROVED,
    DIFFERENT,
    /** Retention has deleted it. */
    GONE,
    /** The evidence names a record that is not there, and never can have been. */
    ABSENT,
    /** It was passed long ago: only a chain out of order asks for it. */
    PASSED
  }

  private final Cursor observations;
  private final Map<Long, String> digests =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, String> eldest) {
          return size() > REMEMBERED;
        }
      };
  private TopicPartition partition;
  private long passed;

  Bodies(Cursor observations) {
    this.observations = observations;
  }

  /** Begins with a partition. */
  void read(TopicPartition next) {
    partition = next;
    passed = -1;
    digests.clear();
    observations.read(observations.has(next) ? List.of(next) : List.of());
  }

  /** Holds the body at that place against a digest. */
  Proof prove(Evidence evidence, String digest) {
    boolean here =
        evidence.topic().equals(partition.topic())
            && evidence.partition() == partition.partition()
            && observations.has(partition);
    if (!here) {
      return Proof.ABSENT;
    }
    long wanted = evidence.offset();
    if (wanted < observations.begin(partition)) {
      return Proof.GONE;
    }
    if (wanted >= observations.end(partition)) {
      return Proof.ABSENT;
    }
    advance(wanted);
    String found = digests.get(wanted);
    if (found != null) {
      return found.equals(digest) ? Proof.PROVED : Proof.DIFFERENT;
    }
    if (passed > wanted && digests.size() == REMEMBERED) {
      return Proof.PASSED;
    }
    return wanted < observations.beginNow(partition) ? Proof.GONE : Proof.ABSENT;
  }

  private void advance(long wanted) {
    ConsumerRecord<byte[], byte[]> next = observations.peek();
    while (next != null && next.offset() <= wanted) {
      observations.next();
      passed = next.offset();
      if (next.value() != null) {
        digests.put(passed, Digest.sha256(next.value()));
      }
      next = observations.peek();
    }
  }
}
