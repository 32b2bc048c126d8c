package dev.imsbridge.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.wire.TopicNames;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * A bridge that meets faults and is killed twice has published exactly the records that a rebuild
 * computes from its observations. {@code -Drebuild.jobs} sets the number of jobs.
 */
class RebuildIT extends LivedHistory {

  RebuildIT() {
    super(Integer.getInteger("rebuild.jobs", 2_000));
  }

  @Override
  void run(List<String> jobs) throws Exception {
    List<String> first = jobs.subList(0, count / 2);
    List<String> second = new ArrayList<>(jobs.subList(count / 2, count));
    second.addAll(jobs.subList(0, count / 20));
    try (BridgeProcess bridge = BridgeProcess.start(directory, settings, "run")) {
      bridge.awaitLine("imsbridge ready");
      request(first);
      awaitRecords(topics.transitions(), count / 3);
      bridge.signal(true);
    }
    try (BridgeProcess bridge = BridgeProcess.start(directory, settings, "run")) {
      bridge.awaitLine("imsbridge ready");
      awaitEnds(first);
      request(second);
      awaitRecords(topics.transitions(), count * 2);
      bridge.signal(true);
    }
    try (BridgeProcess bridge = BridgeProcess.start(directory, settings, "run")) {
      bridge.awaitLine("imsbridge ready");
      InProcess compared = imsbridge("rebuild", "--compare");
      assertThat(compared.exitCode()).as("while it runs: " + compared.out()).isZero();
      assertThat(imsbridge("audit", "verify").exitCode()).isZero();
      awaitEnds(jobs);
      bridge.signal(false);
      assertThat(bridge.awaitExit()).isZero();
    }
  }

  @Test
  @Order(1)
  void shouldFindPublishedWhatFollowsFromTheObservationsByteForByte() throws Exception {
    InProcess compared = imsbridge("rebuild", "--compare");
    assertThat(compared.out() + compared.err()).contains("identical: ");
    assertThat(compared.exitCode()).isZero();
    assertThat(read(topics.transitions(), 0)).isNotEmpty();
    assertThat(compared.out()).contains(topics.audit()).contains("state.retention=5s");
    assertThat(compared.out())
        .containsOnlyOnce(topics.status() + " is compacted: of each job only the last record");
  }

  @Test
  @Order(2)
  void shouldWriteTheSameUnderAnotherPrefix() throws Exception {
    TopicNames rebuilt = new TopicNames(broker.newPrefix());
    InProcess written = imsbridge("rebuild", "--prefix", rebuilt.prefix());
    assertThat(written.out() + written.err()).contains("written to " + rebuilt.prefix());
    assertThat(written.exitCode()).isZero();

    for (int partition = 0; partition < PARTITIONS; partition++) {
      for (String[] pair :
          new String[][] {
            {topics.audit(), rebuilt.audit()},
            {topics.transitions(), rebuilt.transitions()},
            {topics.completions(), rebuilt.completions()}
          }) {
        assertThat(texts(read(pair[1], partition)))
            .as(pair[1])
            .isNotEmpty()
            .isEqualTo(texts(read(pair[0], partition)));
      }
      Map<String, String> live = table(read(topics.status(), partition));
      Map<String, String> again = table(read(rebuilt.status(), partition));
      // The bridge may not have purged all forgotten jobs yet. That is the only difference.
      live.keySet().removeIf(key -> !again.containsKey(key));
      assertThat(again).isEqualTo(live);
    }
    assertThat(imsbridge("rebuild", "--compare=" + rebuilt.prefix()).exitCode()).isZero();
    assertThat(imsbridge("audit", "verify", "--topic", rebuilt.audit()).exitCode()).isZero();

    InProcess twice = imsbridge("rebuild", "--prefix", rebuilt.prefix());
    assertThat(twice.exitCode()).isEqualTo(1);
    assertThat(twice.err()).contains("is not empty");
    InProcess own = imsbridge("rebuild", "--prefix", topics.prefix());
    assertThat(own.exitCode()).isEqualTo(2);
    assertThat(own.err()).contains("the bridge's own topics");
  }

  /** Filters and the history depend on the times of the records. */
  @Test
  @Order(2)
  void shouldNotWriteToATopicThatReplacesTheTimes() throws Exception {
    TopicNames target = new TopicNames(broker.newPrefix());
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      admin
          .createTopics(
              List.of(
                  new NewTopic(target.transitions(), PARTITIONS, (short) 1)
                      .configs(Map.of("message.timestamp.type", "LogAppendTime"))))
          .all()
          .get();
    }

    InProcess rebuild = imsbridge("rebuild", "--prefix", target.prefix());

    assertThat(rebuild.exitCode()).isEqualTo(1);
    assertThat(rebuild.err())
        .contains("cannot write to these topics")
        .contains(target.transitions() + ": message.timestamp.type is LogAppendTime");
  }

  private static List<String> texts(List<ConsumerRecord<byte[], byte[]>> records) {
    return records.stream()
        .map(
            record ->
                "%s %d %s %s"
                    .formatted(
                        new String(record.key(), UTF_8),
                        record.timestamp(),
                        new String(record.value(), UTF_8),
                        headers(record)))
        .toList();
  }

  private static List<String> headers(ConsumerRecord<byte[], byte[]> record) {
    List<String> headers = new ArrayList<>();
    record
        .headers()
        .forEach(header -> headers.add(header.key() + "=" + new String(header.value(), UTF_8)));
    return headers;
  }

  private static Map<String, String> table(List<ConsumerRecord<byte[], byte[]>> records) {
    Map<String, String> table = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      String key = new String(record.key(), UTF_8);
      if (record.value() == null) {
        table.remove(key);
      } else {
        table.put(key, new String(record.value(), UTF_8) + record.timestamp());
      }
    }
    return table;
  }
}
