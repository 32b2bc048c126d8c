package dev.imsbridge.history;

import static dev.imsbridge.job.JobScript.job;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imsbridge.embedded.SharedBroker;
import dev.imsbridge.history.HistoryEvent.Kind;
import dev.imsbridge.history.TreeHistory.EarlierWatch;
import dev.imsbridge.job.Evidence;
import dev.imsbridge.job.JobOutcome;
import dev.imsbridge.job.JobRequest;
import dev.imsbridge.job.JobRequest.Correlation;
import dev.imsbridge.job.JobScript;
import dev.imsbridge.job.Story;
import dev.imsbridge.wire.CloudEvent.Mode;
import dev.imsbridge.wire.TopicNames;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The history of a job must be the same with and without a hint. */
@ExtendWith(SharedBroker.Extension.class)
class HistoryIT {
  private static final List<String> TRANSITIONS =
      List.of("o-c1 RUNNING", "o-root RUNNING", "o-c1 SUCCESS", "o-c2 FAIL", "o-root FAIL");

  private static final Duration LATER = Duration.ofDays(2);

  private final TestCluster cluster;
  private final TopicNames topics;
  private final JobHistory history;
  private WrittenPast past;

  HistoryIT(SharedBroker broker) {
    cluster = new TestCluster(broker.bootstrapServers());
    topics = new TopicNames(broker.newPrefix());
    history = new JobHistory(cluster::consumer, topics);
  }

  @AfterEach
  void close() {
    if (past != null) {
      past.close();
    }
    cluster.close();
  }

  /**
   * A job with sub-jobs, one of which fails. The topics hold other jobs before, between and after
   * its events.
   */
  private static Story failing() {
    return Story.requested()
        .after(Duration.ofMinutes(1))
        .answered(job("root").type("ova").running().with(job("c1").running()))
        .after(Duration.ofMinutes(5))
        .answered(
            job("root")
                .type("ova")
                .running()
                .with(job("c1").success().image("i1"), job("c2").fail("IMG.1", "no disk")))
        .answered(
            job("root")
                .type("ova")
                .began("2024-11-06T06:00:00Z")
                .ended("2024-11-06T06:07:00Z")
                .fail("IMG.2", "a part failed")
                .with(job("c1").success().image("i1"), job("c2").fail("IMG.1", "no disk")));
  }

  private Story write(Mode mode) throws Exception {
    past = new WrittenPast(cluster, topics, mode);
    Story story = failing();
    for (String other : List.of("a", "b", "o", "y", "z")) {
      past.write(story, other + "-");
    }
    return story;
  }

  /** The same job, forgotten and requested again two days later, when IMS has already ended it. */
  private static Story again() {
    return Story.untold()
        .after(LATER)
        .request()
        .answered(
            job("root")
                .type("ova")
                .fail("IMG.2", "a part failed")
                .with(job("c1").success().image("i1"), job("c2").fail("IMG.1", "no disk")));
  }

  private static SearchHint hint(Story story, String prefix) {
    SearchHint hint = SearchHint.of(story.tree());
    return new SearchHint(
        prefix + hint.rootJobId(),
        hint.sequence(),
        hint.stages().stream()
            .map(it -> new SearchHint.Stage(prefix + it.jobId(), it.status(), it.at()))
            .toList(),
        hint.requestedAt(),
        hint.endedAt());
  }

  private static List<String> of(TreeHistory found, Kind kind) {
    return found.events().stream()
        .filter(it -> it.kind() == kind)
        .map(it -> it.event().jobId() + " " + it.event().status())
        .toList();
  }

  private Optional<TreeHistory> find(HistoryQuery query) {
    return history.find(query, progress -> {});
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void shouldTellAllOfATreeWhicheverOfItsJobsIsAskedFor(Mode mode) throws Exception {
    Story story = write(mode);
    for (String id : List.of("o-root", "o-c1", "o-c2")) {
      for (SearchHint hint : new SearchHint[] {null, hint(story, "o-")}) {
        TreeHistory found = find(HistoryQuery.of(id).with(hint)).orElseThrow();
        assertThat(of(found, Kind.TRANSITION)).as(id).isEqualTo(TRANSITIONS);
        assertThat(of(found, Kind.COMPLETION)).containsExactly("o-root FAIL");
        assertThat(found.rootJobId()).isEqualTo("o-root");
        assertThat(found.jobs())
            .extracting(JobTimeline::jobId)
            .containsExactly("o-root", "o-c1", "o-c2");
        assertThat(found.jobs()).extracting(JobTimeline::depth).containsExactly(0, 1, 1);
      }
    }
    assertThat(find(HistoryQuery.of("nobody"))).isEmpty();
    assertThat(find(HistoryQuery.of("nobody").withAudit())).isEmpty();
  }

  @Test
  void shouldFindEverythingThoughAHintIsWrong() throws Exception {
    Story story = write(Mode.BINARY);
    SearchHint right = hint(story, "o-");
    List<SearchHint.Stage> late =
        right.stages().stream()
            .map(it -> new SearchHint.Stage(it.jobId(), it.status(), it.at().plusSeconds(7)))
            .toList();
    List<SearchHint> wrong =
        List.of(
            new SearchHint("o-root", right.sequence(), late, right.requestedAt(), right.endedAt()),
            new SearchHint("o-root", 99, right.stages(), null, null),
            new SearchHint("o-root", 0, List.of(), null, null));
    for (SearchHint hint : wrong.subList(0, 2)) {
      assertThat(of(find(HistoryQuery.of("o-root").with(hint)).orElseThrow(), Kind.TRANSITION))
          .isEqualTo(TRANSITIONS);
    }
    // According to this hint nothing is published yet.
    assertThat(find(HistoryQuery.of("o-root").with(wrong.get(2)))).isEmpty();
  }

  @Test
  void shouldTellOnlyWhatWasKnownAtATime() throws Exception {
    write(Mode.BINARY);
    Instant then = Story.BEGIN.plus(Duration.ofMinutes(3));
    TreeHistory found = find(HistoryQuery.of("o-c1").asOf(then)).orElseThrow();
    assertThat(of(found, Kind.TRANSITION)).isEqualTo(TRANSITIONS.subList(0, 2));
    JsonNode json = HistoryDocument.of(found);
    assertThat(json.path("status").asText()).isEqualTo("RUNNING");
    assertThat(json.path("outcome").isNull()).isTrue();
    assertThat(find(HistoryQuery.of("o-c1").asOf(Story.BEGIN))).isEmpty();
  }

  /**
   * The answer is the same with and without a hint, except that a hint leaves earlier watches
   * unknown.
   */
  @Test
  void shouldTellTheLastLifeOfAJobThatWasForgottenAndAskedForAgain() throws Exception {
    write(Mode.BINARY);
    HistoryQuery question = HistoryQuery.of("o-c1").withAudit();
    TreeHistory firstLife = find(question).orElseThrow();
    assertThat(firstLife.earlier()).isEqualTo(EarlierWatch.NONE);
    assertThat(HistoryDocument.of(firstLife).path("earlier_life").asText()).isEqualTo("false");

    Story second = again();
    past.write(second, "o-");
    TreeHistory plain = find(question).orElseThrow();
    TreeHistory hinted = find(question.with(hint(second, "o-"))).orElseThrow();
    assertThat(of(plain, Kind.TRANSITION))
        .containsExactly("o-c1 SUCCESS", "o-c2 FAIL", "o-root FAIL");
    assertThat(of(plain, Kind.COMPLETION)).containsExactly("o-root FAIL");
    assertThat(plain.events()).allMatch(it -> !it.at().isBefore(Story.BEGIN.plus(LATER)));
    assertThat(hinted.events()).isEqualTo(plain.events());
    assertThat(plain.earlier()).isEqualTo(EarlierWatch.FOUND);
    assertThat(hinted.earlier()).isEqualTo(EarlierWatch.UNKNOWN);
    JsonNode found = HistoryDocument.of(plain);
    JsonNode notSought = HistoryDocument.of(hinted);
    assertThat(found.path("earlier_life").asText()).isEqualTo("true");
    assertThat(notSought.path("earlier_life").isNull()).isTrue();
    assertThat(HistorySchema.violations(found.toString())).isEmpty();
    assertThat(HistorySchema.violations(notSought.toString())).isEmpty();

    Instant before = plain.events().get(0).at().minusMillis(1);
    TreeHistory earlier = find(question.asOf(before)).orElseThrow();
    assertThat(earlier.events()).isEqualTo(firstLife.events());
    assertThat(earlier.earlier()).isEqualTo(EarlierWatch.NONE);
    assertThat(find(question.with(hint(second, "o-")).asOf(before))).isEmpty();
  }

  @Test
  void shouldWriteADocumentAsItsSchemaSays() throws Exception {
    Story story = write(Mode.BINARY);
    past.observe("o-root", "{\"n\":0}");
    past.observe("o-root", "{\"n\":1.10}");
    past.observe("someone-else", "{\"secret\":1}");
    past.observe("o-root", "\u00ff not UTF-8");
    cluster
        .admin()
        .deleteRecords(
            Map.of(new TopicPartition(topics.observations(), 0), RecordsToDelete.beforeOffset(1)))
        .all()
        .get();
    TreeHistory found =
        find(HistoryQuery.of("o-c2").with(hint(story, "o-")).withAudit().withEvidence())
            .orElseThrow();
    JsonNode json = HistoryDocument.of(found);

    assertThat(HistorySchema.violations(json.toString())).isEmpty();
    assertThat(json.path("job_id").asText()).isEqualTo("o-c2");
    assertThat(json.path("outcome").asText()).isEqualTo("FAILED");
    assertThat(json.path("fail_reason").asText()).isEqualTo("a part failed");
    assertThat(json.path("duration_ms").asLong()).isEqualTo(420_000);
    assertThat(json.path("image_ids").toString()).isEqualTo("[\"i1\"]");
    assertThat(json.path("jobs").get(1).path("stages").get(0).path("duration_ms").asLong())
        .isEqualTo(301_000);
    List<String> kinds = new ArrayList<>();
    json.path("events").forEach(event -> kinds.add(event.path("kind").asText()));
    assertThat(kinds).contains("transition", "completion", "audit");
    Map<Long, String> bodies = new java.util.TreeMap<>();
    json.path("evidence")
        .forEach(
            each -> {
              if (each.path("topic").asText().equals(topics.observations())) {
                bodies.put(
                    each.path("offset").asLong(),
                    each.path("retained").asBoolean()
                        ? each.path("encoding").asText() + " " + each.path("body").asText()
                        : "gone");
              }
            });
    // Offset 2 exists, but its record is not of this tree.
    assertThat(bodies)
        .containsEntry(0L, "gone")
        .containsEntry(1L, "utf-8 {\"n\":1.10}")
        .containsEntry(2L, "gone")
        .containsEntry(3L, "base64 /yBub3QgVVRGLTg=");
  }

  /** An auditor asks who requested a job; without audit, and with and without a running bridge. */
  @ParameterizedTest
  @EnumSource(Mode.class)
  void shouldSayWhoRequestedTheJob(Mode mode) throws Exception {
    past = new WrittenPast(cluster, topics, mode);
    Instant recorded = Story.BEGIN.minusMillis(70);
    JobRequest request =
        new JobRequest(
            Story.ROOT,
            Story.PROJECT,
            new TreeMap<>(),
            null,
            new Correlation(null, "a=b", "order-4711"));
    Story story =
        Story.untold()
            .request(request)
            .after(Duration.ofMinutes(1))
            .answered(job(Story.ROOT).running());
    past.write(story, "a-");
    past.write(story, "o-");
    past.producer()
        .send(
            new ProducerRecord<>(
                topics.requests(), 0, recorded.toEpochMilli(), null, "o-root".getBytes(UTF_8)))
        .get();

    HistoryQuery plain = HistoryQuery.of("o-root");
    for (HistoryQuery query :
        List.of(plain, plain.with(hint(story, "o-")), plain.withAudit(), plain.withEvidence())) {
      TreeHistory found = find(query).orElseThrow();
      JsonNode json = HistoryDocument.of(found);
      assertThat(HistorySchema.violations(json.toString())).isEmpty();
      assertThat(json.get("request").toString())
          .isEqualTo(
              ("{'topic':'%s','partition':0,'offset':0,'accepted_at':'2024-11-06T06:00:00.000Z',"
                      + "'recorded_at':%s,'correlation_id':'order-4711','traceparent':null,"
                      + "'tracestate':'a=b'}")
                  .formatted(
                      topics.requests(), query.evidence() ? "'2024-11-06T05:59:59.930Z'" : "null")
                  .replace('\'', '"'));
    }
  }

  /** Accepted long before the first transition, as during an outage of IMS. */
  @Test
  void shouldFindTheRequestOfALateTransitionWithAuditOnly() throws Exception {
    past = new WrittenPast(cluster, topics, Mode.BINARY);
    past.write(
        Story.requested().after(Duration.ofHours(3)).answered(job(Story.ROOT).running()), "o-");

    HistoryQuery query = HistoryQuery.of("o-root");
    assertThat(find(query).orElseThrow().request()).isNull();
    assertThat(HistorySchema.violations(HistoryDocument.of(find(query).get()).toString()))
        .isEmpty();
    assertThat(find(query.withAudit()).orElseThrow().request().acceptedAt()).isEqualTo(Story.BEGIN);
  }

  @Test
  void shouldFetchSingleRecordsOfTheTreeOnly() throws Exception {
    write(Mode.BINARY);
    past.observe("o-root", "mine");
    past.observe("o-other", "not mine");
    EvidenceReader reader = new EvidenceReader(cluster::consumer, topics);
    List<EvidenceRecord> found =
        reader.read(
            "o-root",
            List.of(
                new Evidence(topics.observations(), 0, 0),
                new Evidence(topics.observations(), 0, 1),
                new Evidence(topics.observations(), 0, 99),
                new Evidence(topics.observations(), 77, 0),
                new Evidence(topics.audit(), 0, 0),
                new Evidence("elsewhere", 0, 0)));
    assertThat(found)
        .extracting(EvidenceRecord::retained)
        .containsExactly(true, false, false, false, false, false);
    assertThat(found.get(0).body()).asString().isEqualTo("mine");
  }

  /** A single query about a job with many large responses must not use up the memory. */
  @Test
  void shouldLeaveOutBodiesBeyondWhatOneAnswerTakes() throws Exception {
    write(Mode.BINARY);
    List<Evidence> positions = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      past.observe("o-root", "x".repeat(600_000));
      positions.add(new Evidence(topics.observations(), 0, i));
    }
    positions.add(new Evidence(topics.observations(), 0, 99));

    List<EvidenceRecord> found =
        new EvidenceReader(cluster::consumer, topics).read("o-root", positions);

    assertThat(found).extracting(EvidenceRecord::position).isEqualTo(positions);
    assertThat(found.subList(0, 6)).allMatch(EvidenceRecord::retained);
    assertThat(found.subList(6, 11))
        .allSatisfy(
            each -> {
              assertThat(each.availability()).isEqualTo(EvidenceRecord.Availability.OMITTED);
              assertThat(each.body()).isNull();
            });
  }

  @Test
  void shouldTruncateEventsBeyondWhatOneAnswerTakes() throws Exception {
    write(Mode.BINARY);
    String large =
        WrittenPast.template().replaceFirst("\\{", "{\"filler\":\"" + "x".repeat(900_000) + "\",");
    for (int i = 1; i <= 12; i++) {
      past.transition("large", large.replaceFirst("\"sequence\":\\d+", "\"sequence\":" + i));
    }

    TreeHistory found = find(HistoryQuery.of("large")).orElseThrow();

    assertThat(found.truncated()).isTrue();
    assertThat(of(found, Kind.TRANSITION)).hasSize(10);
    assertThat(find(HistoryQuery.of("o-root")).orElseThrow().truncated()).isFalse();
  }

  /** A request may have any key: the kcat example in docs/events.md has none. */
  @Test
  void shouldFetchARequestWhateverItsKeyIs() throws Exception {
    write(Mode.BINARY);
    String[][] requests = {
      {null, "o-root"},
      {"order-4711", "{\"job_id\": \"o-root\", \"labels\": {\"a\": \"b\"}}"},
      {"o-root", null},
      {"o-root", "o-other"},
      {null, "{\"job_id\": \"o-other\", \"labels\": {\"a\": \"o-root\"}}"},
      {"order-4711", null}
    };
    List<Evidence> positions = new ArrayList<>();
    for (String[] request : requests) {
      byte[] key = request[0] == null ? null : request[0].getBytes(UTF_8);
      byte[] value = request[1] == null ? null : request[1].getBytes(UTF_8);
      var written =
          past.producer().send(new ProducerRecord<>(topics.requests(), 0, key, value)).get();
      positions.add(new Evidence(topics.requests(), 0, written.offset()));
    }
    assertThat(new EvidenceReader(cluster::consumer, topics).read("o-root", positions))
        .extracting(EvidenceRecord::retained)
        .containsExactly(true, true, true, false, false, false);
  }

  /** With a hint from a running bridge, only a small part of a long topic is read. */
  @Test
  void shouldReadAlmostNothingToFindOneJobAmongMany() throws Exception {
    past = new WrittenPast(cluster, topics, Mode.BINARY);
    String template = WrittenPast.template();
    past.fill(100_000, Story.BEGIN.minus(Duration.ofHours(6)), 200, template);
    Story story = failing();
    past.write(story, "o-");
    past.fill(100_000, Story.BEGIN.plus(Duration.ofMinutes(10)), 200, template);

    TreeHistory hinted = find(HistoryQuery.of("o-root").with(hint(story, "o-"))).orElseThrow();
    assertThat(of(hinted, Kind.TRANSITION)).isEqualTo(TRANSITIONS);
    assertThat(of(hinted, Kind.COMPLETION)).containsExactly("o-root FAIL");
    assertThat(hinted.recordsRead()).isLessThan(5_000);

    List<TopicReader.Progress> shown = new ArrayList<>();
    TreeHistory plain = history.find(HistoryQuery.of("o-root"), shown::add).orElseThrow();
    assertThat(plain.events()).isEqualTo(hinted.events());
    assertThat(plain.recordsRead()).isBetween(50_000L, 90_000L);
    assertThat(shown).hasSizeGreaterThan(10);
  }

  // ---- search

  private static Story ofOrder(String order, Duration at, JobScript end) {
    JobRequest request =
        new JobRequest(
            Story.ROOT,
            Story.PROJECT,
            new TreeMap<>(Map.of("order", order)),
            null,
            Correlation.NONE);
    return Story.untold()
        .after(at)
        .request(request)
        .answered(job("root").type("ova").running().with(job("c1").running()))
        .after(Duration.ofMinutes(5))
        .answered(end);
  }

  private List<String> search(PastQuery query, int most) {
    return history.search(query, most, progress -> true).jobs().stream()
        .map(job -> job.jobId() + " " + job.json().path("outcome").asText())
        .toList();
  }

  /** "What became of order 4711, of image X, last Tuesday?", also without the state. */
  @ParameterizedTest
  @EnumSource(Mode.class)
  void shouldFindJobsByLabelIdOutcomeAndTime(Mode mode) throws Exception {
    past = new WrittenPast(cluster, topics, mode);
    JobScript good =
        job("root").type("ova").success().image("i1").with(job("c1").success().image("i2"));
    JobScript bad = job("root").type("ova").fail("IMG.2", "no disk").with(job("c1").success());
    past.write(ofOrder("4711", Duration.ZERO, good), "a-");
    past.write(ofOrder("4711", LATER, bad), "b-");
    past.write(ofOrder("4711 \"ü\"", LATER, good), "c-");
    past.write(ofOrder("4712", LATER, job("root").type("ova").running()), "d-");

    PastQuery order = PastQuery.label("order", "4711");
    assertThat(search(order, 10)).containsExactly("b-root FAILED", "a-root SUCCEEDED");
    PastJobs latest = history.search(order, 1, progress -> true);
    assertThat(latest.jobs()).extracting(PastJob::jobId).containsExactly("b-root");
    assertThat(latest.leftOut()).isEqualTo(1);
    assertThat(latest.reached()).isNull();
    assertThat(search(PastQuery.label("order", "4711 \"ü\""), 10))
        .containsExactly("c-root SUCCEEDED");
    assertThat(search(PastQuery.label("team", "4711"), 10)).isEmpty();

    for (String id : List.of("a-root", "a-c1")) {
      assertThat(search(PastQuery.id(id), 10)).as(id).containsExactly("a-root SUCCEEDED");
    }
    // The image of a sub-job, whose transition does not name the outcome of the root job.
    assertThat(search(PastQuery.id("i2"), 10))
        .containsExactlyInAnyOrder("a-root SUCCEEDED", "c-root SUCCEEDED");
    JsonNode found = history.search(PastQuery.id("i1"), 2, progress -> true).jobs().get(0).json();
    assertThat(found.path("job_type").asText()).isEqualTo("ova");
    assertThat(found.path("project_id").asText()).isEqualTo("project");
    assertThat(found.path("image_ids").toString()).contains("i1");

    Instant between = Story.BEGIN.plus(Duration.ofDays(1));
    assertThat(search(new PastQuery(null, null, JobOutcome.FAILED, null, null), 10))
        .containsExactly("b-root FAILED");
    assertThat(search(new PastQuery(null, null, JobOutcome.SUCCEEDED, between, null), 10))
        .containsExactly("c-root SUCCEEDED");
    assertThat(search(new PastQuery(null, null, null, null, between), 10))
        .containsExactly("a-root SUCCEEDED");
    assertThat(search(new PastQuery(null, null, null, between, null), 10))
        .containsExactlyInAnyOrder("b-root FAILED", "c-root SUCCEEDED", "d-root null");
    // The job had not ended by then.
    Instant early = Story.BEGIN.plus(Duration.ofMinutes(3));
    assertThat(search(new PastQuery(order.label(), null, null, null, early), 10))
        .containsExactly("a-root null");
    assertThat(search(new PastQuery(order.label(), null, JobOutcome.SUCCEEDED, null, early), 10))
        .isEmpty();
  }
}
