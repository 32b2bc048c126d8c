package dev.imsbridge.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpecReaderTest {
  @Test
  void shouldReadAWholeJob() {
    JobSpec spec =
        job(
            """
            {"job_id": "a-1", "job_type": "imsImportOvaImageJob", "duration": "PT3M",
             "outcome": "FAIL", "sub_jobs": 3, "listing": "ecs", "error_code": "IMG.1",
             "fail_reason": "no", "faults": [{"type": "reset", "count": 2}]}
            """);

    assertThat(spec)
        .isEqualTo(
            JobSpec.of(ImsJobType.IMPORT_OVA_IMAGE)
                .withId("a-1")
                .lasting(Duration.ofMinutes(3))
                .failing("IMG.1", "no")
                .withSubJobs(3, SubJobListing.ECS)
                .withFaults(InjectedFault.of(FaultType.RESET).times(2)));
  }

  @Test
  void shouldLeaveWhatIsNotSaidToTheJobId() {
    assertThat(job("{}")).isEqualTo(JobSpec.derived());
    assertThat(job("{\"duration\": 2.5}").duration()).isEqualTo(Duration.ofMillis(2500));
  }

  @Test
  void shouldReadAFaultWithAllItsParticulars() {
    String json =
        """
        {"faults": [{"type": "rate-limit", "on": "tokens", "probability": 0.5, "count": 4,
          "after": 10, "for": "PT1M", "retry_after": 3, "policy": "ip", "limit": 20,
          "time": "1 second", "delay": 0.2, "bytes": 100, "code": "IMG.0087"}]}
        """;

    assertThat(SpecReader.faultList(JsonText.parse(json.getBytes(UTF_8))))
        .containsExactly(
            InjectedFault.of(FaultType.RATE_LIMIT)
                .on(FaultTarget.TOKENS)
                .withProbability(0.5)
                .times(4)
                .after(Duration.ofSeconds(10))
                .lasting(Duration.ofMinutes(1))
                .withRetryAfter(Duration.ofSeconds(3))
                .withPolicy(ThrottlePolicy.IP)
                .withQuota(CallQuota.of(20, "1 second"))
                .withDelay(Duration.ofMillis(200))
                .withBytes(100)
                .withCode("IMG.0087"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          [] | a JSON object is expected
          {"job_id": "../x"} | job_id must match
          {"job_id": 5} | job_id must be text
          {"job_type": "nonsense"} | job_type must be one of imsCreateImageByInstance
          {"duration": "long"} | duration must be seconds or an ISO-8601 duration
          {"duration": -1} | duration must be seconds
          {"duration": 0} | duration must be more than nothing
          {"outcome": "RUNNING"} | outcome must be SUCCESS or FAIL
          {"outcome": "maybe"} | outcome must be one of
          {"sub_jobs": 3} | need a job_type that has sub-jobs
          {"job_type": "imsImportOvaImageJob", "sub_jobs": 0} | sub_jobs must be 1 to 1000
          {"job_type": "imsImportOvaImageJob", "listing": "x"} | listing must be one of result, list, ecs
          {"error_code": "IMG.1"} | need the outcome FAIL
          {"colour": "red"} | unknown field "colour"
          {"faults": {}} | faults must be a list
          {"faults": [{}]} | a fault needs a type
          {"faults": [{"type": "boom"}]} | type must be one of throttled
          {"faults": [{"type": "reset", "probability": 2}]} | reset: probability must be
          {"faults": [{"type": "throttled", "time": "a while"}]} | time must be a number and
          """)
  void shouldSayWhatIsWrong(String json, String message) {
    assertThatThrownBy(() -> job(json))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(message);
  }

  private static JobSpec job(String json) {
    return SpecReader.job(JsonText.parse(json.getBytes(UTF_8)));
  }
}
