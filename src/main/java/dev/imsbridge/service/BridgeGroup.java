package dev.imsbridge.service;

import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/** The consumer group of the topology. It has at least one member while a bridge runs. */
public record BridgeGroup(KafkaAccess kafka, String name) {

  /** Whether no bridge runs. Returns false if the cluster cannot be queried. */
  public boolean empty() throws InterruptedException {
    try (Admin admin = kafka.admin()) {
      ConsumerGroupDescription group =
          admin.describeConsumerGroups(List.of(name)).describedGroups().get(name).get();
      return group.members().isEmpty();
    } catch (ExecutionException e) {
      return e.getCause() instanceof GroupIdNotFoundException;
    }
  }
}
