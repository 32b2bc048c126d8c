package dev.imsbridge.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imsbridge.job.JobStatus;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Bodies of the control API are written by hand, so each error names the field and the valid
 * values.
 */
class JsonTextTest {
  @Test
  void shouldReadAJobWithAllFields() {
    JobSpec spec =
        job(
            """
            {"job_id": "a-1", "job_type": "imsImportOvaImageJob", "duration": "PT3M",
             "outcome": "FAIL", "sub_jobs": 3, "listing": "ecs", "error_code": "IMG.1",
             "fail_reason": "no", "faults": [{"type": "reset", "count": 2}]}
            """);

    assertThat(spec)
        .isEqualTo(
            new JobSpec(
                "a-1",
                ImsJobType.IMPORT_OVA_IMAGE,
                Duration.ofMinutes(3),
                JobStatus.FAIL,
                3,
                SubJobListing.ECS,
                "IMG.1",
                "no",
                List.of(fault(FaultType.RESET, 2))));
  }

  @Test
  void shouldReadAJobWithoutFields() {
    assertThat(job("{}")).isEqualTo(JobSpec.DERIVED);
    assertThat(job("{\"duration\": 2.5}").duration()).isEqualTo(Duration.ofMillis(2500));
  }

  @Test
  void shouldReadNullAsAnAbsentField() {
    assertThat(
            job(
                """
                {"job_id": null, "job_type": null, "duration": null, "outcome": null,
                 "sub_jobs": null, "listing": null, "error_code": null, "faults": null}
                """))
        .isEqualTo(JobSpec.DERIVED);
    assertThat(
            job("""
            {"faults": [{"type": "reset", "on": null, "probability": null, "count": null,
              "after": null, "for": null, "policy": null, "limit": null, "time": null,
              "delay": null, "bytes": null, "code": null}]}
            """)
                .faults())
        .containsExactly(fault(FaultType.RESET, 0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"rate-limit", "rate_limit", "RATE_LIMIT", "Rate-Limit"})
  void shouldReadConstantsInAnyCaseWithHyphenOrUnderscore(String word) {
    assertThat(job("{\"faults\": [{\"type\": \"" + word + "\"}]}").faults())
        .containsExactly(fault(FaultType.RATE_LIMIT, 0));
  }

  @Test
  void shouldLimitTheNumberOfFaults() {
    String fault = "{\"type\": \"reset\"}";
    String most = String.join(",", Collections.nCopies(100, fault));

    assertThat(job("{\"faults\": [" + most + "]}").faults()).hasSize(100);
    assertThatThrownBy(() -> job("{\"faults\": [" + most + "," + fault + "]}"))
        .isInstanceOf(BadInputException.class)
        .hasMessage("faults must be a list of at most 100");
  }

  @Test
  void shouldReadAFaultWithAllFields() {
    String json =
        """
        {"faults": [{"type": "rate-limit", "on": "tokens", "probability": 0.5, "count": 4,
          "after": 10, "for": "PT1M", "retry_after": 3, "policy": "ip", "limit": 20,
          "time": "1 second", "delay": 0.2, "bytes": 100, "code": "IMG.0087"}]}
        """;

    assertThat(JsonText.read(JsonText.parse(json.getBytes(UTF_8)), FaultList.class).faults())
        .containsExactly(
            new InjectedFault(
                FaultType.RATE_LIMIT,
                FaultTarget.TOKENS,
                0.5,
                4,
                Duration.ofSeconds(10),
                Duration.ofMinutes(1),
                Duration.ofSeconds(3),
                ThrottlePolicy.IP,
                20,
                "1 second",
                Duration.ofMillis(200),
                100L,
                "IMG.0087"));
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
          {"duration": 0} | duration must be above 0
          {"outcome": "RUNNING"} | outcome must be SUCCESS or FAIL
          {"outcome": "LOST"} | outcome must be SUCCESS or FAIL
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
          {"faults": [{"type": "throttled", "time": "a while"}]} | throttled: time must be a number and
          null | a JSON object is expected
          "text" | a JSON object is expected
          {"job_id": {}} | job_id must be text
          {"job_id": true} | job_id must be text
          {"job_id": 1.5} | job_id must be text
          {"fail_reason": ["x"]} | fail_reason must be text
          {"job_type": 5} | job_type must be one of imsCreateImageByInstance
          {"job_type": "IMSIMPORTIMAGEJOB"} | job_type must be one of
          {"duration": true} | duration must be seconds
          {"duration": ""} | duration must be seconds
          {"duration": 31622401} | duration must be seconds
          {"duration": "PT8784H1S"} | at most 366 days
          {"duration": 1e300} | duration must be seconds
          {"outcome": 1} | outcome must be one of
          {"outcome": ""} | outcome must be one of
          {"sub_jobs": "3"} | sub_jobs must be a whole number
          {"sub_jobs": ""} | sub_jobs must be a whole number
          {"sub_jobs": 3.5} | sub_jobs must be a whole number
          {"sub_jobs": true} | sub_jobs must be a whole number
          {"sub_jobs": [3]} | sub_jobs must be a whole number
          {"sub_jobs": 99999999999} | sub_jobs must be a whole number
          {"faults": "reset"} | faults must be a list of at most 100
          {"faults": [5]} | a JSON object is expected
          {"faults": ["reset"]} | a JSON object is expected
          {"faults": [null]} | a JSON object is expected
          {"faults": [[]]} | a JSON object is expected
          {"faults": [{"type": "reset", "colour": "red"}]} | unknown field "colour"; known are
          {"faults": [{"type": "reset", "quota": 5}]} | unknown field "quota"
          {"faults": [{"type": null}]} | a fault needs a type
          {"faults": [{"type": "reset", "probability": "0.5"}]} | probability must be a number
          {"faults": [{"type": "reset", "probability": ""}]} | probability must be a number
          {"faults": [{"type": "reset", "probability": false}]} | probability must be a number
          {"faults": [{"type": "reset", "count": 1.5}]} | count must be a whole number
          {"faults": [{"type": "reset", "count": 2147483648}]} | count must be a whole number
          {"faults": [{"type": "reset", "count": -1}]} | reset: count must be 0
          {"faults": [{"type": "reset", "bytes": 1e30}]} | bytes must be a whole number
          {"faults": [{"type": "reset", "bytes": 10000000000000000000000}]} | bytes must be a whole number
          {"faults": [{"type": "reset", "bytes": 0}]} | reset: bytes must be 1 to
          {"faults": [{"type": "reset", "limit": 0}]} | reset: a quota needs
          {"faults": [{"type": "reset", "after": -1}]} | after must be seconds
          {"faults": [{"type": "reset", "after": "-PT1S"}]} | after must be seconds
          {"faults": [{"type": "reset", "code": "a b"}]} | reset: code must be
          {"faults": [{"type": "stale", "on": "tokens"}]} | stale is a fault of jobs only
          """)
  void shouldNameTheInvalidField(String json, String message) {
    assertThatThrownBy(() -> job(json))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(message);
  }

  private static JobSpec job(String json) {
    return JsonText.read(JsonText.parse(json.getBytes(UTF_8)), JobSpec.class);
  }

  /** A fault with the documented defaults. */
  private static InjectedFault fault(FaultType type, int count) {
    return new InjectedFault(
        type,
        FaultTarget.JOBS,
        1.0,
        count,
        Duration.ZERO,
        null,
        null,
        ThrottlePolicy.USER,
        200,
        "5 minute",
        Duration.ofSeconds(30),
        8L << 20,
        null);
  }
}
