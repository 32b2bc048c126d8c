package dev.imsbridge.cli.common;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.history.PublishedEvent;
import dev.imsbridge.terminal.Palette;
import java.time.ZoneOffset;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The lines that {@code watch} and {@code history} print. */
class EventTextTest {
  private static final String FAILED =
      "{'job_id':'c1','root_job_id':'r1','job_type':'imsImportOvaImageJob','previous_status':'RUNNING',"
          + "'status':'FAIL','observed_at':'2024-11-06T07:49:45.814Z','error_code':'IMG.0071','fail_reason':'no\\u001b[2J"
          + " such\\n"
          + "file','image_ids':[]}";
  private static final String COMPLETED =
      "{'job_id':'r1','root_job_id':'r1','job_type':'t','previous_status':'RUNNING','status':'SUCCESS',"
          + "'observed_at':'2024-11-06T07:49:45.814Z','outcome':'SUCCEEDED','lost_reason':null,"
          + "'duration_ms':222000,'sub_jobs':[{}],'image_ids':['i1','i2']}";

  private final EventText plain =
      new EventText(EventText.TIME.withZone(ZoneOffset.UTC), new Palette(false));

  private static ConsumerRecord<byte[], byte[]> record(String json) {
    return new ConsumerRecord<>("t", 0, 0, null, json.replace('\'', '"').getBytes(UTF_8));
  }

  private static PublishedEvent binary(String data, String type) {
    ConsumerRecord<byte[], byte[]> record = record(data);
    record.headers().add("ce_id", "e1".getBytes(UTF_8));
    record.headers().add("ce_type", type.getBytes(UTF_8));
    record.headers().add("content-type", "application/json".getBytes(UTF_8));
    return PublishedEvent.read(record).orElseThrow();
  }

  @Test
  void shouldTellAFailedSubJobInOneLineThatCannotSteerATerminal() {
    String line = plain.of(binary(FAILED, "dev.imsbridge.job.fail.v1"));
    assertThat(line)
        .startsWith("07:49:45.814  - c1")
        .contains("imsImportOvaImageJob")
        .contains("RUNNING -> FAIL")
        .contains("of r1, IMG.0071: no [2J such file")
        .doesNotContain("\u001b")
        .doesNotContain("\n");
  }

  @Test
  void shouldTellACompletion() {
    assertThat(plain.of(binary(COMPLETED, "dev.imsbridge.job.completed.v1")))
        .contains("ended: SUCCEEDED  after 3m42s, 1 sub-job, image i1 and 1 more");
  }

  @Test
  void shouldSayWhyAJobCountsAsLost() {
    String lost =
        "{'job_id':'r1','root_job_id':'r1','job_type':null,'previous_status':null,'status':'LOST',"
            + "'observed_at':'2024-11-06T07:49:45.814Z','outcome':'LOST','lost_reason':'NOT_FOUND',"
            + "'error_code':null,'fail_reason':'IMS does not know this job (404)','image_ids':[],"
            + "'duration_ms':null,'sub_jobs':[]}";
    assertThat(plain.of(binary(lost, "dev.imsbridge.job.lost.v1")))
        .contains("(new) -> LOST     IMS does not know this job (404)");
    assertThat(plain.of(binary(lost, "dev.imsbridge.job.completed.v1")))
        .contains("ended: LOST, NOT_FOUND  IMS does not know this job (404)");
  }

  @Test
  void shouldColourStatusesOnATerminalOnly() {
    EventText coloured = new EventText(EventText.TIME.withZone(ZoneOffset.UTC), new Palette(true));
    assertThat(coloured.of(binary(FAILED, "dev.imsbridge.job.fail.v1")))
        .contains("\u001b[31mFAIL   \u001b[0m");
  }

  /** Both CloudEvents modes produce the same output. */
  @Test
  void shouldReadStructuredEventsLikeBinaryOnes() {
    ConsumerRecord<byte[], byte[]> record =
        record("{'id':'e1','type':'dev.imsbridge.job.fail.v1','data':" + FAILED + "}");
    record
        .headers()
        .add("content-type", "application/cloudevents+json; charset=UTF-8".getBytes(UTF_8));
    PublishedEvent structured = PublishedEvent.read(record).orElseThrow();
    PublishedEvent binary = binary(FAILED, "dev.imsbridge.job.fail.v1");
    assertThat(structured.json()).isEqualTo(binary.json());
    assertThat(structured.id()).isEqualTo("e1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"not json", "[]", "{}", "{'job_id':'x'}", "null", "'text'"})
  void shouldPassOverWhatIsNoEvent(String value) {
    assertThat(PublishedEvent.read(record(value))).isEqualTo(Optional.empty());
  }

  @Test
  void shouldPassOverATombstone() {
    assertThat(PublishedEvent.read(new ConsumerRecord<>("t", 0, 0, null, null))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 ms",
    "999, 999 ms",
    "4200, 4.2 s",
    "59999, 60.0 s",
    "222000, 3m42s",
    "7500000, 2h05m"
  })
  void shouldSayTimesAsPeopleDo(long millis, String text) {
    assertThat(EventText.took(millis)).isEqualTo(text);
  }
}
