package dev.imsbridge.wire;

import static dev.imsbridge.job.JobScript.job;
import static dev.imsbridge.job.Story.ROOT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imsbridge.job.Decision;
import dev.imsbridge.job.Evidence;
import dev.imsbridge.job.JobRequest;
import dev.imsbridge.job.JobRequest.Correlation;
import dev.imsbridge.job.JobScript;
import dev.imsbridge.job.Output;
import dev.imsbridge.job.Output.Audited;
import dev.imsbridge.job.Output.Completion;
import dev.imsbridge.job.Output.Status;
import dev.imsbridge.job.Output.Transition;
import dev.imsbridge.job.ProjectRef;
import dev.imsbridge.job.Story;
import dev.imsbridge.topics.ValueSchemas;
import dev.imsbridge.wire.CloudEvent.Mode;
import io.cloudevents.SpecVersion;
import io.cloudevents.kafka.CloudEventDeserializer;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks the bytes of the events with the official CloudEvents reader. */
class EventsTest {
  private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  private static final ProjectRef PROJECT = Story.PROJECT;
  private final Events events = new Events(Mode.BINARY);

  @Test
  void shouldWriteATransitionInBinaryMode() {
    Event event = events.transition(story().all(Transition.class).get(1));

    assertThat(text(event))
        .isEqualTo(
            """
            ce_specversion: 1.0
            ce_id: d82c3e5931fac3f83f9b78fb7442ea6e
            ce_source: urn:huaweicloud:ims:cn-north-4:project
            ce_type: dev.imsbridge.job.success.v1
            ce_subject: root
            ce_time: 2024-11-06T06:00:01Z
            ce_dataschema: https://imsbridge.dev/schemas/transition.v1.json
            ce_rootjob: root
            ce_sequence: 00000000000000000002
            ce_status: SUCCESS
            ce_jobtype: imsImportOvaImageJob
            ce_project: project
            content-type: application/json
            traceparent: %s
            tracestate: a=b
            correlation-id: mine

            """
                    .formatted(TRACE)
                + """
                {"job_id":"root","root_job_id":"root","parent_job_id":null,\
                "job_type":"imsImportOvaImageJob","region":"cn-north-4","project_id":"project",\
                "previous_status":null,"status":"SUCCESS","terminal":true,"sequence":2,\
                "begin_time":"2024-11-06T05:50:00Z","end_time":"2024-11-06T06:00:00.500Z",\
                "observed_at":"2024-11-06T06:00:01Z","error_code":null,"fail_reason":null,\
                "image_ids":[],"entities":%s,"labels":{"order":"4711"},\
                "evidence":{"topic":"observations","partition":0,"offset":1}}"""
                    .formatted(end().answer().entities()));
  }

  @Test
  void shouldWriteACompletion() {
    Event event = events.completion(story().completions().get(0));

    assertThat(text(event))
        .contains("ce_type: dev.imsbridge.job.completed.v1\n")
        .contains("ce_subject: root\n")
        .contains(
            "ce_sequence: 00000000000000000002\nce_status: SUCCESS\nce_outcome: SUCCEEDED\n"
                + "ce_jobtype: imsImportOvaImageJob\nce_project: project\n")
        .contains("ce_dataschema: https://imsbridge.dev/schemas/completion.v1.json\n")
        .contains("correlation-id: mine\n")
        .contains("\"image_ids\":[\"image-1\"]")
        .endsWith(
            ",\"root_ended_at\":\"2024-11-06T06:00:01Z\",\"outcome\":\"SUCCEEDED\",\"lost_reason\":null,\"duration_ms\":600500,"
                + "\"results\":[],\"sub_jobs\":[{\"job_id\":\"child\",\"parent_job_id\":\"root\","
                + "\"job_type\":null,\"status\":\"FAIL\",\"image_ids\":[\"image-1\"],"
                + "\"error_code\":\"IMG.0081\",\"fail_reason\":\"no \\\"space\\\"\"}]}");
  }

  @Test
  void shouldWriteTheStatusAsATransitionWithoutThePreviousStatus() {
    Transition transition = story().all(Transition.class).get(1);
    String status = new String(events.status(transition.state()), UTF_8);

    assertThat(status)
        .isEqualTo(
            new String(events.transition(transition).value(), UTF_8)
                .replace("\"previous_status\":null,", ""));
  }

  @Test
  void shouldWriteAnAuditEntryWithItsPlaceInTheChain() {
    Audited audited =
        new Audited(
            Decision.ANSWER_STALE, "late", "child", "ab".repeat(32), Map.of("b", "2", "a", "1"));
    Event event =
        events.audit(
            audited,
            ROOT,
            new JobRequest(
                ROOT, PROJECT, new TreeMap<>(), null, new Correlation(null, null, "mine")),
            new Evidence("observations", 3, 1729),
            Instant.parse("2024-11-06T06:00:00Z"),
            new AuditChain.Link(
                7,
                AuditChain.ORIGIN,
                new AuditChain.Source(
                    new Evidence("observations", 3, 1730), "cd".repeat(32), "ef".repeat(32))));

    assertThat(text(event))
        .isEqualTo(
            """
            ce_specversion: 1.0
            ce_id: 9fd306a86bf6ccaf3729dcb0bb94e787
            ce_source: urn:huaweicloud:ims:cn-north-4:project
            ce_type: dev.imsbridge.audit.answer.stale.v1
            ce_subject: child
            ce_time: 2024-11-06T06:00:00Z
            ce_dataschema: https://imsbridge.dev/schemas/audit.v1.json
            ce_rootjob: root
            ce_sequence: 00000000000000000007
            content-type: application/json
            correlation-id: mine

            """
                + "{\"partition\":3,\"position\":7,\"previous_hash\":\""
                + "0".repeat(64)
                + "\",\"what\":\"answer.stale\",\"why\":\"late\",\"root_job_id\":\"root\","
                + "\"job_id\":\"child\",\"at\":\"2024-11-06T06:00:00Z\",\"body_sha256\":\""
                + "ab".repeat(32)
                + "\",\"evidence\":{\"topic\":\"observations\",\"partition\":3,\"offset\":1729},"
                + "\"input\":{\"topic\":\"observations\",\"partition\":3,\"offset\":1730,\"sha256\":\""
                + "cd".repeat(32)
                + "\",\"before_sha256\":\""
                + "ef".repeat(32)
                + "\"},"
                + "\"details\":{\"a\":\"1\",\"b\":\"2\"}}");
  }

  @ParameterizedTest
  @EnumSource
  void shouldBeReadByTheOfficialDeserializer(Mode mode) {
    for (Event event : all(new Events(mode), story())) {
      try (CloudEventDeserializer judge = new CloudEventDeserializer()) {
        io.cloudevents.CloudEvent read = judge.deserialize("t", event.headers(), event.value());

        assertThat(read.getSpecVersion()).isEqualTo(SpecVersion.V1);
        assertThat(read.getId()).matches("[0-9a-f]{32}");
        assertThat(read.getSource())
            .isEqualTo(URI.create("urn:huaweicloud:ims:cn-north-4:project"));
        assertThat(read.getType()).startsWith("dev.imsbridge.").endsWith(".v1");
        assertThat(read.getSubject()).isIn("root", "child");
        assertThat(read.getTime()).isEqualTo(OffsetDateTime.parse("2024-11-06T06:00:01Z"));
        assertThat(read.getDataContentType()).isEqualTo("application/json");
        assertThat(read.getDataSchema().toString()).startsWith(Events.SCHEMAS);
        assertThat(read.getExtension("rootjob")).isEqualTo("root");
        assertThat(read.getExtension("sequence").toString()).matches("[0-9]{20}");
        JsonNode data = ImsExamples.json(read.getData().toBytes());
        assertThat(read.getExtension("status")).isEqualTo(text(data, "status"));
        assertThat(read.getExtension("outcome")).isEqualTo(text(data, "outcome"));
        assertThat(read.getExtension("jobtype")).isEqualTo(text(data, "job_type"));
        assertThat(read.getExtension("project")).isEqualTo(text(data, "project_id"));
        assertThat(ImsExamples.json(read.getData().toBytes()).get("root_job_id").asText())
            .isEqualTo("root");
      }
    }
  }

  @Test
  void shouldSayTheSameInBothModes() {
    List<Event> binary = all(new Events(Mode.BINARY), story());
    List<Event> structured = all(new Events(Mode.STRUCTURED), story());
    try (CloudEventDeserializer judge = new CloudEventDeserializer()) {
      for (int i = 0; i < binary.size(); i++) {
        io.cloudevents.CloudEvent one =
            judge.deserialize("t", binary.get(i).headers(), binary.get(i).value());
        io.cloudevents.CloudEvent other =
            judge.deserialize("t", structured.get(i).headers(), structured.get(i).value());
        for (String name : one.getAttributeNames()) {
          assertThat(other.getAttribute(name)).isEqualTo(one.getAttribute(name));
        }
        assertThat(other.getExtensionNames()).isEqualTo(one.getExtensionNames());
        assertThat(ImsExamples.json(other.getData().toBytes()))
            .isEqualTo(ImsExamples.json(one.getData().toBytes()));
        assertThat(structured.get(i).headers().lastHeader("ce_id")).isNull();
        assertThat(HeaderNames.text(structured.get(i).headers(), "content-type"))
            .isEqualTo("application/cloudevents+json; charset=UTF-8");
        assertThat(HeaderNames.text(structured.get(i).headers(), "correlation-id"))
            .isEqualTo(HeaderNames.text(binary.get(i).headers(), "correlation-id"));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldHaveEachHeaderOnceAndNoneWithoutAValue(Mode mode) {
    for (Story story : List.of(story(), Story.requested().answered(end()))) {
      for (Event event : all(new Events(mode), story)) {
        Set<String> names = new HashSet<>();
        for (Header header : event.headers()) {
          assertThat(names.add(header.key())).as(header.key()).isTrue();
          assertThat(header.value()).isNotEmpty();
        }
      }
    }
  }

  /** IMS chooses the type: no text of it may make a header that a broker or an SDK rejects. */
  @ParameterizedTest
  @ValueSource(strings = {"a\nb", "\u0000", "\ud83d\ude00", "\ud800", ""})
  void shouldLeaveOutAJobTypeThatCannotBeAnAttribute(String type) {
    Story story = Story.requested().answered(job(ROOT).success().type(type));
    for (Mode mode : Mode.values()) {
      try (CloudEventDeserializer judge = new CloudEventDeserializer()) {
        Event event = new Events(mode).completion(story.completions().get(0));
        io.cloudevents.CloudEvent read = judge.deserialize("t", event.headers(), event.value());

        assertThat(read.getExtensionNames())
            .containsExactlyInAnyOrder("rootjob", "sequence", "status", "outcome", "project");
      }
    }
  }

  @Test
  void shouldDeriveIdsFromProjectJobAndStatusAlone() {
    Story one = Story.requested().answered(job(ROOT).running());
    Story other =
        Story.untold()
            .cancel()
            .request(labelled())
            .answered(job(ROOT).init())
            .answered(job(ROOT).running().percent(3));

    assertThat(id(one.lastTransition())).isEqualTo(id(other.lastTransition()));
    assertThat(id(one.answered(job(ROOT).success()).lastTransition()))
        .isNotEqualTo(id(other.lastTransition()));
  }

  @Test
  void shouldTellTheLossesOfAJobApartByTheRequestThatWasLost() {
    Story story = Story.requested().notFound(ROOT).request().notFound(ROOT);

    assertThat(story.all(Transition.class).stream().map(this::id)).doesNotHaveDuplicates();
    assertThat(
            story.completions().stream()
                .map(
                    completion ->
                        HeaderNames.text(events.completion(completion).headers(), "ce_id")))
        .doesNotHaveDuplicates()
        .doesNotContainAnyElementsOf(story.all(Transition.class).stream().map(this::id).toList());
    assertThat(HeaderNames.text(events.transition(story.lastTransition()).headers(), "ce_type"))
        .isEqualTo("dev.imsbridge.job.lost.v1");
  }

  @Test
  void shouldSurviveHalfASurrogatePairWhereverItStands() throws IOException {
    byte[] body =
        ("{\"job_id\":\"root\",\"status\":\"FAIL\",\"job_type\":\"\\ud800\",\"error_code\":\"\\udfff\","
                + "\"fail_reason\":\"a\\ud800b\",\"entities\":{\"image_id\":\"\\ud83d\","
                + "\"x\":[\"\\udc00\"],\"results\":[\"\\ud800\"]}}")
            .getBytes(UTF_8);
    AnswerParser.Parsed parsed = AnswerParser.parse(body, ROOT);
    String labelled =
        """
        {"job_id":"root","region":"eu-de","project_id":"p","labels":{"x":"x\\udfff"}}\
        """;
    JobRequest request = Requests.decode(labelled.getBytes(UTF_8), new RecordHeaders());
    Story story =
        Story.untold().request(request).answered(ROOT, ((AnswerParser.Valid) parsed).answer());
    ValueSchemas schemas = new ValueSchemas();

    Event transition = events.transition(story.lastTransition());
    Event completion = events.completion(story.completions().get(0));

    assertThat(schemas.violations("transition", new String(transition.value(), UTF_8))).isEmpty();
    assertThat(schemas.violations("completion", new String(completion.value(), UTF_8))).isEmpty();
    assertThat(new String(transition.value(), UTF_8))
        .doesNotContain("\ufffd")
        .contains("a?b", "\"x\":\"x?\"")
        .doesNotContainPattern("\\\\u[dD]");
  }

  @Test
  void shouldWriteWhatTheSchemasSay() throws IOException {
    ValueSchemas schemas = new ValueSchemas();
    for (Story story :
        List.of(
            story(),
            Story.requested().answered(job(ROOT).init()).notFound(ROOT).request().cancel(),
            Story.requested().answered(end().percent(5)).answered(job("child").init()))) {
      for (Output output : story.outputs()) {
        if (output instanceof Transition transition) {
          assertThat(schemas.violations("transition", value(events.transition(transition))))
              .isEmpty();
        } else if (output instanceof Completion completion) {
          assertThat(schemas.violations("completion", value(events.completion(completion))))
              .isEmpty();
        } else if (output instanceof Status status) {
          assertThat(schemas.violations("status", new String(events.status(status.state()), UTF_8)))
              .isEmpty();
        } else if (output instanceof Output.WatchOpened opened) {
          assertThat(schemas.violations("watch", new String(Watches.encode(opened.watch()), UTF_8)))
              .isEmpty();
        }
      }
    }
  }

  private static String text(JsonNode data, String field) {
    return data.path(field).asText(null);
  }

  private static String value(Event event) {
    return new String(event.value(), UTF_8);
  }

  private String id(Transition transition) {
    return HeaderNames.text(events.transition(transition).headers(), "ce_id");
  }

  private static Story story() {
    return Story.untold().request(labelled()).answered(end());
  }

  private static JobScript end() {
    return job(ROOT)
        .success()
        .type("imsImportOvaImageJob")
        .began("2024-11-06T05:50:00Z")
        .ended("2024-11-06T06:00:00.500Z")
        .with(job("child").fail("IMG.0081", "no \"space\"").image("image-1"));
  }

  private static JobRequest labelled() {
    return new JobRequest(
        ROOT,
        PROJECT,
        new TreeMap<>(Map.of("order", "4711")),
        null,
        new Correlation(TRACE, "a=b", "mine"));
  }

  /** The events of a story's outputs, with one audit entry. */
  private static List<Event> all(Events events, Story story) {
    List<Event> all = new ArrayList<>();
    story.all(Transition.class).forEach(transition -> all.add(events.transition(transition)));
    story.completions().forEach(completion -> all.add(events.completion(completion)));
    all.add(
        events.audit(
            story.last(Audited.class).get(0),
            ROOT,
            story.tree().request(),
            new Evidence("observations", 0, 1),
            story.latest(),
            AuditChain.Head.START.next(
                new AuditChain.Source(
                    new Evidence("observations", 0, 1), AuditChain.ORIGIN, AuditChain.ORIGIN))));
    return all;
  }

  private static String text(Event event) {
    StringBuilder text = new StringBuilder();
    for (Header header : event.headers()) {
      text.append(header.key()).append(": ").append(new String(header.value(), UTF_8)).append('\n');
    }
    return text.append('\n').append(new String(event.value(), UTF_8)).toString();
  }
}
