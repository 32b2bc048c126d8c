package dev.imsbridge.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.imsbridge.wire.TopicNames;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeclaredTopicsTest {

  private static final TopicSettings AS_DECLARED =
      TopicSettings.asDeclared(new TopicNames(TopicNames.DEFAULT_PREFIX));

  @Test
  void shouldDeclareTheEightTopicsWithTheirPolicies() {
    assertThat(policies(DeclaredTopics.bundled(AS_DECLARED)))
        .containsExactly(
            entry("ims.jobs.audit", "delete -1"),
            entry("ims.jobs.completions", "delete 7776000000"),
            entry("ims.jobs.dead-letters", "delete 2592000000"),
            entry("ims.jobs.observations", "delete 2592000000"),
            entry("ims.jobs.requests", "delete 604800000"),
            entry("ims.jobs.status", "compact null"),
            entry("ims.jobs.transitions", "delete -1"),
            entry("ims.jobs.watches", "compact null"));
  }

  @Test
  void shouldAllowLargeRecordsEverywhereButOnRequests() {
    var names = AS_DECLARED.names();
    for (var topic : DeclaredTopics.bundled(AS_DECLARED).all()) {
      assertThat(topic.configs().get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG))
          .as(topic.name())
          .isEqualTo(topic.name().equals(names.requests()) ? "1048588" : "4194304");
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
              topic.name().equals(names.requests()) ? "LogAppendTime" : "CreateTime")
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

  @Test
  void shouldReadTheFolderAsItReadsTheJar() {
    assertThat(DeclaredTopics.in(Path.of("topics"), AS_DECLARED).all())
        .isEqualTo(DeclaredTopics.bundled(AS_DECLARED).all());
  }

  @Test
  void shouldApplySettingsToEveryTopic() {
    var settings =
        new TopicSettings(
            new TopicNames("other."), OptionalInt.of(3), OptionalInt.of(2), OptionalInt.of(2));
    assertThat(DeclaredTopics.bundled(settings).all())
        .allSatisfy(
            topic -> {
              assertThat(topic.name()).startsWith("other.");
              assertThat(topic.partitions()).isEqualTo(3);
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

  @Test
  void shouldRefuseSettingsUnderWhichNothingCouldBeWritten() {
    assertThatThrownBy(
            () ->
                new TopicSettings(
                    AS_DECLARED.names(), OptionalInt.empty(), OptionalInt.of(1), OptionalInt.of(2)))
        .hasMessageContaining("topics.min.insync.replicas")
        .hasMessageContaining("topics.replication.factor");
  }

  @Test
  void shouldSayWhichTopicADirectoryLacks(@TempDir Path directory) throws Exception {
    copyDeclarations(directory);
    Files.delete(directory.resolve("audit.yaml"));
    assertThatThrownBy(() -> DeclaredTopics.in(directory, AS_DECLARED))
        .isInstanceOf(TopicDeclarationException.class)
        .hasMessageContaining("ims.jobs.audit");
  }

  @Test
  void shouldRefuseUnequalPartitionsOfWhatBelongsTogether(@TempDir Path directory)
      throws Exception {
    copyDeclarations(directory);
    replace(directory.resolve("watches.yaml"), "partitions: 6", "partitions: 7");
    assertThatThrownBy(() -> DeclaredTopics.in(directory, AS_DECLARED))
        .isInstanceOf(TopicDeclarationException.class)
        .hasMessageContaining("ims.jobs.watches with 7");
  }

  @Test
  void shouldSayWhatIsWrongWithADeclarationAndWhere(@TempDir Path directory) throws Exception {
    copyDeclarations(directory);
    var status = directory.resolve("status.yaml");
    var good = Files.readString(status);
    for (var bad :
        Map.of(
                "partitions: 6", "partitions: none",
                "replicas: -1", "replicas: 0",
                "  name:", "  nome:",
                "spec:", "spec: [",
                "  configs:", "  configMapRefs: [ \"x\" ]\n  configs:")
            .entrySet()) {
      Files.writeString(status, good.replaceFirst(bad.getKey(), bad.getValue()));
      assertThatThrownBy(() -> DeclaredTopics.in(directory, AS_DECLARED))
          .as(bad.getValue())
          .isInstanceOf(TopicDeclarationException.class)
          .hasMessageContaining("status.yaml");
    }
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

  private static void copyDeclarations(Path directory) throws Exception {
    try (var files = Files.list(Path.of("topics"))) {
      for (var file : files.filter(path -> path.toString().endsWith(".yaml")).toList()) {
        Files.copy(file, directory.resolve(file.getFileName()));
      }
    }
  }

  private static void replace(Path file, String text, String by) throws Exception {
    Files.writeString(file, Files.readString(file).replace(text, by));
  }
}
