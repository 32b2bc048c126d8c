package dev.imsbridge.topology;

import static dev.imsbridge.topology.BridgeDriver.table;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imsbridge.job.FoldRules;
import dev.imsbridge.job.Seeds;
import dev.imsbridge.topics.ValueSchemas;
import dev.imsbridge.topology.BridgeDriver.Read;
import dev.imsbridge.wire.AuditChain;
import dev.imsbridge.wire.CloudEvent;
import dev.imsbridge.wire.ImsExamples;
import dev.imsbridge.wire.ImsExamples.Example;
import dev.imsbridge.wire.Observation.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests the whole topology, from requests and observations to every output topic. */
class BridgeTopologyTest {
  private BridgeDriver bridge = new BridgeDriver();

  @AfterEach
  void shouldHaveWrittenOnlyWhatTheSchemasAndTheChainAllow() throws IOException {
    ValueSchemas schemas = new ValueSchemas();
    valid(schemas, "transition", bridge.transitions());
    valid(schemas, "completion", bridge.completions());
    valid(schemas, "status", bridge.status());
    valid(schemas, "watch", bridge.watches());
    valid(schemas, "audit", bridge.audit());
    verifyChain(bridge.audit());
    bridge.close();
  }

  private static void valid(ValueSchemas schemas, String name, List<Read> records) {
    for (Read record : records) {
      if (record.value() != null) {
        assertThat(schemas.violations(name, record.text())).as(record.text()).isEmpty();
      }
    }
  }

  private static void verifyChain(List<Read> audit) {
    AuditChain.Head head = AuditChain.Head.START;
    for (Read entry : audit) {
      JsonNode json = json(entry);
      assertThat(json.get("partition").asInt()).isZero();
      assertThat(json.get("position").asLong()).isEqualTo(head.position() + 1);
      assertThat(json.get("previous_hash").asText()).isEqualTo(head.hash());
      head = head.afterEntry(entry.headers().get(AuditChain.HASH));
    }
  }

  // ---- the vendor's examples

  static List<Example> examples() {
    return ImsExamples.all();
  }

  @ParameterizedTest
  @MethodSource("examples")
  void shouldTellTheVendorsExample(Example example) {
    String jobId = example.jobId();
    JsonNode body = example.json();
    List<JsonNode> subJobs = new ArrayList<>();
    body.at("/entities/sub_jobs_result").forEach(subJobs::add);

    bridge.request("{\"job_id\":\"" + jobId + "\",\"labels\":{\"order\":\"4711\"}}");
    assertThat(table(bridge.watches())).containsOnlyKeys(jobId);
    bridge.answer(jobId, new String(example.body(), UTF_8));

    List<String> expected = new ArrayList<>();
    subJobs.forEach(subJob -> expected.add(subJob.get("job_id").asText() + " SUCCESS"));
    expected.add(jobId + " SUCCESS");
    assertThat(moves()).isEqualTo(expected);

    Read last = bridge.transitions().get(subJobs.size());
    assertThat(last.key()).isEqualTo(jobId);
    assertThat(last.headers())
        .containsEntry("ce_type", "dev.imsbridge.job.success.v1")
        .containsEntry("ce_subject", jobId)
        .containsEntry("ce_rootjob", jobId)
        .containsEntry("ce_source", "urn:huaweicloud:ims:cn-north-4:project")
        .containsEntry("ce_sequence", "%020d".formatted(expected.size()));
    JsonNode event = json(last);
    for (String field : List.of("job_type", "begin_time", "end_time", "status", "entities")) {
      assertThat(event.get(field)).as(field).isEqualTo(body.get(field));
    }
    assertThat(event.at("/labels/order").asText()).isEqualTo("4711");
    assertThat(event.at("/evidence/topic").asText()).isEqualTo("ims.jobs.observations");
    assertThat(event.at("/evidence/offset").asLong()).isEqualTo(1);

    assertThat(bridge.completions())
        .singleElement()
        .satisfies(
            completion -> {
              assertThat(json(completion).get("outcome").asText()).isEqualTo("SUCCEEDED");
              assertThat(json(completion).get("sub_jobs")).hasSize(subJobs.size());
              assertThat(json(completion).get("duration_ms").asLong()).isPositive();
              JsonNode results = body.at("/entities/results");
              assertThat(json(completion).get("results"))
                  .hasSize(results.isMissingNode() ? 0 : results.size());
            });
    assertThat(table(bridge.watches())).as("tombstones end the watches").isEmpty();
    assertThat(table(bridge.status())).hasSize(expected.size()).containsKey(jobId);
    assertThat(bridge.deadLetters()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("examples")
  void shouldTellTheLifeOfTheVendorsExampleOnceHoweverOftenItIsPolled(Example example) {
    String jobId = example.jobId();
    String body = new String(example.body(), UTF_8);
    bridge.request(jobId);
    for (String status : List.of("INIT", "INIT", "RUNNING", "RUNNING", "INIT")) {
      bridge.answer(jobId, body.replace("\"SUCCESS\"", "\"" + status + "\""));
    }
    bridge.answer(jobId, body);
    bridge.answer(jobId, body);

    JsonNode subJobs = example.json().at("/entities/sub_jobs_result");
    List<String> expected = new ArrayList<>();
    for (String status : List.of("INIT", "RUNNING", "SUCCESS")) {
      subJobs.forEach(subJob -> expected.add(subJob.get("job_id").asText() + " " + status));
      expected.add(jobId + " " + status);
    }
    assertThat(moves()).isEqualTo(expected);
    assertThat(bridge.completions()).hasSize(1);
    assertThat(table(bridge.watches())).isEmpty();
  }

  // ---- quirks

  /**
   * IMS responses as observed, and the expected transitions.
   *
   * @param moves the transitions expected from the bodies
   */
  record Quirk(String name, List<String> bodies, List<String> moves) {
    static Quirk of(String name, String body, String... moves) {
      return new Quirk(name, List.of(body), List.of(moves));
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static List<Quirk> quirks() {
    return List.of(
        Quirk.of("lower-case status", "{'job_id':'j','status':'running'}", "j RUNNING"),
        Quirk.of("unknown status", "{'job_id':'j','status':'PAUSED'}"),
        Quirk.of("no status", "{'job_id':'j'}"),
        Quirk.of("status of a wrong kind", "{'job_id':'j','status':['RUNNING']}"),
        Quirk.of("a status as a number", "{'job_id':'j','status':1}"),
        Quirk.of("no job id", "{'status':'INIT'}", "j INIT"),
        Quirk.of(
            "an unknown job type",
            "{'job_id':'j','job_type':'imsGoofysImportImageJob','status':'INIT'}",
            "j INIT"),
        Quirk.of(
            "a number for a job type", "{'job_id':'j','job_type':7,'status':'INIT'}", "j INIT"),
        Quirk.of("empty texts", all("''"), "j RUNNING"),
        Quirk.of("nulls", all("null"), "j RUNNING"),
        Quirk.of("empty lists", all("[]"), "j RUNNING"),
        Quirk.of("empty objects", all("{}"), "j RUNNING"),
        Quirk.of("numbers", all("17"), "j RUNNING"),
        Quirk.of("truths", all("true"), "j RUNNING"),
        Quirk.of(
            "legacy times",
            "{'job_id':'j','status':'RUNNING','begin_time':'04-Jun-2015 18:11:06:586'}",
            "j RUNNING"),
        Quirk.of(
            "process_percent as a number",
            "{'job_id':'j','status':'RUNNING','entities':{'process_percent':1}}",
            "j RUNNING"),
        Quirk.of(
            "process_percent as a text",
            "{'job_id':'j','status':'RUNNING','entities':{'process_percent':'0.5',"
                + "'current_task':'CopyImageInRegionTask:'}}",
            "j RUNNING"),
        Quirk.of(
            "unknown keys",
            "{'job_id':'j','status':'RUNNING','new':[{}],'entities':{'newer':{'x':[null]}}}",
            "j RUNNING"),
        Quirk.of(
            "sub_jobs_result without a list",
            "{'job_id':'j','status':'RUNNING','entities':{'sub_jobs_result':"
                + "[{'job_id':'a','status':'INIT'}]}}",
            "a INIT",
            "j RUNNING"),
        Quirk.of(
            "ECS's sub_jobs",
            "{'job_id':'j','status':'RUNNING','entities':{'sub_jobs_total':1,'sub_jobs':"
                + "[{'job_id':'a','status':'INIT','entities':{'sub_jobs':"
                + "[{'job_id':'b','status':'RUNNING'}]}}]}}",
            "b RUNNING",
            "a INIT",
            "j RUNNING"),
        Quirk.of(
            "a list of ids alone",
            "{'job_id':'j','status':'RUNNING','entities':{'sub_jobs_list':['a']}}",
            "j RUNNING"),
        Quirk.of(
            "sub-jobs that are none",
            "{'job_id':'j','status':'RUNNING','entities':{'sub_jobs_result':[null,{},[],'',1,"
                + "{'job_id':'../x','status':'RUNNING'}],'sub_jobs_list':[null,'',{},true]}}",
            "j RUNNING"),
        Quirk.of(
            "member results are no sub-jobs",
            "{'job_id':'j','status':'SUCCESS','entities':{'results':"
                + "[{'image_id':'i','project_id':'p','status':'success'}]}}",
            "j SUCCESS"),
        Quirk.of(
            "an error in the entities",
            "{'job_id':'j','status':'FAIL','error_code':null,'entities':"
                + "{'error_code':'IMG.0081','error':'no space'}}",
            "j FAIL"),
        Quirk.of(
            "half a surrogate pair",
            "{'job_id':'j','status':'FAIL','fail_reason':'\\ud800','entities':{'x':'\\udc00'}}",
            "j FAIL"),
        new Quirk(
            "statuses that were skipped",
            List.of("{'job_id':'j','status':'INIT'}", "{'job_id':'j','status':'SUCCESS'}"),
            List.of("j INIT", "j SUCCESS")),
        new Quirk(
            "an end time while it runs",
            List.of(
                "{'job_id':'j','status':'RUNNING','end_time':''}",
                "{'job_id':'j','status':'SUCCESS','end_time':'2024-11-06T06:00:00Z'}"),
            List.of("j RUNNING", "j SUCCESS")));
  }

  private static String all(String value) {
    StringBuilder entities = new StringBuilder();
    for (String key :
        List.of(
            "image_id",
            "image_name",
            "current_task",
            "process_percent",
            "results",
            "sub_jobs_result",
            "sub_jobs",
            "sub_jobs_list",
            "sub_jobs_total",
            "addition_error_code",
            "error_code",
            "error",
            "subJobId",
            "__data_images")) {
      entities.append(",'").append(key).append("':").append(value);
    }
    return "{'job_id':'j','status':'RUNNING','job_type':#,'begin_time':#,'end_time':#,'error_code':#,"
            .replace("#", value)
        + "'entities':{"
        + entities.substring(1)
        + "}}";
  }

  @ParameterizedTest
  @MethodSource("quirks")
  void shouldTakeTheQuirk(Quirk quirk) {
    bridge.request("j");
    for (String body : quirk.bodies()) {
      bridge.answer("j", body.replace('\'', '"'));
    }

    assertThat(moves()).isEqualTo(quirk.moves());
    assertThat(bridge.deadLetters()).isEmpty();

    bridge.request("other");
    bridge.answer("other", "{\"job_id\":\"other\",\"status\":\"SUCCESS\"}");
    assertThat(moves()).as("life goes on").endsWith("other SUCCESS");
  }

  @Test
  void shouldTellWhyAJobFailedWhereverTheAnswerSaysIt() {
    bridge.request("j");
    bridge.answer(
        "j",
        "{\"job_id\":\"j\",\"status\":\"FAIL\",\"error_code\":\"\",\"entities\":"
            + "{\"error_code\":\"IMG.0081\",\"addition_error_msg\":\"no space\"}}");

    assertThat(json(bridge.completions().get(0)).get("error_code").asText()).isEqualTo("IMG.0081");
    assertThat(json(bridge.completions().get(0)).get("fail_reason").asText()).isEqualTo("no space");
  }

  // ---- watches

  @Test
  void shouldWatchSubJobsThatAreOnlyNamedAndEndEachWatchWithATombstone() {
    bridge.request("j");
    bridge.answer(
        "j",
        "{\"job_id\":\"j\",\"status\":\"RUNNING\",\"entities\":{\"sub_jobs_list\":[\"a\",\"b\"]}}");
    assertThat(table(bridge.watches())).containsOnlyKeys("j", "j/a", "j/b");

    bridge.answer("j/a", "{\"job_id\":\"a\",\"status\":\"SUCCESS\"}");
    bridge.answer("j", "{\"job_id\":\"j\",\"status\":\"SUCCESS\"}");
    assertThat(table(bridge.watches())).containsOnlyKeys("j/b");
    assertThat(bridge.completions()).isEmpty();

    bridge.observe("j/b", Kind.EXPIRED, null, null);
    assertThat(table(bridge.watches())).isEmpty();
    assertThat(moves()).containsExactly("j RUNNING", "a SUCCESS", "j SUCCESS", "b LOST");
    assertThat(bridge.completions()).hasSize(1);
    assertThat(bridge.watches().stream().filter(watch -> watch.value() == null))
        .extracting(Read::key)
        .containsExactly("j/a", "j", "j/b");
  }

  @Test
  void shouldCancelARequestThatIsTakenBack() {
    bridge.request("j");
    bridge.request("j".getBytes(UTF_8), null, new RecordHeaders());

    assertThat(moves()).containsExactly("j LOST");
    assertThat(json(bridge.completions().get(0)).get("lost_reason").asText())
        .isEqualTo("CANCELLED");
    assertThat(table(bridge.watches())).isEmpty();
    assertThat(bridge.deadLetters()).isEmpty();

    bridge.request("j");
    assertThat(bridge.watch("j").generation()).isEqualTo(2);
  }

  @Test
  void shouldAuditADuplicateAndNothingElse() {
    bridge.request("j");
    int watches = bridge.watches().size();
    bridge.request("{\"job_id\":\"j\",\"labels\":{\"a\":\"b\"}}");

    assertThat(bridge.watches()).hasSize(watches);
    assertThat(decisions())
        .containsExactly("request.accepted", "watch.opened", "request.duplicate");
    assertThat(json(bridge.audit().get(2)).at("/evidence/topic").asText())
        .isEqualTo("ims.jobs.requests");
    assertThat(json(bridge.audit().get(2)).at("/evidence/offset").asInt()).isEqualTo(1);
  }

  @Test
  void shouldCarryCorrelationToTheEventsOfTheJob() {
    RecordHeaders headers = new RecordHeaders();
    headers.add(
        "traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".getBytes(UTF_8));
    headers.add("correlation-id", "mine".getBytes(UTF_8));
    bridge.request("unrelated".getBytes(UTF_8), "j".getBytes(UTF_8), headers);
    bridge.answer("j", "{\"job_id\":\"j\",\"status\":\"SUCCESS\"}");

    for (List<Read> events : List.of(bridge.transitions(), bridge.completions(), bridge.audit())) {
      assertThat(events)
          .isNotEmpty()
          .allSatisfy(
              event ->
                  assertThat(event.headers())
                      .containsEntry("correlation-id", "mine")
                      .containsKey("traceparent"));
    }
  }

  @Test
  void shouldWriteOneJsonDocumentAnEventInStructuredMode() {
    bridge.close();
    bridge = new BridgeDriver(FoldRules.DEFAULTS, CloudEvent.Mode.STRUCTURED);
    bridge.request("j");
    bridge.answer("j", "{\"job_id\":\"j\",\"status\":\"SUCCESS\"}");

    Read transition = bridge.transitions().get(0);
    assertThat(transition.headers().get("content-type")).startsWith("application/cloudevents+json");
    assertThat(json(transition).at("/data/job_id").asText()).isEqualTo("j");
    assertThat(json(bridge.audit().get(1)).at("/data/previous_hash").asText())
        .isEqualTo(bridge.audit().get(0).headers().get(AuditChain.HASH));
    bridge.close();
    bridge = new BridgeDriver();
  }

  // ---- a job of two trees

  /** Consumers deduplicate by id, so two events with the same id count as one. */
  @Test
  void shouldPublishAJobOnceInEachTree() {
    bridge.request("j");
    bridge.request("a");
    bridge.answer("a", "{\"job_id\":\"a\",\"status\":\"SUCCESS\"}");
    bridge.answer(
        "j",
        "{\"job_id\":\"j\",\"status\":\"RUNNING\",\"entities\":{\"sub_jobs_result\":"
            + "[{\"job_id\":\"a\",\"status\":\"SUCCESS\"}]}}");

    assertThat(bridge.transitions())
        .hasSize(3)
        .extracting(event -> event.headers().get("ce_id"))
        .doesNotHaveDuplicates();
    assertThat(table(bridge.status())).containsOnlyKeys("a", "j", "j/a");

    bridge.advance(BridgeDriver.RETENTION.plusMinutes(1));
    bridge.request("another");
    bridge.advance(Duration.ofSeconds(11));
    assertThat(table(bridge.status())).as("the end of one tree").containsOnlyKeys("j", "j/a");
  }

  // ---- forgetting

  @Test
  void shouldForgetAnEndedTreeByTheClockOfItsInputsAndClearItsStatus() {
    bridge.request("j");
    bridge.answer(
        "j",
        "{\"job_id\":\"j\",\"status\":\"SUCCESS\",\"entities\":{\"sub_jobs_result\":"
            + "[{\"job_id\":\"a\",\"status\":\"SUCCESS\"}]}}");
    bridge.request("running");
    assertThat(table(bridge.status())).containsOnlyKeys("j", "j/a");

    bridge.advance(BridgeDriver.RETENTION.plusMinutes(1));
    assertThat(table(bridge.status())).as("nothing came in: no time passed").hasSize(2);

    bridge.request("tick");
    bridge.advance(Duration.ofSeconds(11));
    assertThat(table(bridge.status())).isEmpty();

    bridge.answer("running", "{\"job_id\":\"running\",\"status\":\"SUCCESS\"}");
    assertThat(moves()).as("what is in flight is not forgotten").contains("running SUCCESS");

    int before = bridge.transitions().size();
    bridge.request("j");
    bridge.answer("j", "{\"job_id\":\"j\",\"status\":\"SUCCESS\"}");
    assertThat(bridge.transitions()).as("a forgotten job is a new one").hasSize(before + 1);
    assertThat(bridge.transitions().get(before).headers().get("ce_id"))
        .as("its event has the old id, so that consumers know it")
        .isEqualTo(bridge.transitions().get(1).headers().get("ce_id"));
  }

  @Test
  void shouldNotForgetBecauseOfOneHeaderFromTheFuture() {
    bridge.request("j");
    bridge.answer("j", "{\"job_id\":\"j\",\"status\":\"SUCCESS\"}");
    RecordHeaders headers = new RecordHeaders();
    headers.add("kind", "expired".getBytes(UTF_8));
    headers.add("observed-at", "9000-01-01T00:00:00Z".getBytes(UTF_8));
    headers.add("job-id", "other".getBytes(UTF_8));
    headers.add("watch-generation", "1".getBytes(UTF_8));
    bridge.observed("other".getBytes(UTF_8), null, headers, bridge.now());
    bridge.advance(Duration.ofSeconds(11));

    assertThat(table(bridge.status())).containsOnlyKeys("j");
    assertThat(json(bridge.audit().get(bridge.audit().size() - 1)).get("at").asText())
        .isEqualTo(bridge.now().minusSeconds(11).toString());
  }

  @Test
  void shouldTreatAJobAsForgottenThatThePurgeHasNotReachedYet() {
    bridge.request("j");
    bridge.answer("j", "{\"job_id\":\"j\",\"status\":\"SUCCESS\"}");
    // The purge runs before the next input advances the clock of the inputs.
    bridge.advance(BridgeDriver.RETENTION.plusMinutes(1));

    bridge.request("j");

    assertThat(decisions()).endsWith("request.accepted", "watch.opened");
    assertThat(table(bridge.status())).isEmpty();
    assertThat(table(bridge.watches())).containsOnlyKeys("j");
  }

  @Test
  void shouldForgetMoreTreesThanOneLookTakesIn() {
    for (int i = 0; i < 1_100; i++) {
      bridge.request("j" + i);
      bridge.request(("j" + i).getBytes(UTF_8), null, new RecordHeaders());
    }
    assertThat(table(bridge.status())).hasSize(1_100);
    bridge.advance(BridgeDriver.RETENTION.plusMinutes(1));
    bridge.request("tick");

    for (int i = 0; i < 3; i++) {
      bridge.advance(Duration.ofSeconds(10));
    }
    assertThat(table(bridge.status())).isEmpty();
  }

  // ---- restarts

  @Test
  void shouldGoOnAfterARestartWhereItWas() {
    bridge.request("j");
    bridge.answer(
        "j", "{\"job_id\":\"j\",\"status\":\"RUNNING\",\"entities\":{\"sub_jobs_list\":[\"a\"]}}");
    bridge.restart();
    bridge.answer(
        "j", "{\"job_id\":\"j\",\"status\":\"RUNNING\",\"entities\":{\"sub_jobs_list\":[\"a\"]}}");
    bridge.answer("j/a", "{\"job_id\":\"a\",\"status\":\"FAIL\"}");
    bridge.restart();
    bridge.answer("j", "{\"job_id\":\"j\",\"status\":\"FAIL\"}");
    bridge.request("j");

    assertThat(moves()).containsExactly("j RUNNING", "a FAIL", "j FAIL");
    assertThat(bridge.completions()).hasSize(1);
    assertThat(decisions()).endsWith("request.duplicate");
    assertThat(table(bridge.watches())).isEmpty();
  }

  // ---- thousands of things

  @Test
  void shouldKeepJobsApart() {
    Seeds.each(
        3,
        random -> {
          try (BridgeDriver many = new BridgeDriver()) {
            int[] stage = new int[40];
            for (int i = 0; i < stage.length; i++) {
              many.request("j" + i);
            }
            for (int i = 0; i < 400; i++) {
              int job = random.nextInt(stage.length);
              stage[job] = Math.min(3, stage[job] + random.nextInt(2));
              String status = List.of("INIT", "INIT", "RUNNING", "SUCCESS").get(stage[job]);
              many.answer("j" + job, "{\"status\":\"" + status + "\"}");
            }
            for (int i = 0; i < stage.length; i++) {
              many.answer("j" + i, "{\"status\":\"SUCCESS\"}");
            }
            assertThat(many.completions()).extracting(Read::key).doesNotHaveDuplicates();
            assertThat(many.completions()).hasSize(stage.length);
            assertThat(many.transitions())
                .extracting(event -> event.headers().get("ce_id"))
                .doesNotHaveDuplicates();
            assertThat(table(many.watches())).isEmpty();
          }
        });
  }

  private List<String> moves() {
    return bridge.transitions().stream()
        .map(event -> json(event).get("job_id").asText() + " " + json(event).get("status").asText())
        .toList();
  }

  private List<String> decisions() {
    return bridge.audit().stream().map(entry -> json(entry).get("what").asText()).toList();
  }

  private static JsonNode json(Read record) {
    return ImsExamples.json(record.value());
  }
}
