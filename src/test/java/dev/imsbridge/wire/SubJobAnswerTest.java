package dev.imsbridge.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class SubJobAnswerTest {
  private static Optional<String> find(String body, String id) {
    return SubJobAnswer.of(body.replace('\'', '"').getBytes(UTF_8), id)
        .map(bytes -> new String(bytes, UTF_8).replace('"', '\''));
  }

  @Test
  void shouldTakeOutWhatStandsThereAtAnyDepth() {
    String leaf = "{'job_id':'c','status':'FAIL','n':1.50,'odd':{'x':[null]}}";
    String middle = "{'job_id':'b','entities':{'sub_jobs':['zzz'," + leaf + "]}}";
    String body = "{'job_id':'a','entities':{'sub_jobs_result':[{'job_id':'x'}," + middle + "]}}";

    assertThat(find(body, "b")).contains(middle);
    assertThat(find(body, "c")).contains(leaf);
  }

  /** A client of the mirror receives valid JSON for any body from IMS. */
  @Test
  void shouldTakeOutASubJobOfAnAnswerThatIsReadInPart() {
    String body = "{'job_id':'a','x':NaN,'entities':{'sub_jobs':[{'job_id':'B','n':Infinity}]}}";

    assertThat(find(body, "b")).contains("{'job_id':'B','n':null}");
  }

  @Test
  void shouldFindNothingWhereASubJobIsOnlyNamed() {
    assertThat(find("{'job_id':'a','entities':{'sub_jobs_list':['b']}}", "b")).isEmpty();
    assertThat(find("{'job_id':'a','entities':''}", "a")).isEmpty();
    assertThat(find("{'job_id':'a','entities':{'sub_jobs':'b'}}", "b")).isEmpty();
    assertThat(find("not JSON", "b")).isEmpty();
  }

  @Test
  void shouldFindEachSubJobOfTheVendorsExample() {
    byte[] body = ImsExamples.of("imsImportOvaImageJob").body();
    AnswerParser.Parsed parsed =
        AnswerParser.parse(body, ImsExamples.json(body).get("job_id").asText());

    assertThat(((AnswerParser.Valid) parsed).answer().subJobs())
        .isNotEmpty()
        .allSatisfy(
            subJob ->
                assertThat(SubJobAnswer.of(body, subJob.jobId()).map(ImsExamples::json))
                    .hasValueSatisfying(
                        json ->
                            assertThat(json.path("status").asText()).isEqualTo(subJob.status())));
  }
}
