package dev.imsbridge.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imsbridge.job.JobStatus;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The bridge is tested against these answers, so their shape follows the documented examples. */
class AnswerWriterTest {
  private static final long SEED = 7;
  private static final long START = Instant.parse("2024-11-06T06:00:00Z").toEpochMilli();

  private final JobPlanner planner = new JobPlanner(SEED, 1);
  private final EntitiesWriter entities = new EntitiesWriter(SEED);
  private final AnswerWriter answers = new AnswerWriter(SEED, entities);

  /** The documented examples are the only reliable source for the shape of an answer. */
  @ParameterizedTest
  @EnumSource
  void shouldWriteTheFinalAnswerInTheDocumentedShape(ImsJobType type) throws IOException {
    ScriptedJob spec = ScriptedJob.of(type).succeeding();
    if (type.hasSubJobs()) {
      spec = spec.withSubJobs(1, SubJobListing.RESULT);
    }
    JobPlan plan = planner.plan("9a175ac892fa13420193006a49173317", spec.build());

    JsonNode answer = answer(plan, plan.endMillis());

    JsonNode example = example(type);
    assertThat(answer.path("job_type")).isEqualTo(example.path("job_type"));
    assertThat(answer.path("status")).isEqualTo(example.path("status"));
    assertThat(shape("", answer)).isEqualTo(shape("", example));
  }

  @ParameterizedTest
  @EnumSource
  void shouldWriteEveryStatusOfAJob(ImsJobType type) {
    JobPlan plan = planner.plan("some-job", ScriptedJob.of(type).succeeding().build());

    assertThat(answer(plan, 0).path("status").asText()).isEqualTo("INIT");
    JsonNode running = answer(plan, plan.runningMillis());
    assertThat(running.path("status").asText()).isEqualTo("RUNNING");
    assertThat(running.path("end_time").asText("")).isIn("", "null");
    assertThat(running.at("/entities/current_task").asText()).endsWith("Task:");
    assertThat(running.at("/entities/process_percent").asDouble(-1)).isZero();
    JsonNode late = answer(plan, plan.endMillis() - 1);
    assertThat(late.path("status").asText()).isEqualTo("RUNNING");
    assertThat(late.at("/entities/process_percent").asDouble()).isBetween(0.5, 0.99);
    JsonNode over = answer(plan, plan.endMillis());
    assertThat(over.path("status").asText()).isEqualTo("SUCCESS");
    assertThat(Instant.parse(over.path("begin_time").asText()).toEpochMilli()).isEqualTo(START);
    assertThat(Instant.parse(over.path("end_time").asText()).toEpochMilli())
        .isEqualTo(START + plan.endMillis());
  }

  @ParameterizedTest
  @EnumSource
  void shouldWriteTheErrorOfAFailedJob(ImsJobType type) {
    JobPlan plan =
        planner.plan("some-job", ScriptedJob.of(type).failing("IMG.1", "no luck").build());

    JsonNode over = answer(plan, plan.endMillis());

    assertThat(over.path("status").asText()).isEqualTo("FAIL");
    assertThat(over.path("error_code").asText()).isEqualTo("IMG.1");
    assertThat(over.path("fail_reason").asText()).isEqualTo("no luck");
    assertThat(over.at("/entities/error_code").asText()).isEqualTo("IMG.1");
    assertThat(over.at("/entities/image_id").isMissingNode()).isTrue();
  }

  @Test
  void shouldListSubJobsInThreeForms() {
    JobPlan result = ova(SubJobListing.RESULT);
    JobPlan list = ova(SubJobListing.LIST);
    JobPlan ecs = ova(SubJobListing.ECS);

    JsonNode described = answer(result, result.endMillis()).path("entities");
    assertThat(texts(described.path("sub_jobs_result"), "job_id"))
        .containsExactly("ova-s1", "ova-s2", "ova-s3");
    assertThat(texts(described.path("sub_jobs_result"), "status")).containsOnly("SUCCESS");
    assertThat(described.path("sub_jobs_list")).hasSize(3);

    JsonNode named = answer(list, list.endMillis()).path("entities");
    assertThat(named.path("sub_jobs_list")).hasSize(3);
    assertThat(fieldNames(named)).containsExactly("sub_jobs_list");

    JsonNode foreign = answer(ecs, ecs.endMillis()).path("entities");
    assertThat(fieldNames(foreign)).containsExactlyInAnyOrder("sub_jobs", "sub_jobs_total");
    assertThat(foreign.path("sub_jobs_total").asInt()).isEqualTo(3);
    assertThat(texts(foreign.path("sub_jobs"), "job_type")).containsOnly("imsImportImageJob");
  }

  @Test
  void shouldListASubJobOnlyAfterItsStart() {
    JobPlan plan = ova(SubJobListing.RESULT);
    JobPlan first =
        plan.subJobs().stream()
            .min((one, other) -> Long.compare(one.startMillis(), other.startMillis()))
            .orElseThrow();

    JsonNode before = answer(plan, first.startMillis() - 1);
    JsonNode from = answer(plan, first.startMillis());

    assertThat(before.at("/entities/sub_jobs_list")).isEmpty();
    assertThat(from.at("/entities/sub_jobs_result/0/status").asText()).isEqualTo("INIT");
  }

  /** A poller can use either answer, so a difference would look like a transition. */
  @Test
  void shouldAgreeOnASubJobInItsOwnAnswerAndInItsParents() {
    JobPlan plan = ova(SubJobListing.RESULT);
    for (long at = 0; at <= plan.endMillis(); at += plan.endMillis() / 40) {
      JsonNode parent = answer(plan, at);
      for (JsonNode listed : parent.at("/entities/sub_jobs_result")) {
        JobPlan sub =
            plan.subJobs().stream()
                .filter(one -> one.jobId().equals(listed.path("job_id").asText()))
                .findFirst()
                .orElseThrow();
        assertThat(listed).isEqualTo(answer(sub, at));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldExpectTheFinalAnswer(ImsJobType type) {
    for (JobStatus outcome : List.of(JobStatus.SUCCESS, JobStatus.FAIL)) {
      String id = new JobCatalogue(SEED, 1).id(type, outcome);
      JobPlan plan = planner.plan(id);

      ExpectedJob expected = ExpectedJob.of(plan, entities);
      JsonNode last = answer(plan, plan.endMillis());

      assertThat(last.path("status").asText()).isEqualTo(expected.status().name());
      assertThat(expected.status()).isEqualTo(outcome);
      assertThat(last.path("job_type").asText()).isEqualTo(expected.jobType());
      assertThat(last.path("fail_reason").asText("null"))
          .isEqualTo(String.valueOf(expected.failReason()));
      assertThat(imageIds(last)).isEqualTo(expected.imageIds());
      assertThat(expected.subJobs())
          .hasSameSizeAs(plan.subJobs())
          .allSatisfy(
              sub ->
                  assertThat(imageIds(answer(planOf(plan, sub.jobId()), Long.MAX_VALUE / 2, null)))
                      .isEqualTo(sub.imageIds()));
    }
  }

  @Test
  void shouldWriteThePreviousStatusIfStale() {
    JobPlan plan =
        planner.plan("x", ScriptedJob.of(ImsJobType.COPY_IMAGE_IN_REGION).succeeding().build());

    assertThat(answer(plan, plan.endMillis(), FaultType.STALE).path("status").asText())
        .isEqualTo("RUNNING");
    assertThat(answer(plan, plan.runningMillis(), FaultType.STALE).path("status").asText())
        .isEqualTo("INIT");
  }

  @Test
  void shouldApplyEachBodyFault() {
    JobPlan plan = planner.plan("x", ScriptedJob.of(ImsJobType.IMPORT_IMAGE).succeeding().build());
    long end = plan.endMillis();

    assertThat(answer(plan, end, FaultType.CONTRADICTION).path("status").asText())
        .isEqualTo("FAIL");
    assertThat(answer(plan, 0, FaultType.UNKNOWN_STATUS).path("status").asText())
        .isEqualTo("SUSPENDED");
    assertThat(answer(plan, end, FaultType.OTHER_JOB).path("job_id").asText()).isNotEqualTo("x");
    JsonNode odd = answer(plan, 0, FaultType.QUIRKS);
    assertThat(odd.path("status").asText()).isEqualTo("init");
    assertThat(odd.path("entities").isTextual()).isTrue();
    assertThat(odd.path("begin_time").asText()).isEqualTo("06-Nov-2024 06:00:00:000");
    assertThat(
            answer(plan, plan.runningMillis(), FaultType.QUIRKS)
                .at("/entities/process_percent")
                .asText())
        .isEqualTo("0.0");
  }

  @Test
  void shouldWriteMoreFieldsOnTheNewerPath() {
    JobPlan plan = planner.plan("x", ScriptedJob.of(ImsJobType.IMPORT_IMAGE).succeeding().build());

    JsonNode over = parse(answers.write(plan, START, plan.endMillis(), true, null));

    assertThat(over.at("/entities/process_percent").asInt()).isEqualTo(1);
    assertThat(over.at("/entities/current_task").asText("?")).isEmpty();
  }

  private JobPlan ova(SubJobListing listing) {
    return planner.plan(
        "ova",
        ScriptedJob.of(ImsJobType.IMPORT_OVA_IMAGE).succeeding().withSubJobs(3, listing).build());
  }

  private JsonNode answer(JobPlan plan, long elapsed) {
    return answer(plan, elapsed, null);
  }

  private JsonNode answer(JobPlan plan, long elapsed, FaultType fault) {
    return parse(answers.write(plan, START, elapsed, false, fault));
  }

  private static JobPlan planOf(JobPlan parent, String jobId) {
    return parent.subJobs().stream()
        .filter(sub -> sub.jobId().equals(jobId))
        .findFirst()
        .orElseThrow();
  }

  private static JsonNode parse(byte[] bytes) {
    return JsonText.parse(bytes);
  }

  private static JsonNode example(ImsJobType type) throws IOException {
    String name = "/ims-examples/" + type.wireName() + ".json";
    try (InputStream in = AnswerWriterTest.class.getResourceAsStream(name)) {
      return JsonText.MAPPER.readTree(in);
    }
  }

  /**
   * Returns the paths of all fields with their JSON types. An array counts by its first element.
   */
  private static Set<String> shape(String path, JsonNode node) {
    Set<String> shape = new TreeSet<>();
    if (node.isObject()) {
      node.properties()
          .forEach(
              field -> {
                // The documentation lists it for results, but the examples do not show it.
                if (!field.getKey().equals("project_id")) {
                  shape.addAll(shape(path + "/" + field.getKey(), field.getValue()));
                }
              });
    } else if (node.isArray() && !node.isEmpty()) {
      shape.addAll(shape(path + "[]", node.get(0)));
    } else {
      shape.add(path + " " + node.getNodeType());
    }
    return shape;
  }

  private static List<String> fieldNames(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static List<String> texts(JsonNode array, String field) {
    List<String> texts = new ArrayList<>();
    array.forEach(element -> texts.add(element.path(field).asText()));
    return texts;
  }

  private static List<String> imageIds(JsonNode answer) {
    JsonNode entities = answer.path("entities");
    Stream<String> own =
        Stream.of(entities.path("image_id").asText("")).filter(id -> !id.isEmpty());
    return Stream.concat(own, texts(entities.path("results"), "image_id").stream()).toList();
  }
}
