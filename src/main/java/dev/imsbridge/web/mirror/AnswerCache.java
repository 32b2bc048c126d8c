package dev.imsbridge.web.mirror;

import dev.imsbridge.history.EvidenceReader;
import dev.imsbridge.history.EvidenceRecord;
import dev.imsbridge.job.Evidence;
import dev.imsbridge.wire.HeaderNames;
import dev.imsbridge.wire.SubJobAnswer;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads job answers of IMS from the observations topic, by position. Caches the most recently used
 * ones, up to 16 MiB, because a client that waits for a job requests it repeatedly. Thread-safe.
 * May block on Kafka.
 */
final class AnswerCache {
  private static final long MAX_BYTES = 16 << 20;

  private record Key(Evidence position, String jobId) {}

  private final Map<Key, byte[]> cached = new LinkedHashMap<>(64, 0.75f, true);
  private long bytes;

  /**
   * Returns the answer about a job at a position. Returns empty if the record is no longer retained
   * or does not describe the job.
   *
   * @param rootJobId the root of the job's tree
   */
  Optional<byte[]> of(EvidenceReader reader, String rootJobId, String jobId, Evidence position) {
    Key key = new Key(position, jobId);
    synchronized (this) {
      byte[] known = cached.get(key);
      if (known != null) {
        return Optional.of(known);
      }
    }
    Optional<byte[]> body = answerOf(jobId, reader.read(rootJobId, List.of(position)).get(0));
    body.ifPresent(read -> cache(key, read));
    return body;
  }

  // The record of a sub-job may be the answer about its parent.
  private static Optional<byte[]> answerOf(String jobId, EvidenceRecord observed) {
    if (observed.body() == null) {
      return Optional.empty();
    }
    return jobId.equals(observed.headers().get(HeaderNames.JOB_ID))
        ? Optional.of(observed.body())
        : SubJobAnswer.of(observed.body(), jobId);
  }

  private synchronized void cache(Key key, byte[] body) {
    if (cached.put(key, body) == null) {
      bytes += body.length;
    }
    Iterator<byte[]> oldest = cached.values().iterator();
    while (bytes > MAX_BYTES && oldest.hasNext()) {
      bytes -= oldest.next().length;
      oldest.remove();
    }
  }
}
