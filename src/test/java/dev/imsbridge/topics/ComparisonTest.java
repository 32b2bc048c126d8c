package dev.imsbridge.topics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.topics.Difference.Remedy;
import dev.imsbridge.wire.TopicNames;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A wrong plan stops a bridge that could run, or changes a topic so that records are lost. */
class ComparisonTest {

  private static final TopicNames NAMES = new TopicNames(TopicNames.DEFAULT_PREFIX);
  private static final String CHANGELOG = "bridge-trees-changelog";

  private final DeclaredTopics declared =
      DeclaredTopics.bundled(
          new TopicSettings(
              NAMES, OptionalInt.of(6), OptionalInt.of(3), OptionalInt.of(2), Optional.empty()));
  private final DeclaredTopic changelog =
      new DeclaredTopic(
          CHANGELOG,
          DeclaredTopic.CLUSTER_DEFAULT,
          DeclaredTopic.CLUSTER_DEFAULT,
          new TreeMap<>(
              Map.of(
                  "cleanup.policy",
                  "compact",
                  "max.message.bytes",
                  "4194304",
                  "message.timestamp.before.max.ms",
                  Long.toString(Long.MAX_VALUE))));
  private final Map<String, ActualTopic> actual = new HashMap<>();

  ComparisonTest() {
    for (var topic : declared.all()) {
      actual.put(topic.name(), topic(topic.name(), topic.partitions(), 3, Map.of()));
    }
  }

  @Test
  void shouldFindNothingWhereAllIsAsDeclared() {
    assertThat(plan().drift()).isFalse();
    assertThat(plan().text()).isEqualTo("All topics are as declared.");
  }

  @Test
  void shouldWantToCreateWhatIsMissing() {
    actual.remove(NAMES.status());
    assertThat(plan().text())
        .isEqualTo(
            "+ ims.jobs.status: missing; to be created with 6 partitions and replication factor 3");
    assertThat(plan().incompatible()).isFalse();
    assertThat(plan().obstacles().drift()).isTrue();
    assertThat(plan().obstacles().beyondMissing().drift())
        .as("what a bridge creates at its start")
        .isFalse();
  }

  @Test
  void shouldOnlyGrowTopicsWhosePartitionsHoldNothingOfAJob() {
    for (var name : NAMES.all()) {
      actual.put(name, topic(name, 3, 3, Map.of()));
    }
    assertThat(remedies())
        .containsEntry(NAMES.requests(), Remedy.APPLY)
        .containsEntry(NAMES.deadLetters(), Remedy.APPLY)
        .containsEntry(NAMES.transitions(), Remedy.KEEP)
        .containsEntry(NAMES.completions(), Remedy.KEEP)
        .containsEntry(NAMES.observations(), Remedy.INCOMPATIBLE)
        .containsEntry(NAMES.watches(), Remedy.INCOMPATIBLE)
        .containsEntry(NAMES.audit(), Remedy.INCOMPATIBLE)
        .containsEntry(NAMES.status(), Remedy.INCOMPATIBLE);
    assertThat(plan().text()).contains("Set topics.partitions=3");
  }

  @Test
  void shouldNeverWantFewerPartitions() {
    for (var name : NAMES.all()) {
      actual.put(name, topic(name, 12, 3, Map.of()));
    }
    assertThat(remedies().values()).doesNotContain(Remedy.APPLY);
  }

  @Test
  void shouldRefuseAChangelogWithOtherPartitionsThanTheObservations() {
    actual.put(CHANGELOG, topic(CHANGELOG, 4, 3, Map.of()));
    assertThat(plan().incompatible()).isTrue();
    assertThat(plan().text()).startsWith("! bridge-trees-changelog: has 4 partitions");
  }

  @Test
  void shouldWantToSetWhatDiffersAndSayBothValues() {
    actual.put(NAMES.audit(), topic(NAMES.audit(), 6, 3, Map.of("max.message.bytes", "1000")));
    assertThat(plan().text())
        .isEqualTo(
            "! ims.jobs.audit: max.message.bytes is 1000, declared is 4194304: the first larger"
                + " record would stop the bridge; to be set");
    assertThat(plan().obstacles().drift()).as("the bridge would stop").isTrue();
  }

  /** Kafka deletes records soon after such a change, and nobody can get them back. */
  @ParameterizedTest
  @CsvSource({
    "watches, delete",
    "status, delete",
    "observations, compact",
    "completions, compact",
  })
  void shouldNotChangeACleanupPolicyIfKafkaWouldThenDeleteRecords(String topic, String policy) {
    String name = NAMES.prefix() + topic;
    actual.put(name, topic(name, 6, 3, Map.of("cleanup.policy", policy)));
    assertThat(remedies()).containsEntry(name, Remedy.INCOMPATIBLE);
    assertThat(plan().text())
        .startsWith("! " + name + ": cleanup.policy is " + policy)
        .endsWith(
            "records that are needed would be deleted; not changed, because Kafka would then delete"
                + " records. Set it with kafka-configs, or start with another topics.prefix");
  }

  /** The declared policy is one of two current ones, or has an unlimited retention. */
  @ParameterizedTest
  @CsvSource({
    "watches, 'compact,delete'",
    "requests, 'delete, compact'",
    "transitions, compact",
    "audit, compact",
  })
  void shouldSetACleanupPolicyThatDeletesNoFurtherRecord(String topic, String policy) {
    String name = NAMES.prefix() + topic;
    actual.put(name, topic(name, 6, 3, Map.of("cleanup.policy", policy)));
    assertThat(remedies()).containsEntry(name, Remedy.APPLY);
    assertThat(plan().obstacles().text()).startsWith("! " + name + ": cleanup.policy is " + policy);
  }

  /** Each of these values loses records, changes the times of events, or stops the topology. */
  @ParameterizedTest
  @CsvSource({
    "transitions, max.message.bytes, 100000",
    "observations, max.message.bytes, 4194303",
    "transitions, message.timestamp.type, LogAppendTime",
    "audit, message.timestamp.type, LogAppendTime",
    "status, message.timestamp.before.max.ms, 86400000",
    "completions, message.timestamp.after.max.ms, 1000",
    "transitions, segment.bytes, 1048576",
    "audit, cleanup.policy, compact",
    "watches, cleanup.policy, 'compact,delete'",
    "requests, cleanup.policy, compact",
  })
  void shouldNotLetABridgeStartOnASettingThatBreaksItsWork(String topic, String key, String value) {
    String name = NAMES.prefix() + topic;
    actual.put(name, topic(name, 6, 3, Map.of(key, value)));
    assertThat(plan().obstacles().text()).startsWith("! " + name + ": " + key + " is " + value);
  }

  /** Weaker than promised, but the bridge works. */
  @ParameterizedTest
  @CsvSource({
    "transitions, retention.ms, 604800000",
    "audit, retention.bytes, 1000000000",
    "watches, delete.retention.ms, 1000",
    "requests, max.message.bytes, 1000",
    "requests, message.timestamp.type, CreateTime",
    "observations, message.timestamp.after.max.ms, 9223372036854775807",
    "status, min.insync.replicas, 1",
  })
  void shouldWarnOfASettingThatWeakensAPromise(String topic, String key, String value) {
    String name = NAMES.prefix() + topic;
    actual.put(name, topic(name, 6, 3, Map.of(key, value)));
    assertThat(plan().obstacles().drift()).isFalse();
    assertThat(plan().warnings().text()).startsWith("~ " + name + ": " + key + " is " + value);
  }

  /** A broker of another version neither has this setting nor accepts it. */
  @Test
  void shouldNotMissASettingThatTheClusterDoesNotKnow() {
    var older = new TreeMap<>(actual.get(NAMES.audit()).configs());
    older.remove("message.timestamp.before.max.ms");
    actual.put(NAMES.audit(), new ActualTopic(NAMES.audit(), 6, 3, older, older));
    assertThat(plan().drift()).isFalse();
  }

  /** The changelog holds the state, and the owner of a cluster often creates it. */
  @ParameterizedTest
  @CsvSource({
    "cleanup.policy, delete",
    "max.message.bytes, 1048588",
    "message.timestamp.before.max.ms, 86400000"
  })
  void shouldNotLetABridgeStartOnAChangelogThatDoesNotKeepItsState(String key, String value) {
    actual.put(CHANGELOG, topic(CHANGELOG, 6, 3, Map.of(key, value)));
    assertThat(plan().obstacles().text())
        .startsWith("! " + CHANGELOG + ": " + key + " is " + value);
  }

  @Test
  void shouldTakeEqualNumbersAndReorderedPoliciesForEqual() {
    actual.put(
        NAMES.watches(), topic(NAMES.watches(), 6, 3, Map.of("min.cleanable.dirty.ratio", "0.10")));
    assertThat(plan().drift()).isFalse();
  }

  @Test
  void shouldNeverShortenARetention() {
    actual.put(NAMES.completions(), topic(NAMES.completions(), 6, 3, Map.of("retention.ms", "-1")));
    actual.put(
        NAMES.transitions(), topic(NAMES.transitions(), 6, 3, Map.of("retention.ms", "1000")));
    assertThat(remedies())
        .containsEntry(NAMES.completions(), Remedy.KEEP)
        .containsEntry(NAMES.transitions(), Remedy.APPLY);
    assertThat(plan().obstacles().drift()).isFalse();
  }

  @Test
  void shouldLeaveReplicasAlone() {
    actual.put(NAMES.requests(), topic(NAMES.requests(), 6, 2, Map.of()));
    assertThat(plan().text())
        .startsWith("= ims.jobs.requests: has replication factor 2, declared is 3");
  }

  @Test
  void shouldRefuseMoreInsyncReplicasThanThereAreReplicas() {
    actual.put(NAMES.requests(), topic(NAMES.requests(), 6, 1, Map.of("min.insync.replicas", "1")));
    actual.put(NAMES.status(), topic(NAMES.status(), 6, 1, Map.of("min.insync.replicas", "2")));
    assertThat(plan().differences())
        .filteredOn(difference -> difference.remedy() == Remedy.INCOMPATIBLE)
        .extracting(Difference::topic)
        .containsExactly(NAMES.requests(), NAMES.status());
  }

  private TopicPlan plan() {
    return new Comparison(declared, List.of(changelog), actual).plan();
  }

  private Map<String, Remedy> remedies() {
    var remedies = new HashMap<String, Remedy>();
    plan()
        .differences()
        .forEach(difference -> remedies.put(difference.topic(), difference.remedy()));
    return remedies;
  }

  /** A topic as declared, except for its partitions, its replicas and these settings. */
  private ActualTopic topic(
      String name, int partitions, int replicas, Map<String, String> otherwise) {
    var configs = new TreeMap<String, String>();
    Stream.concat(declared.all().stream(), Stream.of(changelog))
        .filter(topic -> topic.name().equals(name))
        .forEach(topic -> configs.putAll(topic.configs()));
    configs.putAll(otherwise);
    return new ActualTopic(name, partitions, replicas, configs, configs);
  }
}
