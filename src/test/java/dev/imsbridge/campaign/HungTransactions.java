package dev.imsbridge.campaign;

import java.io.PrintStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.AbortTransactionSpec;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeProducersResult.PartitionProducerState;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.common.TopicPartition;

/**
 * Ends transactions that Kafka does not end, as an operator does by the entry
 * ImsBridgeTransactionHangs in docs/operations.md, so that the rest of a campaign can be checked.
 * Used by one thread.
 */
final class HungTransactions implements AutoCloseable {
  /** Much longer than the transactions of the bridges may last, which is 10 s. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Admin admin;
  private final PrintStream out;
  private Map<Open, Long> firstSeen = Map.of();
  private int ended;

  private record Open(TopicPartition partition, ProducerState producer) {}

  HungTransactions(String bootstrapServers, PrintStream out) {
    admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
    this.out = out;
  }

  /**
   * Ends the transactions that have been open at each call for a minute. Returns the number of all
   * that it has ended.
   */
  int end() throws ExecutionException, InterruptedException {
    long now = System.nanoTime();
    Map<Open, Long> seen = new HashMap<>();
    for (Map.Entry<TopicPartition, PartitionProducerState> each : producers().entrySet()) {
      for (ProducerState producer : each.getValue().activeProducers()) {
        if (producer.currentTransactionStartOffset().isPresent()) {
          Open open = new Open(each.getKey(), producer);
          seen.put(open, firstSeen.getOrDefault(open, now));
        }
      }
    }
    firstSeen = seen;
    for (Map.Entry<Open, Long> each : seen.entrySet()) {
      if (now - each.getValue() >= PATIENCE.toNanos()) {
        abort(each.getKey());
      }
    }
    return ended;
  }

  private Map<TopicPartition, PartitionProducerState> producers()
      throws ExecutionException, InterruptedException {
    Set<String> topics = admin.listTopics().names().get();
    Set<TopicPartition> partitions =
        admin.describeTopics(topics).allTopicNames().get().values().stream()
            .flatMap(
                topic ->
                    IntStream.range(0, topic.partitions().size())
                        .mapToObj(partition -> new TopicPartition(topic.name(), partition)))
            .collect(Collectors.toSet());
    return admin.describeProducers(partitions).all().get();
  }

  private void abort(Open open) throws ExecutionException, InterruptedException {
    out.println("a transaction hangs: " + open);
    admin
        .abortTransaction(
            new AbortTransactionSpec(
                open.partition(),
                open.producer().producerId(),
                (short) open.producer().producerEpoch(),
                open.producer().coordinatorEpoch().orElse(0)))
        .all()
        .get();
    ended++;
  }

  @Override
  public void close() {
    admin.close(Duration.ofSeconds(1));
  }
}
