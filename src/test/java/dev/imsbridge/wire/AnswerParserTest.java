package dev.imsbridge.wire;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imsbridge.job.JobAnswer;
import dev.imsbridge.job.Seeds;
import dev.imsbridge.wire.AnswerParser.Malformed;
import dev.imsbridge.wire.AnswerParser.Parsed;
import dev.imsbridge.wire.AnswerParser.Valid;
import dev.imsbridge.wire.ImsExamples.Example;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerParserTest {
  private static final String[] ODDITIES = {
    "null",
    "\"\"",
    "\" \"",
    "[]",
    "{}",
    "0",
    "1",
    "-1.5",
    "true",
    "false",
    "\"x\"",
    "[null]",
    "[[]]",
    "[{}]",
    "[\"\"]",
    "[1]",
    "{\"a\":1}",
    "[[{\"job_id\":\"k\"}]]",
    "\"\\ud800\"",
    "123456789012345678901234567890",
    "1e400"
  };

  static List<Example> examples() {
    return ImsExamples.all();
  }

  @Test
  void shouldHaveAnExampleOfEachOfTheFifteenTypes() {
    assertThat(ImsExamples.all()).hasSize(15);
  }

  @ParameterizedTest
  @MethodSource("examples")
  void shouldSeeTheSameAtAGlanceButForWhatIsKept(Example example) {
    Valid seen = (Valid) AnswerParser.glance(example.body(), example.jobId());
    assertThat(seen.answer())
        .isEqualTo(unkept(understood(example.body(), example.jobId())))
        .isNotEqualTo(understood(example.body(), example.jobId()));
    assertThat(AnswerParser.glance(example.body(), "another")).isInstanceOf(Malformed.class);
  }

  private static JobAnswer unkept(JobAnswer whole) {
    return new JobAnswer(
        whole.jobId(),
        whole.jobType(),
        whole.status(),
        whole.times(),
        whole.progress(),
        whole.details(),
        null,
        null,
        whole.shortened(),
        whole.unreadable(),
        whole.subJobs().stream().map(AnswerParserTest::unkept).toList(),
        whole.namedSubJobs(),
        null);
  }

  @ParameterizedTest
  @MethodSource("examples")
  void shouldReadTheVendorsExample(Example example) {
    JobAnswer answer = understood(example.body(), example.jobId());
    JsonNode json = example.json();

    assertThat(answer.jobId()).isEqualTo(example.jobId());
    assertThat(answer.jobType()).isEqualTo(example.jobType());
    assertThat(answer.status()).isEqualTo("SUCCESS");
    assertThat(answer.times().beginTime()).isEqualTo(json.get("begin_time").asText());
    assertThat(answer.times().endTime()).isEqualTo(json.get("end_time").asText());
    assertThat(answer.details().errorCode()).isNull();
    assertThat(answer.details().failReason()).isNull();
    assertThat(ImsExamples.json(answer.entities().getBytes(UTF_8))).isEqualTo(json.get("entities"));
  }

  @Test
  void shouldReadTheImagesOfTheExamples() {
    assertThat(example("imsImportImageJob").details().imageIds())
        .containsExactly("431df7fd-a898-4dc0-86b1-22cfefb8a517");
    assertThat(example("imsAddImageMembersJob").details().imageIds())
        .containsExactly("30e55148-deb9-4923-adb9-91618de16ba0");
    assertThat(example("imsDelImageMembersJob").details().imageIds()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "imsImportOvaImageJob,9a175ac892fa13420193006c29e133f0,imsImportImageJob",
    "imsVolumesToSysDataImagesJob,9a175ac792fa12d20193003205b22be1,imsCopyVolumeToImageJob"
  })
  void shouldReadTheSubJobsOfTheExamples(String type, String subJobId, String subJobType) {
    JobAnswer answer = example(type);

    assertThat(answer.details().imageIds()).as("a parent's images are not its sub-jobs'").isEmpty();
    assertThat(answer.namedSubJobs()).as("described, so not only named").isEmpty();
    assertThat(answer.subJobs())
        .singleElement()
        .satisfies(
            subJob -> {
              assertThat(subJob.jobId()).isEqualTo(subJobId);
              assertThat(subJob.jobType()).isEqualTo(subJobType);
              assertThat(subJob.status()).isEqualTo("SUCCESS");
              assertThat(subJob.details().imageIds()).hasSize(1);
              assertThat(subJob.times().beginTime()).isAfter(answer.times().beginTime());
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"imsAddImageMembersJob", "imsUpdateImageMembersJob"})
  void shouldNotTakeTheResultsOfMemberJobsForSubJobs(String type) {
    JobAnswer answer = example(type);

    assertThat(answer.subJobs()).isEmpty();
    assertThat(answer.namedSubJobs()).isEmpty();
    assertThat(ImsExamples.json(answer.results().getBytes(UTF_8)).get(0).get("status").asText())
        .isEqualTo("success");
  }

  // ---- quirks

  @ParameterizedTest
  @ValueSource(
      strings = {
        "job_type",
        "begin_time",
        "end_time",
        "status",
        "error_code",
        "fail_reason",
        "entities"
      })
  void shouldTakeAnythingInTheTopLevelFields(String field) {
    for (String oddity : ODDITIES) {
      JobAnswer answer = understood("{\"job_id\":\"j\",\"" + field + "\":" + oddity + "}");
      assertThat(answer.jobId()).isEqualTo("j");
      assertThat(answer.subJobs()).isEmpty();
      assertThat(answer.details().imageIds()).isEmpty();
    }
  }

  static Stream<Arguments> entityFields() {
    return Stream.of(
            "image_id",
            "image_name",
            "current_task",
            "process_percent",
            "results",
            "sub_jobs_result",
            "sub_jobs_list",
            "sub_jobs",
            "sub_jobs_total",
            "addition_error_code",
            "addition_error_msg",
            "error_code",
            "error",
            "alarm_code",
            "subJobId",
            "__data_images",
            "something_new")
        .flatMap(field -> Stream.of(ODDITIES).map(oddity -> Arguments.of(field, oddity)));
  }

  @ParameterizedTest
  @MethodSource("entityFields")
  void shouldTakeAnythingInTheEntitiesAndCarryItOnUntouched(String field, String oddity) {
    String entities = "{\"" + field + "\":" + oddity + "}";
    JobAnswer answer = understood("{\"job_id\":\"j\",\"entities\":" + entities + "}");

    if (!oddity.contains("ud800")) {
      assertThat(ImsExamples.json(answer.entities().getBytes(UTF_8)))
          .isEqualTo(ImsExamples.json(entities.getBytes(UTF_8)));
    }
    assertThat(answer.subJobs()).allMatch(subJob -> subJob.jobId() == null);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"\"", "\"  \"", "null", "[]", "{}", "[\"x\"]"})
  void shouldTakeEmptyForAbsent(String nothing) {
    JobAnswer answer =
        understood(
            "{'job_id':'j','job_type':N,'status':N,'begin_time':N,'end_time':N,"
                + "'error_code':N,'fail_reason':N}",
            nothing);

    assertThat(answer.jobType()).isNull();
    assertThat(answer.status()).isNull();
    assertThat(answer.times().beginTime()).isNull();
    assertThat(answer.times().endTime()).isNull();
    assertThat(answer.details().errorCode()).isNull();
    assertThat(answer.details().failReason()).isNull();
    assertThat(answer.entities()).isNull();
    assertThat(answer.results()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"\"", "null", "[]", "\"text\"", "7", "true"})
  void shouldTakeEntitiesThatAreNoObjectForNone(String entities) {
    JobAnswer answer = understood("{'job_id':'j','status':'RUNNING','entities':N}", entities);

    assertThat(answer.entities()).isNull();
    assertThat(answer.subJobs()).isEmpty();
    assertThat(answer.results()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"'sub_jobs_result'", "'sub_jobs_list'", "'sub_jobs'", "'results'"})
  void shouldTakeEmptyListsOfSubJobsForNone(String field) {
    for (String nothing : new String[] {"\"\"", "null", "[]", "{}", "[null]", "[\"\"]"}) {
      JobAnswer answer = understood("{'job_id':'j','entities':{" + field + ":N}}", nothing);
      assertThat(answer.subJobs()).isEmpty();
      assertThat(answer.namedSubJobs()).as(field + ": " + nothing).isEmpty();
      assertThat(answer.details().imageIds()).isEmpty();
    }
  }

  @Test
  void shouldTakeNumbersForStrings() {
    JobAnswer answer =
        understood(
            "{'job_id':'j','job_type':5,'error_code':1024,'fail_reason':0,"
                + "'entities':{'image_id':77,'sub_jobs_list':[12345]}}");

    assertThat(answer.jobType()).isEqualTo("5");
    assertThat(answer.details().errorCode()).isEqualTo("1024");
    assertThat(answer.details().failReason()).isEqualTo("0");
    assertThat(answer.details().imageIds()).containsExactly("77");
    assertThat(answer.namedSubJobs()).containsExactly("12345");
    assertThat(understood("{\"job_id\":123}".getBytes(UTF_8), "123").jobId()).isEqualTo("123");
  }

  @Test
  void shouldNotTakeTruthForTheIdOfASubJob() {
    JobAnswer answer =
        understood(
            "{'job_id':'j','entities':{'sub_jobs_list':[true],'sub_jobs_result':[false],"
                + "'sub_jobs':[true,null,'',[]]}}");

    assertThat(answer.namedSubJobs()).isEmpty();
    assertThat(answer.subJobs()).isEmpty();
  }

  @Test
  void shouldLookForTheReasonOfAFailureWhereverItMayStand() {
    JobAnswer top =
        understood(
            "{'job_id':'j','error_code':'IMG.1','fail_reason':'r','entities':"
                + "{'error_code':'IMG.2','error':'s','addition_error_code':'IMG.3',"
                + "'addition_error_msg':'t'}}");
    JobAnswer inside =
        understood(
            "{'job_id':'j','error_code':'','fail_reason':null,'entities':"
                + "{'error_code':'IMG.2','error':'s','addition_error_code':'IMG.3',"
                + "'addition_error_msg':'t'}}");
    JobAnswer addition =
        understood(
            "{'job_id':'j','entities':{'error_code':'','error':[],"
                + "'addition_error_code':'IMG.3','addition_error_msg':'t'}}");

    assertThat(top.details().errorCode() + top.details().failReason()).isEqualTo("IMG.1r");
    assertThat(inside.details().errorCode() + inside.details().failReason()).isEqualTo("IMG.2s");
    assertThat(addition.details().errorCode() + addition.details().failReason())
        .isEqualTo("IMG.3t");

    JobAnswer ecs =
        understood(
            "{'job_id':'j','fail_reason':'','entities':{'errorcode_message':'no such flavor'}}");
    assertThat(ecs.details().failReason()).isEqualTo("no such flavor");
  }

  @Test
  void shouldReadLegacyTimes() {
    JobAnswer answer =
        understood("{'job_id':'j','begin_time':'04-Jun-2015 18:11:06:586','end_time':'soon'}");

    assertThat(answer.times().beginTime()).isEqualTo("2015-06-04T18:11:06.586Z");
    assertThat(answer.times().endTime()).isNull();
  }

  @Test
  void shouldReadSubJobsInEveryWayOfListingThem() {
    JobAnswer answer =
        understood(
            "{'job_id':'j','entities':{"
                + "'sub_jobs_result':[{'job_id':'a','status':'RUNNING'},{'job_id':'b'}],"
                + "'sub_jobs':[{'job_id':'c','entities':{'sub_jobs':[{'job_id':'d'}]}},'e'],"
                + "'sub_jobs_total':2,'sub_jobs_list':['b','f','a','g','f']}}");

    assertThat(answer.subJobs()).extracting(JobAnswer::jobId).containsExactly("a", "b", "c");
    assertThat(answer.subJobs().get(2).subJobs()).extracting(JobAnswer::jobId).containsExactly("d");
    assertThat(answer.namedSubJobs()).containsExactly("e", "f", "g");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.5",
        "1",
        "\"0.5\"",
        "1.0",
        "1.10",
        "0.1234567890123456789",
        "12345678901234567890123"
      })
  void shouldCarryNumbersOnExactly(String number) {
    JobAnswer answer = understood("{'job_id':'j','entities':{'process_percent':N}}", number);

    assertThat(answer.entities()).isEqualTo("{\"process_percent\":" + number + "}");
  }

  @ParameterizedTest
  @CsvSource({
    "0.25,     0.25",
    "1,        1",
    "'\"0.5\"', 0.5",
    "0,        0",
    "1.01,",
    "-0.1,",
    "42,",
    "'\"\"',",
    "'\"half\"',",
    "'\"NaN\"',",
    "NaN,",
    "null,",
    "[0.5],"
  })
  void shouldReadTheProgressAsAFraction(String stated, Double progress) {
    String body = "{'job_id':'j','entities':{'process_percent':N}}";
    assertThat(understood(body, stated).progress()).isEqualTo(progress);
    assertThat(understood("{'job_id':'j','entities':''}").progress()).isNull();
  }

  @Test
  void shouldCarryUnknownKeysOnUntouched() {
    String entities = "{\"z\":{\"b\":[1,{\"a\":null}],\"a\":\"\u00fc\u4efb\"},\"a\":false}";

    assertThat(understood("{\"job_id\":\"j\",\"new\":1,\"entities\":" + entities + "}").entities())
        .isEqualTo(entities);
  }

  @Test
  void shouldCollectImagesOnceFromWhereverTheyStand() {
    JobAnswer answer =
        understood(
            "{'job_id':'j','entities':{'image_id':'i1','__data_images':['i2',{'image_id':'i3'},7],"
                + "'results':[{'image_id':'i1'},{'image_id':'i4'},{'image_id':''},{}]}}");

    assertThat(answer.details().imageIds()).containsExactly("i1", "i2", "i3", "i4");
  }

  @Test
  void shouldTellEqualAnswersFromOthers() {
    String sub = "{'job_id':'k','status':'RUNNING','entities':{'process_percent':0.5}}";
    JobAnswer one =
        understood("{'job_id':'j','entities':{'sub_jobs_result':[" + sub + "]}}").subJobs().get(0);
    JobAnswer same =
        understood(
                "{'job_id':'x','status':'INIT','entities':{'sub_jobs':[ " + sub + " ]}}", "", "x")
            .subJobs()
            .get(0);
    JobAnswer other =
        understood(
                "{'job_id':'j','entities':{'sub_jobs_result':[" + sub.replace("0.5", "0.6") + "]}}")
            .subJobs()
            .get(0);

    assertThat(one.digest()).isEqualTo(same.digest()).isNotEqualTo(other.digest());
  }

  // ---- malformed answers

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "null",
        "[]",
        "\"j\"",
        "7",
        "true",
        "[{\"job_id\":\"j\"}]",
        "<html><body>502 Bad Gateway</body></html>",
        "{\"job_id\":\"j\",\"status\":\"RUNNING\"",
        "{\"job_id\":\"j\"} {\"job_id\":\"j\"}",
        "{\"job_id\":\"j\"}}",
        "{\"job_id\":\"j\",\"status\":NaN}",
        "{\"job_id\":NaN,\"status\":\"INIT\"}",
        "{\"status\":\"SUCCESS\",\"job_id\":\"j\",\"entities\":{\"a\":NaN",
        "{'job_id':'j'}",
        "{\"job_id\":\"j\",}",
        "{}",
        "{\"job_id\":null,\"status\":\"\"}",
        "{\"error\":{\"message\":\"The imagetype is invalid.\",\"code\":\"IMG.0024\"}}",
        "{\"message\":\"Wait response"
            + " timeout.\",\"request_id\":\"b91de15ec91d6eebd4c161c959ac533\"}"
      })
  void shouldNotTakeForAnAnswerWhatIsNone(String body) {
    assertThat(AnswerParser.parse(body.getBytes(UTF_8), "j")).isInstanceOf(Malformed.class);
  }

  @Test
  void shouldRefuseAnAnswerAboutAnotherJob() {
    Parsed other = AnswerParser.parse("{\"job_id\":\"k\"}".getBytes(UTF_8), "j");
    assertThat(other).isEqualTo(new Malformed("about another job: k"));

    Parsed hostile = AnswerParser.parse("{\"job_id\":\"k\\n<b>\"}".getBytes(UTF_8), "j");
    assertThat(((Malformed) hostile).reason()).doesNotContain("<b>");
  }

  @Test
  void shouldTakeAnAnswerThatNamesNoJobForTheOneAskedFor() {
    assertThat(understood("{\"status\":\"INIT\"}").jobId()).isNull();
  }

  @Test
  void shouldBoundTheDepthItReads() {
    String deep = "{\"job_id\":\"j\",\"entities\":" + "[".repeat(99_000) + "]".repeat(99_000) + "}";
    assertThat(AnswerParser.parse(deep.getBytes(UTF_8), "j")).isInstanceOf(Malformed.class);
  }

  // ---- answers with an unreadable part

  static List<String> unreadableParts() {
    return List.of(
        "NaN",
        "-Infinity",
        "7".repeat(151),
        "0." + "7".repeat(5_000),
        "1e2147483648",
        "[".repeat(100) + "]".repeat(100),
        "{\"a\":".repeat(100) + "1" + "}".repeat(100),
        "{\"" + "k".repeat(1_001) + "\":1}");
  }

  /** An unreadable part that the bridge does not use must not hide the end of a job. */
  @ParameterizedTest
  @MethodSource("unreadableParts")
  void shouldTakeTheStatusOfAnAnswerWithAnUnreadablePart(String part) {
    JobAnswer answer =
        understood(
            "{'status':'FAIL','fail_reason':'r','job_id':'j','entities':{'image_id':'i','x':[N],"
                    .replace("[N]", "[" + part + "]")
                + "'sub_jobs_result':[{'job_id':'k','status':'SUCCESS','entities':{'image_id':'l'}}]}}");

    assertThat(answer.status()).isEqualTo("FAIL");
    assertThat(answer.details().failReason()).isEqualTo("r");
    assertThat(answer.details().imageIds()).containsExactly("i");
    assertThat(answer.entities()).as("part of a JSON text is none").isNull();
    assertThat(answer.subJobs())
        .singleElement()
        .satisfies(
            subJob -> {
              assertThat(subJob.status()).isEqualTo("SUCCESS");
              assertThat(subJob.entities()).isEqualTo("{\"image_id\":\"l\"}");
            });
  }

  @Test
  void shouldReadATextWithARawLineBreak() {
    JobAnswer answer =
        understood(
            "{'job_id':'j','status':'FAIL','fail_reason':'a\n"
                + "b','entities':{'x':'"
                + "\t','n':[1.10,0.1234567890123456789,12345678901234567890123]}}");

    assertThat(answer.details().failReason()).isEqualTo("a\nb");
    assertThat(answer.entities())
        .isEqualTo("{\"x\":\"\\t\",\"n\":[1.10,0.1234567890123456789,12345678901234567890123]}");
  }

  @Test
  void shouldReadAnAnswerWithBytesThatAreNotUtf8() {
    byte[] body =
        "{\"job_id\":\"j\",\"status\":\"SUCCESS\",\"entities\":{\"image_name\":\"\u00e9\"}}"
            .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);

    assertThat(understood(body, "j").status()).isEqualTo("SUCCESS");
    assertThat(understood(body, "j").entities()).isEqualTo("{\"image_name\":\"\ufffd\"}");
  }

  @Test
  void shouldTakeAnIdInAnotherCaseForTheSame() {
    assertThat(understood("{'job_id':'FF80','status':'INIT'}", "", "ff80").status())
        .isEqualTo("INIT");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e2147483648", "1e-2147483649", "-1E+99999999999999999999"})
  void shouldSurviveNumbersBeyondAllMeasure(String number) {
    byte[] body =
        ("{\"job_id\":\"j\",\"entities\":{\"process_percent\":" + number + "}}").getBytes(UTF_8);
    assertThat(AnswerParser.parse(body, "j")).isNotNull();
    byte[] status = ("{\"job_id\":\"j\",\"status\":" + number + "}").getBytes(UTF_8);
    assertThat(AnswerParser.parse(status, "j")).isNotNull();
  }

  @Test
  void shouldNeverFailOnBytesNobodyWouldSend() {
    List<Example> examples = ImsExamples.all();
    Seeds.each(
        20_000,
        random -> {
          Example example = examples.get(random.nextInt(examples.size()));
          byte[] body = example.body().clone();
          for (int i = random.nextInt(6); i >= 0; i--) {
            int at = random.nextInt(body.length);
            switch (random.nextInt(4)) {
              case 0 -> body[at] = (byte) random.nextInt(256);
              case 1 -> body[at] = (byte) "{}[]\",:\\0-.eE".charAt(random.nextInt(13));
              case 2 -> body = java.util.Arrays.copyOf(body, Math.max(1, at));
              default -> {
                int from = random.nextInt(body.length);
                int length = Math.min(random.nextInt(40), body.length - Math.max(from, at));
                System.arraycopy(body.clone(), from, body, at, length);
              }
            }
          }
          Parsed parsed = AnswerParser.parse(body, example.jobId());
          if (parsed instanceof Malformed malformed) {
            assertThat(malformed.reason()).hasSizeLessThan(120).doesNotContain("\n");
          } else {
            assertThat(((Valid) parsed).answer().digest()).hasSize(32);
          }
        });
  }

  @Test
  void shouldNotMindAByteOrderMarkOrAnotherUnicodeEncoding() {
    assertThat(AnswerParser.parse("\ufeff{\"job_id\":\"j\"}".getBytes(UTF_8), "j"))
        .isInstanceOf(Valid.class);
    assertThat(AnswerParser.parse("{\"job_id\":\"j\"}".getBytes(UTF_16BE), "j")).isNotNull();
    assertThat(AnswerParser.parse(new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'}, "j"))
        .isInstanceOf(Malformed.class);
  }

  @Test
  void shouldReadALargeAnswerInReasonableTime() {
    StringBuilder body = new StringBuilder("{\"job_id\":\"j\",\"entities\":{\"sub_jobs_result\":[");
    for (int i = 0; i < 5_000; i++) {
      body.append(i == 0 ? "" : ",").append("{\"job_id\":\"s").append(i).append("\"}");
    }
    byte[] bytes = body.append("]}}").toString().getBytes(UTF_8);
    Instant begin = Instant.now();

    assertThat(understood(bytes, "j").subJobs()).hasSize(5_000);
    assertThat(Duration.between(begin, Instant.now())).isLessThan(Duration.ofSeconds(5));
  }

  private static JobAnswer example(String type) {
    Example example = ImsExamples.of(type);
    return understood(example.body(), example.jobId());
  }

  private static JobAnswer understood(String body) {
    return understood(body, "", "j");
  }

  private static JobAnswer understood(String body, String n) {
    return understood(body, n, "j");
  }

  /** Single quotes in {@code body} mean double quotes, and the value {@code N} means {@code n}. */
  private static JobAnswer understood(String body, String n, String jobId) {
    String json = body.replace('\'', '"').replace(":N", ":" + n);
    return understood(json.getBytes(UTF_8), jobId);
  }

  private static JobAnswer understood(byte[] body, String jobId) {
    Parsed parsed = AnswerParser.parse(body, jobId);
    assertThat(parsed).isInstanceOf(Valid.class);
    return ((Valid) parsed).answer();
  }
}
