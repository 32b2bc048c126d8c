package dev.imsbridge.bench.topology;

import dev.imsbridge.bench.common.Round;
import dev.imsbridge.bench.common.SampleAnswers;
import dev.imsbridge.bench.common.TopicSizes;
import dev.imsbridge.bench.topology.TopologyPair.Side;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/**
 * Measures the throughput of a {@link TopologyPair}. Each round writes its input while the topology
 * is paused. Measured is the time from resuming until all resulting records are read. Used by one
 * thread.
 */
final class TopologyMeasurement {
  private final TopologyPair pair;
  private final TopicSizes sizes;
  private final Supplier<Duration> brokerCpu;
  private final List<Stored> requests = new ArrayList<>();
  private final List<Stored> answers = new ArrayList<>();
  private final List<Stored> bareAnswers = new ArrayList<>();

  /** A round, and the bytes that the brokers stored because of it. */
  record Stored(Round round, TopicSizes.Bytes bytes) {}

  /**
   * @param brokerCpu returns the CPU time that the broker has used so far
   */
  TopologyMeasurement(TopologyPair pair, TopicSizes sizes, Supplier<Duration> brokerCpu) {
    this.pair = pair;
    this.sizes = sizes;
    this.brokerCpu = brokerCpu;
  }

  /**
   * Runs {@code rounds} rounds of {@code jobs} jobs, after {@code warmUp} rounds that are not
   * measured.
   */
  void measure(int jobs, int warmUp, int rounds) {
    for (int i = 0; i < warmUp + rounds; i++) {
      if (i == warmUp) {
        requests.clear();
        answers.clear();
        bareAnswers.clear();
      }
      round(jobs);
    }
  }

  /** Returns the rounds of the job requests. */
  List<Stored> requests() {
    return requests;
  }

  /** Returns the rounds of the answers for these jobs. */
  List<Stored> answers() {
    return answers;
  }

  /** Returns the rounds of the same answers in the bare topology. */
  List<Stored> bareAnswers() {
    return bareAnswers;
  }

  private void round(int jobs) {
    List<String> ids = pair.names(jobs);
    pair.bridge().streams().pause();
    ids.forEach(pair::ask);
    requests.add(taken(jobs, pair.bridge(), pair.watches(), jobs));
    answers.add(answered(ids, pair.bridge()));
    bareAnswers.add(answered(ids, pair.bare()));
    // The watches of this round with their job types, their tombstones, and the transitions.
    pair.read(pair.watches(), 2 * jobs);
    pair.read(pair.bridge().transitions(), jobs * SampleAnswers.STATUSES.size());
  }

  private Stored answered(List<String> ids, Side side) {
    side.streams().pause();
    for (String status : SampleAnswers.STATUSES) {
      ids.forEach(id -> pair.answer(side, id, status));
    }
    return taken(ids.size() * SampleAnswers.STATUSES.size(), side, side.completions(), ids.size());
  }

  private Stored taken(int records, Side side, KafkaConsumer<byte[], byte[]> follow, int outcomes) {
    pair.flush();
    TopicSizes.Bytes bytes = sizes.of(side.topics(), side.application());
    Round before = Round.now(0, 0, brokerCpu);
    side.streams().resume();
    pair.read(follow, outcomes);
    Round round = Round.now(records, 0, brokerCpu).since(before);
    return new Stored(round, sizes.of(side.topics(), side.application()).since(bytes));
  }

  /**
   * Measures the latency of single answers, from before the write until the transition is read.
   *
   * @return in ascending order
   */
  List<Duration> probe(int probes) {
    List<Duration> lags = new ArrayList<>();
    for (String id : pair.names(probes)) {
      pair.ask(id);
      pair.read(pair.watches(), 1);
      long start = System.nanoTime();
      pair.answer(pair.bridge(), id, "RUNNING");
      pair.flush();
      pair.read(pair.bridge().transitions(), 1);
      lags.add(Duration.ofNanos(System.nanoTime() - start));
      // The watch with its job type.
      pair.read(pair.watches(), 1);
    }
    lags.sort(null);
    return lags;
  }
}
