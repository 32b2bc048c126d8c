package dev.imsbridge.bench.topology;

import dev.imsbridge.bench.common.SampleAnswers;
import dev.imsbridge.bench.topology.TopologyPair.Side;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Writes answers at planned times, whether or not earlier ones have been processed, and measures
 * each from its planned time until its transition is read. So a pause counts for every answer that
 * was due during it. The transitions of a partition have the order of its answers.
 */
final class OpenLoop {
  private final TopologyPair pair;
  private final Side side;
  private final List<String> ids;
  private final double nanosEach;
  private final List<Queue<Long>> planned;
  private final SplittableRandom random = new SplittableRandom(1);

  private OpenLoop(TopologyPair pair, Side side, List<String> ids, double perSecond) {
    this.pair = pair;
    this.side = side;
    this.ids = ids;
    nanosEach = TimeUnit.SECONDS.toNanos(1) / perSecond;
    planned =
        Stream.<Queue<Long>>generate(ConcurrentLinkedQueue::new).limit(pair.partitions()).toList();
  }

  /**
   * Writes all answers of some jobs.
   *
   * @param ids jobs that have had no answer yet
   * @param perSecond the rate; the times of single answers are random around it
   * @return the latencies in nanoseconds, in the order of the transitions
   */
  static long[] run(TopologyPair pair, Side side, List<String> ids, double perSecond)
      throws InterruptedException {
    OpenLoop loop = new OpenLoop(pair, side, ids, perSecond);
    Thread sender = new Thread(loop::send, "answers");
    sender.setDaemon(true);
    sender.start();
    long[] latencies = loop.read();
    sender.join();
    return latencies;
  }

  private void send() {
    long start = System.nanoTime();
    for (int i = 0; i < ids.size() * SampleAnswers.STATUSES.size(); i++) {
      // Random, so that the answers do not keep step with the commits.
      long at = start + Math.round((i + random.nextDouble()) * nanosEach);
      long wait = at - System.nanoTime();
      while (wait > 0) {
        LockSupport.parkNanos(wait);
        wait = at - System.nanoTime();
      }
      String id = ids.get(i % ids.size());
      planned.get(pair.partition(id)).add(at);
      pair.answer(side, id, SampleAnswers.STATUSES.get(i / ids.size()));
    }
  }

  private long[] read() {
    long[] latencies = new long[ids.size() * SampleAnswers.STATUSES.size()];
    int[] read = {0};
    pair.read(
        side.transitions(),
        latencies.length,
        record ->
            latencies[read[0]++] = System.nanoTime() - planned.get(record.partition()).remove());
    return latencies;
  }
}
