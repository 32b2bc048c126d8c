package dev.imsbridge.cli;

import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/** The consumer group of the topology, which has a member as long as a bridge runs. */
record BridgeGroup(KafkaAccess kafka, String name) {

  /** Whether no bridge runs. False also if the cluster does not say. */
  boolean empty() throws InterruptedException {
    try (Admin admin = kafka.admin()) {
      ConsumerGroupDescription group =
          admin.describeConsumerGroups(List.of(name)).describedGroups().get(name).get();
      return group.members().isEmpty();
    } catch (ExecutionException e) {
      return e.getCause() instanceof GroupIdNotFoundException;
    }
  }
}
