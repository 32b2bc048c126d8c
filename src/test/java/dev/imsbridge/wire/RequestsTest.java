package dev.imsbridge.wire;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.job.Evidence;
import dev.imsbridge.job.Input;
import dev.imsbridge.job.JobRequest;
import dev.imsbridge.job.JobRequest.Correlation;
import dev.imsbridge.job.ProjectRef;
import dev.imsbridge.job.Seeds;
import dev.imsbridge.ledger.LogCodec;
import dev.imsbridge.ledger.LogRecord;
import dev.imsbridge.ledger.OutputRecord;
import dev.imsbridge.wire.RequestForms.Form;
import dev.imsbridge.wire.Requests.Accepted;
import dev.imsbridge.wire.Requests.Cancelled;
import dev.imsbridge.wire.Requests.Read;
import dev.imsbridge.wire.Requests.Refused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestsTest {
  private static final ProjectRef HOME = new ProjectRef("cn-north-4", "p1");
  private static final ProjectRef OTHER = new ProjectRef("eu-de", "p2");
  private static final ProjectRef TWIN = new ProjectRef("ap-1", "p2");
  private static final String ID = "ff8080814dbd65d7014dbe0d84db0013";
  private final Requests requests = new Requests(HOME, Set.of(HOME, OTHER, TWIN));

  // ---- accepted requests

  @ParameterizedTest
  @ValueSource(
      strings = {
        ID,
        "  " + ID + "\r\n",
        "\ufeff" + ID,
        "\ufeff{\"job_id\": \"" + ID + "\"}",
        "{\"job_id\":\"" + ID + "\",\"deadline\":\"\",\"labels\":\"\"}",
        "{\"job_id\":\"" + ID + "\",\"deadline\":\" \",\"labels\":[]}",
        "{\"job_id\": \"" + ID + "\"}",
        " {\"job_id\":\"" + ID + "\",\"unknown\":{\"x\":[1]},\"labels\":null,\"deadline\":null} ",
        "{\"job_id\":\"" + ID + "\",\"project_id\":\"\",\"region\":null,\"labels\":{}}"
      })
  void shouldTakeAJobIdAsTextOrAsWhatACreateCallAnswers(String value) {
    assertThat(read(value)).isEqualTo(new Accepted(plain(HOME)));
  }

  static Stream<Form> acceptedForms() {
    return RequestForms.accepted().stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("acceptedForms")
  void shouldAcceptARequestAsProgramsSendIt(Form form) {
    byte[] value = form.value().apply(ID);
    Read read = requests.read(null, value, form.headers());

    assertThat(read)
        .isInstanceOfSatisfying(
            Accepted.class, accepted -> assertThat(accepted.request().jobId()).isEqualTo(ID));
    assertThat(Requests.names(value, ID)).as("evidence of the job").isTrue();
    assertThat(Requests.names(value, "another")).isFalse();
    String inner = Requests.unwrapped(new String(value, UTF_8));
    assertThat(read(inner)).as("the same request without its envelope").isEqualTo(read);
    assertThat(inner).matches("[a-z0-9]+|\\{\"job_id\".*");
  }

  static Stream<Form> refusedForms() {
    return RequestForms.refused().stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refusedForms")
  void shouldNameAFormThatItRefuses(Form form) {
    byte[] value = form.value().apply(ID);

    assertThat(requests.read(null, value, form.headers()))
        .isInstanceOfSatisfying(
            Refused.class,
            refused ->
                assertThat(refused.reason())
                    .startsWith(form.reason())
                    .contains("send ")
                    .hasSizeLessThan(160));
    assertThat(Requests.names(value, ID)).isFalse();
  }

  /** The tables are the promise to whoever writes a producer. */
  @Test
  void shouldDocumentEachForm() throws IOException {
    List<String> rows =
        Files.readAllLines(Path.of("docs", "events.md")).stream()
            .dropWhile(line -> !line.startsWith("### Forms of a request"))
            .skip(1)
            .takeWhile(line -> !line.startsWith("#"))
            .filter(line -> line.startsWith("| "))
            .map(line -> line.split("\\|")[1].strip())
            .filter(cell -> !cell.equals("form") && !cell.startsWith("---"))
            .toList();

    assertThat(rows)
        .containsExactlyElementsOf(RequestForms.all().stream().map(Form::name).toList());
  }

  @Test
  void shouldReadTheFieldsInsideAnEnvelope() {
    JobRequest request =
        accepted(
            "{'specversion':'1.0','data':{'schema':null,'payload':"
                + "{'job_id':'j','region':'eu-de','labels':{'order':'4711'},'deadline':'PT6H'}}}");

    assertThat(request.project()).isEqualTo(OTHER);
    assertThat(request.labels()).isEqualTo(Map.of("order", "4711"));
    assertThat(request.deadline()).isEqualTo(Duration.ofHours(6));
  }

  /** A field that is named like one of an envelope is an unknown field of a request. */
  @Test
  void shouldPreferAJobIdToAnEnvelope() {
    assertThat(accepted("{'job_id':'j','schema':{},'payload':'k'}").jobId()).isEqualTo("j");
    assertThat(accepted("{'specversion':'1.0','job_id':'j','data':'k'}").jobId()).isEqualTo("j");
    assertThat(reason("{'schema':{},'payload':'k','more':1}")).startsWith("no job_id");
  }

  @Test
  void shouldNotOpenEnvelopesWithoutEnd() {
    String four = "{'schema':null,'payload':".repeat(4) + "'j'" + "}".repeat(4);
    assertThat(reason("{'schema':null,'payload':" + four + "}"))
        .startsWith("more than 4 envelopes");
    assertThat(accepted(four).jobId()).isEqualTo("j");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      quoteCharacter = '`',
      value = {
        "{'schema':null,'payload':null} # the payload of the Kafka Connect envelope is not a request",
        "{'schema':null,'payload':[1]} # the payload of the Kafka Connect envelope is not a request",
        "{'schema':null,'payload':'a/b'} # neither a job id",
        "{'schema':null,'payload':{'id':'j'}} # no job_id",
        "{'specversion':'1.0'} # the data of the CloudEvent is not a request",
        "{'specversion':'1.0','data':5} # the data of the CloudEvent is not a request",
        "{'specversion':'1.0','data':['j']} # the data of the CloudEvent is not a request",
        "{'specversion':'1.0','data_base64':'?'} # data_base64 of the CloudEvent is not Base64",
        "{'specversion':'1.0','data_base64':'T2JqAQ=='} # an Avro file",
        "'null' # null, true and false",
        "'None' # neither a job id",
        "'' # neither a job id",
        "'[]' # a JSON array",
        "'j # not valid JSON",
        "'j' 'k' # not valid JSON"
      })
  void shouldSayWhatIsWrongInsideAnEnvelope(String value, String reason) {
    assertThat(reason(value)).startsWith(reason);
  }

  @Test
  void shouldNotCareForTheKeyOfARequest() {
    assertThat(requests.read(new byte[] {(byte) 0xff, 0}, ID.getBytes(UTF_8), new RecordHeaders()))
        .isEqualTo(new Accepted(plain(HOME)));
  }

  @Test
  void shouldTakeLabelsAndDeadline() {
    JobRequest request =
        accepted("{'job_id':'j','labels':{'order':'4711','n':5,'ok':true},'deadline':'PT6H'}");

    assertThat(request.labels())
        .containsExactlyEntriesOf(new TreeMap<>(Map.of("n", "5", "ok", "true", "order", "4711")));
    assertThat(request.deadline()).isEqualTo(Duration.ofHours(6));
  }

  @Test
  void shouldTakeAsMuchAsTheLimitsAllow() {
    String labels =
        IntStream.range(0, 16)
            .mapToObj(i -> "'%s%02d':'%s'".formatted("k".repeat(254), i, "v".repeat(256)))
            .collect(Collectors.joining(","));

    assertThat(accepted("{'job_id':'j','labels':{" + labels + "}}").labels()).hasSize(16);
    assertThat(accepted("{'job_id':'j','deadline':'P30D'}").deadline()).hasDays(30);
    assertThat(accepted(" ".repeat(Requests.MAX_BYTES - 1) + "j").jobId()).isEqualTo("j");
    assertThat(accepted("x".repeat(64)).jobId()).hasSize(64);
  }

  @ParameterizedTest
  @CsvSource({
    "'{\"job_id\":\"j\"}', cn-north-4, p1",
    "'{\"job_id\":\"j\",\"region\":\"eu-de\"}', eu-de, p2",
    "'{\"job_id\":\"j\",\"project_id\":\"p1\"}', cn-north-4, p1",
    "'{\"job_id\":\"j\",\"project_id\":\"p2\",\"region\":\"ap-1\"}', ap-1, p2"
  })
  void shouldFindTheConfiguredProjectARequestMeans(String value, String region, String project) {
    assertThat(((Accepted) read(value)).request().project())
        .isEqualTo(new ProjectRef(region, project));
  }

  @Test
  void shouldTakeARecordWithoutValueAsTakingARequestBack() {
    assertThat(requests.read(ID.getBytes(UTF_8), null, new RecordHeaders()))
        .isEqualTo(new Cancelled(ID));
    assertThat(requests.read(("\ufeff" + ID + "\n").getBytes(UTF_8), null, new RecordHeaders()))
        .isEqualTo(new Cancelled(ID));
  }

  @Test
  void shouldCarryCorrelationOfTheRightFormOnly() {
    String traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    RecordHeaders good = new RecordHeaders();
    good.add("traceparent", traceparent.getBytes(UTF_8));
    good.add("tracestate", "a=b,c=d".getBytes(UTF_8));
    good.add("correlation-id", "mine".getBytes(UTF_8));
    RecordHeaders bad = new RecordHeaders();
    bad.add("traceparent", "00-zz".getBytes(UTF_8));
    bad.add("tracestate", new byte[] {(byte) 0xff, 0, 10});
    bad.add("correlation-id", "x".repeat(513).getBytes(UTF_8));
    RecordHeaders none = new RecordHeaders();
    none.add("traceparent", null);
    none.add("correlation-id", new byte[0]);

    assertThat(accepted("j", good).correlation())
        .isEqualTo(new Correlation(traceparent, "a=b,c=d", "mine"));
    assertThat(accepted("j", bad).correlation()).isEqualTo(Correlation.NONE);
    assertThat(accepted("j", none).correlation()).isEqualTo(Correlation.NONE);
  }

  // ---- rejected records

  static Stream<String> refused() {
    String seventeen =
        IntStream.range(0, 17).mapToObj(i -> "'k" + i + "':'v'").collect(Collectors.joining(","));
    return Stream.of(
            "",
            "   ",
            "../etc/passwd",
            "a/b",
            "two ids",
            "one\ntwo",
            "#head",
            "x".repeat(65),
            "x".repeat(1_000_000),
            "{'job_id':'" + "x".repeat(70_000) + "'}",
            "[]",
            "['j']",
            "[{'job_id':'j'}]",
            "'a/b'",
            "{",
            "{}",
            "{'job_id':'j'",
            "{'job_id':'j'}{'job_id':'k'}",
            "{'job_id':'j'} trailing",
            "null",
            " true\n",
            "false",
            "{'job_id':5}",
            "{'job_id':5.5}",
            "{'job_id':true}",
            "{'job_id':null}",
            "{'job_id':''}",
            "{'job_id':['j']}",
            "{'job_id':{'job_id':'j'}}",
            "{'job_id':'../j'}",
            "{'job_id':'j/k'}",
            "{'id':'j'}",
            "{'job_id':'j','labels':{" + seventeen + "}}",
            "{'job_id':'j','labels':['a']}",
            "{'job_id':'j','labels':'x'}",
            "{'job_id':'j','labels':{'a':{}}}",
            "{'job_id':'j','labels':{'a':['b']}}",
            "{'job_id':'j','labels':{'a':null}}",
            "{'job_id':'j','labels':{'a':'" + "v".repeat(257) + "'}}",
            "{'job_id':'j','labels':{'" + "k".repeat(257) + "':'v'}}",
            "{'job_id':'j','deadline':'tomorrow'}",
            "{'job_id':'j','deadline':[]}",
            "undefined",
            "None",
            "nil",
            "{'job_id':'null'}",
            "{'job_id':'undefined'}",
            "{'job_id':'j','deadline':6}",
            "{'job_id':'j','deadline':{}}",
            "{'job_id':'j','deadline':'PT0S'}",
            "{'job_id':'j','deadline':'-PT6H'}",
            "{'job_id':'j','deadline':'P31D'}",
            "{'job_id':'j','deadline':'PT9223372036854775807H'}",
            "{'job_id':'j','region':'nowhere'}",
            "{'job_id':'j','project_id':'nobody'}",
            "{'job_id':'j','project_id':'p2'}",
            "{'job_id':'j','project_id':'p1','region':'eu-de'}",
            "{'job_id':'j','x':1e2147483648}",
            "{'job_id':'j','x':" + "[".repeat(500) + "]".repeat(500) + "}")
        .map(text -> text.replace('\'', '"'));
  }

  @Test
  void shouldSayWhyItTakesNoValueThatIsNoText() {
    assertThat(reason("null")).startsWith("null, true and false are not job ids");
    assertThat(reason("{'job_id':5}")).startsWith("job_id must be a string");
    assertThat(reason("{'job_id':null}")).startsWith("no job_id");
    assertThat(accepted("{'job_id':'true'}").jobId()).isEqualTo("true");
    assertThat(reason("{'job_id':'null'}")).contains("not null, undefined, none or nil");
    assertThat(accepted("nullable").jobId()).isEqualTo("nullable");
  }

  private String reason(String value) {
    return ((Refused) read(value.replace('\'', '"'))).reason();
  }

  @ParameterizedTest
  @MethodSource("refused")
  void shouldRefuseWhatItCannotServeAndSayWhatItWouldTake(String value) {
    assertThat(read(value))
        .isInstanceOfSatisfying(
            Refused.class,
            refused -> assertThat(refused.reason()).hasSizeBetween(10, 160).doesNotContain("\n"));
  }

  @Test
  void shouldRefuseBytesThatAreNoText() {
    assertThat(read(new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1})).isInstanceOf(Refused.class);
    assertThat(read(new byte[] {0})).isInstanceOf(Refused.class);
    assertThat(read(ID.getBytes(UTF_16))).isInstanceOf(Refused.class);
  }

  @Test
  void shouldRefuseToTakeBackNobodyKnowsWhat() {
    for (byte[] key : new byte[][] {null, {}, {(byte) 0xff}, "a/b".getBytes(UTF_8)}) {
      assertThat(requests.read(key, null, new RecordHeaders())).isInstanceOf(Refused.class);
    }
  }

  @Test
  void shouldNotRepeatInItsReasonWhatAStrangerWrote() {
    for (String value : new String[] {"<script>", "{\"job_id\":\"<script>\"}", "{\"<script>"}) {
      assertThat(((Refused) read(value)).reason()).doesNotContain("script");
    }
  }

  @Test
  void shouldNeverFailWhateverTheBytes() {
    byte[] envelope =
        ("{\"specversion\":\"1.0\",\"data\":{\"schema\":1,\"payload\":\"\\\"j\\\"\"},"
                + "\"data_base64\":\"ImoiCg==\"}")
            .getBytes(UTF_8);
    byte[] plain =
        "{\"job_id\":\"j\",\"labels\":{\"a\":\"b\"},\"deadline\":\"PT6H\",\"n\":1.5e3}"
            .getBytes(UTF_8);
    Seeds.each(
        20_000,
        random -> {
          byte[] value = (random.nextBoolean() ? envelope : plain).clone();
          for (int i = random.nextInt(5); i >= 0; i--) {
            value[random.nextInt(value.length)] =
                random.nextBoolean()
                    ? (byte) random.nextInt(256)
                    : (byte) "{}[]\",:\\019-.eEPTHDu".charAt(random.nextInt(20));
          }
          byte[] key = new byte[random.nextInt(5)];
          random.nextBytes(key);
          assertThat(requests.read(key, value, new RecordHeaders())).isNotNull();
          assertThat(Requests.names(value, "j")).isIn(true, false);
          assertThat(requests.read(key, null, new RecordHeaders())).isNotNull();
        });
  }

  // ---- the canonical form

  @Test
  void shouldReadBackFromTheJournalWhatItAccepted() {
    RecordHeaders headers = new RecordHeaders();
    headers.add("correlation-id", "mine".getBytes(UTF_8));
    JobRequest request =
        accepted(
            ("{'job_id':'j','labels':{'b':'\u00fc','a':'\\\"'},'deadline':'PT6H',"
                    + "'region':'eu-de'}")
                .replace('\'', '"'),
            headers);
    Evidence source = new Evidence("requests", 3, 17);
    Instant at = Instant.parse("2024-11-06T06:00:00.123Z");

    OutputRecord entry = LogCodec.encodeRequest(request, source, at);
    LogCodec.Decoded read =
        LogCodec.decode(
            new LogRecord(
                new Evidence("observations", 0, 5),
                entry.key(),
                entry.value(),
                entry.headers(),
                Long.MAX_VALUE));

    assertThat(read)
        .isEqualTo(new LogCodec.Valid("j", new Input.Requested(source, at, request), null));
  }

  private static JobRequest plain(ProjectRef project) {
    return new JobRequest(ID, project, new TreeMap<>(), null, Correlation.NONE);
  }

  private JobRequest accepted(String value) {
    return accepted(value.replace('\'', '"'), new RecordHeaders());
  }

  private JobRequest accepted(String value, RecordHeaders headers) {
    Read read = requests.read(null, value.getBytes(UTF_8), headers);
    assertThat(read).isInstanceOf(Accepted.class);
    return ((Accepted) read).request();
  }

  private Read read(String value) {
    return read(value.getBytes(UTF_8));
  }

  private Read read(byte[] value) {
    return requests.read(null, value, new RecordHeaders());
  }
}
