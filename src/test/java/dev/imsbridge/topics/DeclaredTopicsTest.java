package dev.imsbridge.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.imsbridge.wire.TopicNames;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.junit.jupiter.api.Test;

/** The guarantees rest on these settings, and the same files are for Jikkou. */
class DeclaredTopicsTest {

  static final TopicSettings AS_DECLARED =
      new TopicSettings(
          new TopicNames(TopicNames.DEFAULT_PREFIX),
          OptionalInt.empty(),
          OptionalInt.empty(),
          OptionalInt.empty(),
          Optional.empty());

  @Test
  void shouldDeclareTheNineTopicsWithTheirPolicies() {
    assertThat(policies(DeclaredTopics.bundled(AS_DECLARED)))
        .containsExactly(
            entry("ims.jobs.audit", "delete -1"),
            entry("ims.jobs.completions", "delete 7776000000"),
            entry("ims.jobs.control", "delete -1"),
            entry("ims.jobs.dead-letters", "delete 2592000000"),
            entry("ims.jobs.observations", "delete 2592000000"),
            entry("ims.jobs.requests", "delete 604800000"),
            entry("ims.jobs.status", "compact null"),
            entry("ims.jobs.transitions", "delete -1"),
            entry("ims.jobs.watches", "compact null"));
  }

  @Test
  void shouldAllowLargeRecordsWhereverTheFoldWrites() {
    var names = AS_DECLARED.names();
    for (var topic : DeclaredTopics.bundled(AS_DECLARED).all()) {
      assertThat(topic.configs().get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG))
          .as(topic.name())
          .isEqualTo(
              topic.name().equals(names.requests())
                  ? "1048588"
                  : topic.name().equals(names.control()) ? "65536" : "4194304");
    }
  }

  /** The owner of a cluster may choose any defaults, so no guarantee may depend on them. */
  @Test
  void shouldDeclareOnEveryTopicTheSettingsThatPromisesRestOn() {
    var names = AS_DECLARED.names();
    for (var topic : DeclaredTopics.bundled(AS_DECLARED).all()) {
      assertThat(topic.configs())
          .as(topic.name())
          .containsKeys(
              TopicConfig.CLEANUP_POLICY_CONFIG,
              TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
              TopicConfig.SEGMENT_BYTES_CONFIG,
              TopicConfig.COMPRESSION_TYPE_CONFIG)
          .containsEntry(
              TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
              List.of(names.requests(), names.control()).contains(topic.name())
                  ? "LogAppendTime"
                  : "CreateTime")
          .containsEntry(
              TopicConfig.MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG, Long.toString(Long.MAX_VALUE))
          .containsEntry(TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG, "3600000");
      if (topic.configs().get(TopicConfig.CLEANUP_POLICY_CONFIG).equals("delete")) {
        assertThat(topic.configs())
            .as(topic.name())
            .containsKey(TopicConfig.RETENTION_MS_CONFIG)
            .containsEntry(TopicConfig.RETENTION_BYTES_CONFIG, "-1");
      }
    }
  }

  @Test
  void shouldDeclareOnlySettingsThatKafkaTakes() {
    for (var topic : DeclaredTopics.bundled(AS_DECLARED).all()) {
      LogConfig.validate(topic.configs());
    }
  }

  /** Jikkou applies the same files, and takes the name of a topic from its document. */
  @Test
  void shouldNameTheTopicInEachFileAsTheBridgeDoes() throws Exception {
    var yaml = YAMLMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
    for (var topic : DeclaredTopics.bundled(AS_DECLARED).all()) {
      var file = topic.name().substring(TopicNames.DEFAULT_PREFIX.length()) + ".yaml";
      var document = yaml.readTree(Path.of("topics", file).toFile());
      assertThat(document.path("kind").asText()).as(file).isEqualTo("KafkaTopic");
      assertThat(document.at("/metadata/name").asText()).isEqualTo(topic.name());
      assertThat(document.at("/spec/partitions").asInt()).isEqualTo(topic.partitions());
      assertThat(document.at("/spec/configs")).hasSize(topic.configs().size());
    }
  }

  /** The state of a job, its watches and its audit chain are in partitions of equal numbers. */
  @Test
  void shouldDeclareEqualPartitionsAndTheReplicasOfTheCluster() {
    assertThat(DeclaredTopics.bundled(AS_DECLARED).all())
        .allSatisfy(
            topic -> {
              assertThat(topic.partitions()).isEqualTo(control(topic) ? 1 : 6);
              assertThat(topic.replicas()).isEqualTo(DeclaredTopic.CLUSTER_DEFAULT);
            });
  }

  @Test
  void shouldApplySettingsToEveryTopic() {
    var settings =
        new TopicSettings(
            new TopicNames("other."),
            OptionalInt.of(3),
            OptionalInt.of(2),
            OptionalInt.of(2),
            Optional.empty());
    assertThat(DeclaredTopics.bundled(settings).all())
        .allSatisfy(
            topic -> {
              assertThat(topic.name()).startsWith("other.");
              assertThat(topic.partitions()).isEqualTo(control(topic) ? 1 : 3);
              assertThat(topic.replicas()).isEqualTo(2);
              assertThat(topic.configs()).containsEntry("min.insync.replicas", "2");
            });
  }

  /** The consumers of a topic must support its codec. Any program may write requests. */
  @Test
  void shouldSetTheCodecOfEveryTopicButRequests() {
    var settings =
        new TopicSettings(
            AS_DECLARED.names(),
            OptionalInt.empty(),
            OptionalInt.empty(),
            OptionalInt.empty(),
            Optional.of("zstd"));
    assertThat(DeclaredTopics.bundled(settings).all())
        .allSatisfy(
            topic ->
                assertThat(topic.configs())
                    .containsEntry(
                        TopicConfig.COMPRESSION_TYPE_CONFIG,
                        topic.name().equals(AS_DECLARED.names().requests()) ? "producer" : "zstd"));
  }

  /** The actions of operators are one sequence. */
  private static boolean control(DeclaredTopic topic) {
    return topic.name().endsWith("control");
  }

  private static Map<String, String> policies(DeclaredTopics topics) {
    return topics.all().stream()
        .collect(
            Collectors.toMap(
                DeclaredTopic::name,
                topic ->
                    topic.configs().get("cleanup.policy")
                        + " "
                        + topic.configs().get("retention.ms"),
                (first, second) -> first,
                TreeMap::new));
  }
}
