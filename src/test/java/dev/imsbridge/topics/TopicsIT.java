package dev.imsbridge.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imsbridge.embedded.SharedBroker;
import dev.imsbridge.wire.TopicNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Only a real broker shows which changes it accepts, and when they are visible. */
@ExtendWith(SharedBroker.Extension.class)
class TopicsIT {

  private final TopicNames names;
  private final Admin admin;

  TopicsIT(SharedBroker broker) {
    names = new TopicNames(broker.newPrefix());
    admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
  }

  @AfterEach
  void close() {
    admin.close();
  }

  @Test
  void shouldCreateAllTopicsAndThenFindNothingToDo() {
    assertThat(topics(2).plan().differences()).hasSize(9);
    var applied = topics(2).apply();
    assertThat(applied.done()).hasSize(9);
    assertThat(applied.left().text()).isEqualTo("All topics are as declared.");
    assertThat(topics(2).apply().done()).isEmpty();
    assertThat(topics(2).describe().actual().get(names.watches()).overrides())
        .containsEntry("cleanup.policy", "compact");
    assertThat(topics(2).describe().text()).contains(names.audit()).doesNotContain("missing");
  }

  @Test
  void shouldPutASettingRightAndAddPartitionsWhereNoKeyMoves() throws Exception {
    topics(2).apply();
    set(names.transitions(), "retention.ms", "1000");
    admin.createPartitions(Map.of(names.deadLetters(), NewPartitions.increaseTo(3))).all().get();
    var plan = topics(2).plan();
    assertThat(plan.text())
        .contains(
            "~ "
                + names.transitions()
                + ": retention.ms is 1000, declared is -1: records are deleted")
        .contains("= " + names.deadLetters() + ": has 3 partitions, declared are 2");
    var applied = topics(2).apply();
    assertThat(applied.done()).extracting(Difference::topic).containsExactly(names.transitions());
    assertThat(applied.left().differences())
        .extracting(Difference::topic)
        .containsExactly(names.deadLetters());
  }

  @Test
  void shouldGrowRequestsOnlyWhenNothingElseForbidsIt() throws Exception {
    create(names.requests(), 1);
    var applied = topics(2).apply();
    assertThat(applied.left().drift()).isFalse();
    assertThat(topics(2).describe().actual().get(names.requests()).partitions()).isEqualTo(2);
  }

  @Test
  void shouldTouchNothingWhenATopicIsIncompatible() throws Exception {
    create(names.observations(), 3);
    var applied = topics(2).createMissing();
    assertThat(applied.done()).isEmpty();
    assertThat(applied.left().incompatible()).isTrue();
    assertThat(applied.left().obstacles().text())
        .contains("! " + names.observations() + ": has 3 partitions, declared are 2")
        .contains("Set topics.partitions=3");
    assertThat(topics(2).describe().actual()).containsOnlyKeys(names.observations());
    assertThat(topics(2).describe().json())
        .map(ObjectNode::toString)
        .hasSize(9)
        .contains(
            "{\"topic\":\"%s\",\"partitions\":null,\"replicas\":null,\"settings\":{}}"
                .formatted(names.requests()))
        .anyMatch(
            line ->
                line.startsWith(
                    "{\"topic\":\"%s\",\"partitions\":3,".formatted(names.observations())));
    assertThat(topics(3).createMissing().left().incompatible()).isFalse();
    assertThat(topics(3).apply().left().obstacles().drift()).isFalse();
  }

  /** Compaction would delete all but the newest record of each job. */
  @Test
  void shouldNotCompactATopicThatSomebodyElseCreated() throws Exception {
    create(names.watches(), 2);
    set(names.watches(), "cleanup.policy", "delete");
    var applied = topics(2).apply();
    assertThat(applied.done()).isEmpty();
    assertThat(applied.left().text())
        .contains("! " + names.watches() + ": cleanup.policy is delete, declared is compact")
        .contains("Kafka would then delete records");
    assertThat(topics(2).describe().actual().get(names.watches()).overrides())
        .containsEntry("cleanup.policy", "delete");
  }

  @Test
  void shouldRefuseAChangelogOfOtherPartitions() throws Exception {
    topics(2).apply();
    create(names.prefix() + "trees-changelog", 3);
    assertThat(topics(2).plan().incompatible()).isTrue();
  }

  /**
   * Brokers before 3.6 do not know message.timestamp.before.max.ms. Brokers since 4.0 do not know
   * message.timestamp.difference.max.ms.
   */
  @Test
  void shouldCreateATopicWithoutASettingThatTheClusterDoesNotKnow() {
    var name = names.prefix() + "of-another-version";
    topics(2)
        .create(
            new DeclaredTopic(
                name,
                2,
                1,
                new TreeMap<>(
                    Map.of(
                        "message.timestamp.difference.max.ms", "1",
                        "retention.ms", "1234567"))));
    assertThat(new Cluster(admin).read(List.of(name)).get(name).overrides())
        .containsOnly(Map.entry("retention.ms", "1234567"));
  }

  @Test
  void shouldCreateOnceWhenSeveralInstancesStartTogether() throws Exception {
    var threads = Executors.newFixedThreadPool(3);
    try {
      var instances = new ArrayList<Future<Topics.Applied>>();
      for (var i = 0; i < 3; i++) {
        instances.add(threads.submit(() -> topics(2).createMissing()));
      }
      for (var instance : instances) {
        assertThat(instance.get().left().drift()).isFalse();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void shouldSayWhichSettingToChangeWhenTheClusterIsTooSmall() {
    var declared =
        DeclaredTopics.bundled(
            new TopicSettings(
                names,
                OptionalInt.of(1),
                OptionalInt.of(3),
                OptionalInt.empty(),
                Optional.empty()));
    assertThatThrownBy(() -> new Topics(admin, declared, List.of()).apply())
        .isInstanceOf(TopicAccessException.class)
        .hasMessageContaining("topics.replication.factor");
  }

  private Topics topics(int partitions) {
    var settings =
        new TopicSettings(
            names,
            OptionalInt.of(partitions),
            OptionalInt.of(1),
            OptionalInt.of(1),
            Optional.empty());
    return new Topics(
        admin,
        DeclaredTopics.bundled(settings),
        List.of(
            new DeclaredTopic(
                names.prefix() + "trees-changelog",
                DeclaredTopic.CLUSTER_DEFAULT,
                DeclaredTopic.CLUSTER_DEFAULT,
                new TreeMap<>(Map.of("cleanup.policy", "compact")))));
  }

  private void create(String topic, int partitions) throws Exception {
    admin
        .createTopics(List.of(new NewTopic(topic, Optional.of(partitions), Optional.empty())))
        .all()
        .get();
  }

  /** Returns when the broker has the setting: it acknowledges one that it does not have yet. */
  private void set(String topic, String key, String value) throws Exception {
    admin
        .incrementalAlterConfigs(
            Map.of(
                new ConfigResource(ConfigResource.Type.TOPIC, topic),
                List.of(new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET))))
        .all()
        .get();
    await()
        .until(
            () ->
                value.equals(
                    new Cluster(admin).read(List.of(topic)).get(topic).overrides().get(key)));
  }
}
