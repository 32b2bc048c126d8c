package dev.imsbridge.topics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.imsbridge.job.Decision;
import dev.imsbridge.job.Evidence;
import dev.imsbridge.job.JobDetails;
import dev.imsbridge.job.JobOutcome;
import dev.imsbridge.job.JobRequest;
import dev.imsbridge.job.JobRequest.Correlation;
import dev.imsbridge.job.JobState;
import dev.imsbridge.job.JobStatus;
import dev.imsbridge.job.JobTimes;
import dev.imsbridge.job.LostReason;
import dev.imsbridge.job.Output.Audited;
import dev.imsbridge.job.Output.Completion;
import dev.imsbridge.job.Output.SubJob;
import dev.imsbridge.job.Output.Transition;
import dev.imsbridge.job.ProjectRef;
import dev.imsbridge.job.Watch;
import dev.imsbridge.wire.AuditChain;
import dev.imsbridge.wire.CloudEvent;
import dev.imsbridge.wire.Event;
import dev.imsbridge.wire.Events;
import dev.imsbridge.wire.Watches;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks the values that the bridge writes against the published schemas. */
class ValueSchemasTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Instant AT = Instant.parse("2024-11-06T07:49:45.814Z");
  private static final Evidence EVIDENCE = new Evidence("ims.jobs.observations", 3, 1729);
  private static final ProjectRef PROJECT = new ProjectRef("cn-north-4", "ac234de2");

  private final Events events = new Events(CloudEvent.Mode.BINARY);
  private final ValueSchemas schemas;

  ValueSchemasTest() throws Exception {
    schemas = new ValueSchemas();
  }

  @Test
  void shouldBeSchemasOfTheirDialectUnderTheirIds() throws Exception {
    var metaSchema =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));
    var sources = ValueSchemas.sources();
    assertThat(sources).hasSize(8);
    for (var source : sources.entrySet()) {
      assertThat(metaSchema.validate(source.getValue(), InputFormat.JSON))
          .as(source.getKey())
          .isEmpty();
      assertThat(JSON.readTree(source.getValue()).path("$id").asText()).isEqualTo(source.getKey());
    }
  }

  @ParameterizedTest
  @EnumSource(JobStatus.class)
  void shouldDescribeEachTransitionAndStatus(JobStatus status) {
    var transition = new Transition(state(status), JobStatus.INIT, EVIDENCE, Correlation.NONE);
    assertValid("transition", events.transition(transition));
    assertThat(violations("status", events.status(state(status)))).isEmpty();
  }

  @Test
  void shouldDescribeATransitionOfWhichLittleIsKnown() {
    var bare =
        new JobState(
            "child",
            "root",
            "root",
            null,
            PROJECT,
            JobStatus.INIT,
            1,
            new JobTimes(null, null),
            AT,
            details(List.of()),
            null,
            new TreeMap<>(),
            EVIDENCE);
    assertValid(
        "transition", events.transition(new Transition(bare, null, EVIDENCE, Correlation.NONE)));
  }

  @ParameterizedTest
  @CsvSource({"SUCCESS,SUCCEEDED,", "FAIL,FAILED,", "LOST,LOST,NOT_FOUND", "LOST,LOST,CANCELLED"})
  void shouldDescribeEachCompletion(JobStatus status, JobOutcome outcome, LostReason reason) {
    assertValid("completion", completion(status, outcome, reason));
  }

  @Test
  void shouldNotAllowALossWithoutItsReason() {
    assertThat(violations("completion", completion(JobStatus.LOST, JobOutcome.LOST, null).value()))
        .isNotEmpty();
  }

  @ParameterizedTest
  @EnumSource(Decision.class)
  void shouldDescribeEachAuditEntry(Decision what) {
    var audited = new Audited(what, "because", "child", "0".repeat(64), Map.of("status", "INIT"));
    var input = new AuditChain.Source(EVIDENCE, AuditChain.ORIGIN, AuditChain.ORIGIN);
    var link = new AuditChain.Link(1, AuditChain.ORIGIN, input);
    var request =
        new JobRequest("root", PROJECT, new TreeMap<>(), null, JobRequest.Correlation.NONE);
    assertValid("audit", events.audit(audited, "root", request, EVIDENCE, AT, link));
    var bare = new Audited(what, "because", null, null, Map.of());
    assertValid("audit", events.audit(bare, "root", null, EVIDENCE, AT, link));
  }

  @Test
  void shouldDescribeAWatch() {
    var watch = new Watch("child", "root", PROJECT, null, 1, AT, AT.plusSeconds(60));
    assertThat(violations("watch", Watches.encode(watch))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"job_id\":\"j\",\"deadline\":\"\",\"labels\":[]}",
        "{\"job_id\":\"j\",\"labels\":\"\"}",
        "{\"job_id\":\"ff8080814dbd65d7014dbe0d84db0013\"}",
        "{\"job_id\":\"a\",\"project_id\":\"p\",\"region\":\"r\",\"labels\":{\"order\":\"4711\"},"
            + "\"deadline\":\"PT6H\",\"unknown\":[1]}",
      })
  void shouldTakeRequests(String request) {
    assertThat(schemas.violations("request", request)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "\"a\"",
        "{\"job_id\":\"../a\"}",
        "{\"job_id\":7}",
        "{\"job_id\":\"None\"}",
        "{\"job_id\":\"a\",\"labels\":{\"order\":{}}}",
        "{\"job_id\":\"a\",\"deadline\":\"soon\"}",
      })
  void shouldNotTakeWhatTheBridgeRefuses(String request) {
    assertThat(schemas.violations("request", request)).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "transition,status,\"DONE\"",
    "transition,terminal,false",
    "transition,sequence,\"4\"",
    "transition,observed_at,\"yesterday\"",
    "transition,job_id,\"a/b\"",
    "transition,evidence,{}",
    "completion,outcome,\"SUCCESS\"",
    "completion,lost_reason,\"EXPIRED\"",
    "completion,sub_jobs,null",
  })
  void shouldNoticeAWrongField(String schema, String field, String value) throws Exception {
    ObjectNode json = good(schema);
    json.set(field, JSON.readTree(value));
    assertThat(schemas.violations(schema, json.toString())).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"transition", "completion"})
  void shouldNoticeEachMissingField(String schema) throws Exception {
    for (var field : (Iterable<String>) good(schema)::fieldNames) {
      ObjectNode json = good(schema);
      json.remove(field);
      assertThat(schemas.violations(schema, json.toString())).as(field).isNotEmpty();
    }
  }

  private ObjectNode good(String schema) throws Exception {
    var event =
        schema.equals("completion")
            ? completion(JobStatus.SUCCESS, JobOutcome.SUCCEEDED, null)
            : events.transition(
                new Transition(
                    state(JobStatus.SUCCESS), JobStatus.INIT, EVIDENCE, Correlation.NONE));
    JsonNode json = JSON.readTree(event.value());
    assertThat(schemas.violations(schema, json.toString())).isEmpty();
    return (ObjectNode) json;
  }

  private Event completion(JobStatus status, JobOutcome outcome, LostReason reason) {
    var described =
        new SubJob("one", "root", "imsCopy", JobStatus.SUCCESS, details(List.of("image")));
    var unknown = new SubJob("two", "root", null, null, details(List.of()));
    var completion =
        new Completion(
            state(status),
            AT.minusSeconds(60),
            JobStatus.RUNNING,
            reason,
            "[{\"image_id\":\"x\"}]",
            List.of(described, unknown),
            EVIDENCE,
            Correlation.NONE);
    assertThat(completion.outcome()).isEqualTo(outcome);
    return events.completion(completion);
  }

  private static JobDetails details(List<String> imageIds) {
    return new JobDetails(null, null, imageIds);
  }

  private static JobState state(JobStatus status) {
    return new JobState(
        "root",
        "root",
        null,
        "imsImportOvaImageJob",
        PROJECT,
        status,
        4,
        new JobTimes(AT.minusSeconds(600), status == JobStatus.LOST ? null : AT),
        AT,
        new JobDetails("IMG.0001", "no disk", List.of("image")),
        "{\"image_id\":\"image\"}",
        new TreeMap<>(Map.of("order", "4711")),
        EVIDENCE);
  }

  private void assertValid(String schema, Event event) {
    assertThat(violations(schema, event.value())).isEmpty();
    assertThat(
            new String(event.headers().lastHeader("ce_dataschema").value(), StandardCharsets.UTF_8))
        .isEqualTo("https://imsbridge.dev/schemas/" + schema + ".v1.json");
  }

  private List<String> violations(String schema, byte[] value) {
    return schemas.violations(schema, new String(value, StandardCharsets.UTF_8));
  }
}
