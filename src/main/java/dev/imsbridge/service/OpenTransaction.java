package dev.imsbridge.service;

import dev.imsbridge.history.OpenTransactions;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/**
 * The oldest open transaction of a partition. A {@code read_committed} consumer cannot read past
 * its start, even if committed records follow.
 *
 * <p>Kafka ends the transaction of a dead producer after its timeout. If an end marker is lost, or
 * the coordinator forgets the transaction, it stays open forever: it hangs (KIP-664).
 *
 * @param start the offset of its first record, which is the last stable offset
 */
record OpenTransaction(TopicPartition partition, long start) {

  /**
   * Returns the open transactions of these topics. Omits topics that do not exist, and partitions
   * without a leader.
   */
  static Set<OpenTransaction> find(Admin admin, Collection<String> topics)
      throws InterruptedException {
    Set<TopicPartition> partitions = partitions(admin, topics);
    Map<TopicPartition, Long> ends = ends(admin, partitions, IsolationLevel.READ_UNCOMMITTED);
    // Requested after the ends, so that a transaction that ended in between is not returned.
    Map<TopicPartition, Long> stable = ends(admin, ends.keySet(), IsolationLevel.READ_COMMITTED);
    return stable.entrySet().stream()
        .filter(each -> each.getValue() < ends.get(each.getKey()))
        .map(each -> new OpenTransaction(each.getKey(), each.getValue()))
        .collect(Collectors.toCollection(HashSet::new));
  }

  private static Set<TopicPartition> partitions(Admin admin, Collection<String> topics)
      throws InterruptedException {
    Set<TopicPartition> partitions = new HashSet<>();
    for (KafkaFuture<TopicDescription> asked :
        admin.describeTopics(topics).topicNameValues().values()) {
      value(asked)
          .ifPresent(
              topic ->
                  topic
                      .partitions()
                      .forEach(
                          info ->
                              partitions.add(new TopicPartition(topic.name(), info.partition()))));
    }
    return partitions;
  }

  private static Map<TopicPartition, Long> ends(
      Admin admin, Set<TopicPartition> partitions, IsolationLevel level)
      throws InterruptedException {
    ListOffsetsResult asked = OpenTransactions.latest(admin, partitions, level);
    Map<TopicPartition, Long> ends = new HashMap<>();
    for (TopicPartition partition : partitions) {
      value(asked.partitionResult(partition)).ifPresent(end -> ends.put(partition, end.offset()));
    }
    return ends;
  }

  /**
   * Describes the transaction in one line: with its producer, and with its state at the
   * coordinator, if this user may read them.
   */
  String describe(Admin admin) throws InterruptedException {
    StringBuilder text =
        new StringBuilder(
            "a transaction on %s is open since offset %s".formatted(partition, start));
    Optional<ProducerState> producer =
        value(admin.describeProducers(Set.of(partition)).partitionResult(partition)).stream()
            .flatMap(state -> state.activeProducers().stream())
            .filter(each -> each.currentTransactionStartOffset().equals(OptionalLong.of(start)))
            .findFirst();
    if (producer.isPresent()) {
      long id = producer.get().producerId();
      text.append(", producer id %s, epoch %s".formatted(id, producer.get().producerEpoch()));
      value(
              admin
                  .listTransactions(new ListTransactionsOptions().filterProducerIds(Set.of(id)))
                  .all())
          .stream()
          .flatMap(Collection::stream)
          .findFirst()
          .ifPresent(
              listed ->
                  text.append(
                      ", which %s uses, in state %s"
                          .formatted(listed.transactionalId(), listed.state())));
    }
    return text.toString();
  }

  /** Returns the command of Kafka that aborts the transaction. */
  String abortCommand(String bootstrap) {
    return "kafka-transactions.sh --bootstrap-server %s abort --topic %s --partition %s --start-offset %s"
        .formatted(bootstrap, partition.topic(), partition.partition(), start);
  }

  private static <T> Optional<T> value(KafkaFuture<T> asked) throws InterruptedException {
    try {
      return Optional.of(asked.get());
    } catch (ExecutionException e) {
      return Optional.empty();
    }
  }
}
