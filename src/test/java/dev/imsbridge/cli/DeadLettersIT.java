package dev.imsbridge.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.imsbridge.embedded.SharedBroker;
import dev.imsbridge.history.TestCluster;
import dev.imsbridge.history.TopicReader;
import dev.imsbridge.history.letters.DeadLetters;
import dev.imsbridge.history.letters.LetterFilter;
import dev.imsbridge.history.letters.LetterPosition;
import dev.imsbridge.history.letters.Redrive;
import dev.imsbridge.job.Evidence;
import dev.imsbridge.ledger.DeadLetter;
import dev.imsbridge.ledger.OutputRecord;
import dev.imsbridge.simulator.FaultType;
import dev.imsbridge.simulator.ScriptedFault;
import dev.imsbridge.wire.HeaderNames;
import dev.imsbridge.wire.LetterHeaders;
import dev.imsbridge.wire.RequestForms;
import dev.imsbridge.wire.TopicNames;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code dead-letters} as an operator uses it. A request that is sent twice would be polled and
 * billed for twice, and one that is marked but not sent is lost.
 */
@ExtendWith(SharedBroker.Extension.class)
@Timeout(120)
class DeadLettersIT {
  private static final byte[] KEY = {1, (byte) 0xff};
  private static final byte[] VALUE =
      "\ufeff {\"job_id\": \"tree-1\", \"project_id\": \"p2\"}\r\n".getBytes(UTF_8);

  private final SharedBroker broker;
  private final TestCluster cluster;
  private final TopicNames topics;
  private final Map<String, String> environment = new TreeMap<>();
  private final KafkaProducer<byte[], byte[]> producer;
  private @TempDir Path directory;

  DeadLettersIT(SharedBroker broker) {
    this.broker = broker;
    cluster = new TestCluster(broker.bootstrapServers());
    topics = new TopicNames(broker.newPrefix());
    producer = cluster.producer(Map.of());
    environment.put("IMSBRIDGE_KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers());
    environment.put("IMSBRIDGE_TOPICS_PREFIX", topics.prefix());
    environment.put("IMSBRIDGE_HTTP_LISTEN", "off");
  }

  @AfterEach
  void close() {
    producer.close();
    cluster.close();
  }

  private InProcess imsbridge(String... arguments) {
    return InProcess.run(environment, arguments);
  }

  private void createTopics() throws Exception {
    cluster.create(topics.requests(), 2);
    cluster.create(topics.deadLetters(), 2);
  }

  /** Writes a letter as the bridge does. */
  private LetterPosition letter(String topic, byte[] value) throws Exception {
    return letter(topic, value, null);
  }

  private LetterPosition letter(String topic, byte[] value, Integer cutFrom) throws Exception {
    OutputRecord record =
        new DeadLetter("RequestRefused", "the project_id is unknown", new Evidence(topic, 1, 7))
            .record(KEY, value, System.currentTimeMillis());
    HeaderNames.add(record.headers(), HeaderNames.CORRELATION_ID, "order-4711");
    HeaderNames.add(record.headers(), LetterHeaders.ORIGINAL_SIZE, cutFrom);
    var at =
        producer
            .send(
                new ProducerRecord<>(
                    topics.deadLetters(), 1, record.key(), record.value(), record.headers()))
            .get();
    return new LetterPosition(at.partition(), at.offset());
  }

  private List<ConsumerRecord<byte[], byte[]>> all(String topic) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    var consumer = cluster.consumer();
    try (TopicReader reader = TopicReader.open(consumer, TopicReader.partitions(consumer, topic))) {
      while (!reader.done()) {
        records.addAll(reader.next());
      }
    }
    return records;
  }

  // ---- one redrive after the other

  @Test
  void shouldSendTheBytesOfARequestOnceAndRefuseAllOtherLetters() throws Exception {
    createTopics();
    LetterPosition request = letter(topics.requests(), VALUE);
    LetterPosition answer = letter(topics.observations(), "{".getBytes(UTF_8));
    LetterPosition cut = letter(topics.requests(), "{".getBytes(UTF_8), 3_000_000);
    LetterPosition large = letter(topics.requests(), new byte[64 * 1024 + 1]);
    String[] names = {
      request.toString(), answer.toString(), cut.toString(), large.toString(), "0/9", "7/0"
    };

    InProcess redriven = imsbridge(redrive(names));
    assertThat(redriven.exitCode()).as(redriven.err()).isEqualTo(1);
    assertThat(redriven.out().lines())
        .containsExactlyInAnyOrder(
            request + "  sent to " + topics.requests() + "-1@0",
            answer
                + "  refused: it comes from %s, and only records of %s can be sent again"
                    .formatted(topics.observations(), topics.requests()),
            cut + "  refused: its value was truncated: the letter has 1 of 3000000 bytes",
            large + "  refused: its value has 65537 bytes; a request has at most 65536",
            "0/9  refused: "
                + topics.deadLetters()
                + " has no letter at this position; it may be past its retention",
            "7/0  refused: "
                + topics.deadLetters()
                + " has no letter at this position; it may be past its retention");
    assertThat(redriven.err())
        .isEqualTo(
            "1 letter sent again, 0 letters sent earlier, 0 letters refused again,"
                + " 5 letters refused\n");

    // The mark is no letter.
    String mark = "1/" + (large.offset() + 1);
    assertThat(imsbridge("dead-letters", "list", "--output", "ids").out().lines())
        .containsExactly(Stream.of(names).limit(4).toArray(String[]::new));
    assertThat(imsbridge("dead-letters", "show", mark).err()).contains("has no letter at " + mark);

    InProcess again = imsbridge(redrive(request.toString()));
    assertThat(again.exitCode()).isZero();
    assertThat(again.out())
        .startsWith(request + "  not sent: it was sent at ")
        .endsWith(" to " + topics.requests() + "-1@0\n");
    InProcess rest = imsbridge(redrive("--all", "--json"));
    assertThat(rest.exitCode()).isZero();
    assertThat(rest.out().lines())
        .hasSize(3)
        .anyMatch(line -> line.contains("\"outcome\":\"sent-earlier\""))
        .noneMatch(line -> line.contains("\"outcome\":\"sent\""));

    assertThat(all(topics.requests()))
        .singleElement()
        .satisfies(
            record -> {
              assertThat(record.key()).isEqualTo(KEY);
              assertThat(record.value()).isEqualTo(VALUE);
              assertThat(record.partition()).as("that of the refused request").isOne();
              assertThat(HeaderNames.text(record.headers(), HeaderNames.CORRELATION_ID))
                  .isEqualTo("order-4711");
              assertThat(HeaderNames.text(record.headers(), HeaderNames.REDRIVEN_FROM))
                  .isEqualTo("dead-letters/" + request);
            });
  }

  private static String[] redrive(String... arguments) {
    return Stream.concat(Stream.of("dead-letters", "redrive"), Stream.of(arguments))
        .toArray(String[]::new);
  }

  @Test
  void shouldListAndShowLetters() throws Exception {
    createTopics();
    InProcess none = imsbridge("dead-letters", "list");
    assertThat(none.out()).isEqualTo("No dead letters.\n");
    LetterPosition request = letter(topics.requests(), VALUE);
    LetterPosition answer = letter(topics.observations(), new byte[] {0, 'a', (byte) 0xff});
    imsbridge(redrive(request.toString()));

    assertThat(imsbridge("dead-letters", "list").out().lines())
        .hasSize(3)
        .anyMatch(line -> line.matches("LETTER +WRITTEN +SOURCE +BYTES +REDRIVEN +REASON"))
        .anyMatch(
            line ->
                line.matches(
                    request
                        + " +20\\S+ \\S+ +"
                        + topics.requests()
                        + "-1@7 +46 +20\\S+ \\S+ +the project_id is unknown"));
    assertThat(
            imsbridge("dead-letters", "list", "--topic", "observations", "--output", "ids").out())
        .isEqualTo(answer + "\n");
    assertThat(imsbridge("dead-letters", "list", "--until", "1h", "--output", "ids").out())
        .isEmpty();
    assertThat(imsbridge("dead-letters", "list", "--since", "1h", "--output", "ids").out())
        .hasLineCount(2);
    InProcess newest = imsbridge("dead-letters", "list", "--limit", "1", "--output", "ids");
    assertThat(newest.out()).isEqualTo(answer + "\n");
    assertThat(newest.err()).contains("1 older letter");
    JsonNode json =
        new JsonMapper()
            .readTree(imsbridge("dead-letters", "list", "--json", "--topic", "requests").out());
    assertThat(json.path("letter").asText()).isEqualTo(request.toString());
    assertThat(json.at("/source/offset").asLong()).isEqualTo(7);
    assertThat(json.at("/redriven_to/topic").asText()).isEqualTo(topics.requests());
    assertThat(json.path("obstacle").isNull()).isTrue();

    String shown = imsbridge("dead-letters", "show", request.toString()).out();
    assertThat(shown)
        .contains("the project_id is unknown")
        .contains("key       2 bytes that are not text")
        .contains("correlation-id              order-4711")
        .containsPattern("redriven +at \\S+ \\S+ to " + topics.requests() + "-1@0")
        .endsWith("value  46 bytes of text\n  {\"job_id\": \"tree-1\", \"project_id\": \"p2\"}\n");
    assertThat(imsbridge("dead-letters", "show", answer.toString()).out())
        .containsPattern("redriven +no, and cannot be: it comes from ")
        .contains("value  3 bytes that are not text\n00000000  00 61 ff ")
        .endsWith("|.a.|\n");
    JsonNode whole =
        new JsonMapper()
            .readTree(imsbridge("dead-letters", "show", request.toString(), "--json").out());
    assertThat(whole.path("value").asText()).isEqualTo(new String(VALUE, UTF_8));
    assertThat(whole.path("key_base64").binaryValue()).isEqualTo(KEY);
  }

  // ---- redrives that meet, and that die

  @Test
  void shouldSendOnceThoughTwoRedrivesRunAtOnce() throws Exception {
    createTopics();
    LetterPosition letter = letter(topics.requests(), VALUE);
    String[] command = redrive(letter.toString());
    List<CompletableFuture<InProcess>> both =
        Stream.of(1, 2).map(i -> CompletableFuture.supplyAsync(() -> imsbridge(command))).toList();
    both.forEach(CompletableFuture::join);
    assertThat(all(topics.requests())).hasSize(1);
    assertThat(both)
        .extracting(CompletableFuture::join)
        .anyMatch(one -> one.out().contains("sent to "))
        .anyMatch(
            one ->
                one.out().contains("not sent: it was sent at ")
                    || one.err().contains("another redrive has begun"));
  }

  /** The first has read that the letter is not marked; then the second does all its work. */
  @Test
  void shouldStopARedriveWhenAnotherHasBegun() throws Exception {
    createTopics();
    LetterPosition letter = letter(topics.requests(), VALUE);
    try (KafkaProducer<byte[], byte[]> overtaken =
        new RedriveProducer() {
          @Override
          public void beginTransaction() {
            assertThat(imsbridge(redrive(letter.toString())).out()).contains("sent to ");
            super.beginTransaction();
          }
        }) {
      assertThatThrownBy(() -> run(overtaken, letter))
          .isInstanceOfAny(ProducerFencedException.class, InvalidProducerEpochException.class);
    }
    assertThat(all(topics.requests())).hasSize(1);
  }

  @Test
  void shouldLeaveNothingOfATransactionThatWasAborted() throws Exception {
    createTopics();
    LetterPosition letter = letter(topics.requests(), VALUE);
    try (KafkaProducer<byte[], byte[]> failing =
        new RedriveProducer() {
          @Override
          public void commitTransaction() {
            flush();
            throw new KafkaException("broken");
          }
        }) {
      assertThatThrownBy(() -> run(failing, letter)).hasMessage("broken");
    }
    assertThat(all(topics.requests())).isEmpty();
    assertThat(all(topics.deadLetters())).hasSize(1);
    assertThat(imsbridge(redrive(letter.toString())).out()).contains("sent to ");
    assertThat(all(topics.requests())).hasSize(1);
  }

  /** As after kill -9 between the two records and the commit: nobody ends the transaction. */
  @Test
  void shouldSendOnceAfterARedriveDiedWithAnOpenTransaction() throws Exception {
    createTopics();
    LetterPosition letter = letter(topics.requests(), VALUE);
    RedriveProducer dead =
        new RedriveProducer() {
          @Override
          public void commitTransaction() {
            flush();
            throw new IllegalStateException("dies");
          }
        };
    assertThatThrownBy(() -> run(dead, letter)).hasMessage("dies");
    assertThat(imsbridge(redrive(letter.toString())).out()).contains("sent to ");
    dead.close(Duration.ZERO);
    assertThat(all(topics.requests())).hasSize(1);
  }

  /** A read_committed consumer ends at the first open transaction, here one of the bridge. */
  @Test
  void shouldSeeAMarkBehindAnOpenTransaction() throws Exception {
    createTopics();
    LetterPosition letter = letter(topics.requests(), VALUE);
    try (KafkaProducer<byte[], byte[]> bridge =
            cluster.producer(Map.of("transactional.id", topics.prefix() + "bridge"));
        KafkaProducer<byte[], byte[]> first =
            new RedriveProducer() {
              @Override
              public void beginTransaction() {
                bridge.beginTransaction();
                bridge.send(new ProducerRecord<>(topics.deadLetters(), 1, null, new byte[1]));
                bridge.flush();
                super.beginTransaction();
              }
            }) {
      bridge.initTransactions();
      run(first, letter);
      CompletableFuture<InProcess> second =
          CompletableFuture.supplyAsync(() -> imsbridge(redrive(letter.toString())));
      // It waits until the transaction of the bridge has ended.
      await().during(Duration.ofSeconds(1)).until(() -> !second.isDone());
      bridge.commitTransaction();
      assertThat(second.join().out()).contains("not sent: it was sent at ");
    }
    assertThat(all(topics.requests())).hasSize(1);
  }

  private class RedriveProducer extends KafkaProducer<byte[], byte[]> {
    RedriveProducer() {
      super(
          cluster.settings(Redrive.producer(topics)),
          new ByteArraySerializer(),
          new ByteArraySerializer());
    }
  }

  private List<Redrive.Outcome> run(KafkaProducer<byte[], byte[]> with, LetterPosition letter) {
    List<Redrive.Outcome> outcomes = new ArrayList<>();
    new Redrive(with, cluster.admin(), new DeadLetters(cluster::consumer, topics), topics)
        .run(LetterFilter.of(Set.of(letter)), false, outcomes::add, progress -> {});
    return outcomes;
  }

  // ---- with a bridge

  @Test
  void shouldWatchAJobWhenTheCauseOfTheRefusalIsRemoved() throws Exception {
    try (WholeBridge refusing = bridge("p1")) {
      RecordHeaders headers = new RecordHeaders();
      HeaderNames.add(headers, HeaderNames.CORRELATION_ID, "order-4711");
      producer.send(new ProducerRecord<>(topics.requests(), null, KEY, VALUE, headers)).get();
      await().until(() -> !all(topics.deadLetters()).isEmpty());
      String letter = imsbridge("dead-letters", "list", "--output", "ids").out().strip();
      // Too early: it is refused again, as a new letter that names the first.
      assertThat(imsbridge(redrive(letter)).exitCode()).isZero();
      await()
          .until(
              () ->
                  imsbridge("dead-letters", "list", "--output", "ids").out().lines().count() == 2);
      // Each call would make another letter.
      InProcess all = imsbridge(redrive("--all"));
      assertThat(all.exitCode()).isZero();
      assertThat(all.out())
          .contains("  not sent: it is dead-letters/" + letter + ", which was sent");
      assertThat(all.err())
          .isEqualTo(
              "0 letters sent again, 1 letter sent earlier, 1 letter refused again,"
                  + " 0 letters refused\n");
      assertThat(all(topics.requests())).hasSize(2);
      JsonNode listed = get(refusing.url() + "/api/v1/dead-letters?topic=requests");
      assertThat(listed.path("letters")).hasSize(2);
      assertThat(listed.at("/letters/0/letter").asText()).isEqualTo(letter);
      assertThat(listed.at("/letters/0/redriven_at").isTextual()).isTrue();
      JsonNode shown = get(refusing.url() + "/api/v1/dead-letters/" + letter);
      assertThat(shown.path("value").asText()).isEqualTo(new String(VALUE, UTF_8));
      assertThat(get(refusing.url() + "/api/v1/dead-letters/0/99").path("status").asInt())
          .isEqualTo(404);
      assertThat(get(refusing.url() + "/api/v1/dead-letters/0/x").path("status").asInt())
          .isEqualTo(400);
      assertThat(imsbridge("status", "--url", refusing.url()).out()).contains("2 RequestRefused");
    }
    String second =
        imsbridge("dead-letters", "list", "--output", "ids").out().lines().toList().get(1);
    assertThat(imsbridge("dead-letters", "show", second).out())
        .containsPattern("imsbridge-redriven-from +dead-letters/\\d/0");
    try (WholeBridge bridge = bridge("p2")) {
      InProcess redriven = imsbridge(redrive("--all", "--refused-again"));
      assertThat(redriven.err()).startsWith("1 letter sent again, 1 letter sent earlier");
      useTheRest(bridge);
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> ended().containsAll(List.of("tree-1", "taken-back", "of-project-p3")));
    }
    assertThat(all(topics.completions()))
        .filteredOn(record -> new String(record.key(), UTF_8).equals("tree-1"))
        .singleElement()
        .satisfies(
            record ->
                assertThat(HeaderNames.text(record.headers(), HeaderNames.CORRELATION_ID))
                    .isEqualTo("order-4711"));
    assertThat(imsbridge("audit", "export", "--what", "request.accepted").out())
        .contains("\"details\":{\"redriven_from\":\"dead-letters/" + second + "\"}");
    InProcess compared = imsbridge("rebuild", "--compare");
    assertThat(compared.exitCode()).as(compared.out()).isZero();
    assertThat(compared.out()).contains("identical: ");
    assertThat(imsbridge("audit", "verify").out()).contains("whole: ");
  }

  /** All other ways to request a job, so that the comparison covers them. */
  private void useTheRest(WholeBridge bridge) throws Exception {
    for (RequestForms.Form form : RequestForms.all()) {
      String id = form.name().replaceAll("[^A-Za-z0-9]+", "-");
      byte[] value = form.value().apply(id);
      producer.send(
          new ProducerRecord<>(topics.requests(), null, id.getBytes(UTF_8), value, form.headers()));
    }
    done(
        ("submit of-project-p3 --label order=4711 --project p3 --deadline 6h --correlation-id c-1")
            .split(" "));
    bridge.simulator().inject("taken-back", ScriptedFault.of(FaultType.UNAVAILABLE).build());
    done("submit", "taken-back");
    done("submit", "taken-back");
    done("cancel", "taken-back");
    await().until(() -> ended().contains("taken-back"));
    done("cancel", "taken-back");
    await()
        .until(
            () ->
                all(topics.watches()).size() > RequestForms.accepted().size()
                    && all(topics.deadLetters()).size() == 4 + RequestForms.refused().size());
  }

  private void done(String... command) {
    InProcess result = imsbridge(command);
    assertThat(result.exitCode()).as(result.err()).isZero();
  }

  private Set<String> ended() {
    return all(topics.completions()).stream()
        .map(record -> new String(record.key(), UTF_8))
        .collect(Collectors.toSet());
  }

  private static JsonNode get(String url) throws Exception {
    return new JsonMapper()
        .readTree(
            HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString())
                .body());
  }

  private WholeBridge bridge(String project) throws Exception {
    return WholeBridge.start(
        broker.bootstrapServers(),
        topics.prefix(),
        directory.resolve(project),
        "ims.project.id=" + project,
        "ims.projects.other.project.id=p3",
        "topics.partitions=2");
  }
}
