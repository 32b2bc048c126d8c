package dev.imsbridge.poller.schedule;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.poller.VirtualIms;
import dev.imsbridge.wire.AnswerParser;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class FinishedJobsTest {
  private final List<String> told = new ArrayList<>();

  @Test
  void shouldTellOfAJobAndItsSubJobsThatEnded() {
    tell(
        """
        {"job_id": "a", "job_type": "root", "status": "SUCCESS",
         "begin_time": "2024-11-06T06:00:00.000Z", "end_time": "2024-11-06T06:00:10.000Z",
         "entities": {"sub_jobs": [
           {"job_id": "b", "job_type": "sub", "status": "FAIL",
            "begin_time": "2024-11-06T06:00:01.000Z", "end_time": "2024-11-06T06:00:03.000Z"}]}}""");
    assertThat(told).containsExactly("root PT10S", "sub PT2S");
  }

  @Test
  void shouldNotLearnFromTimesThatCannotBe() {
    tell(ended("type", "2024-11-06T06:00:10.000Z", "2024-11-06T06:00:00.000Z"));
    tell(ended("type", "2021-11-06T06:00:00.000Z", "2024-11-06T06:00:00.000Z"));
    tell(ended("type", "", "2024-11-06T06:00:00.000Z"));
    assertThat(told).isEmpty();
  }

  @Test
  void shouldTakeAnOverlongNameForNoType() {
    tell(ended("t".repeat(129), "2024-11-06T06:00:00.000Z", "2024-11-06T06:00:10.000Z"));
    assertThat(told).isEmpty();
    tell(ended("t".repeat(128), "2024-11-06T06:00:00.000Z", "2024-11-06T06:00:10.000Z"));
    assertThat(told).hasSize(1);
  }

  @Test
  void shouldTellHowLongAfterItWasAskedForARootJobEnded() {
    String job = ended("type", "2024-11-06T06:00:00.000Z", "2024-11-06T06:00:10.000Z");
    tell(job, Instant.parse("2024-11-06T06:00:02.000Z"));
    tell(job, Instant.parse("2024-11-06T07:00:00.000Z"));
    tell(job.replace("SUCCESS", "RUNNING"), Instant.parse("2024-11-06T06:00:02.000Z"));
    assertThat(told).containsExactly("type PT10S", "waited PT8S", "type PT10S", "waited PT0S");
  }

  /** Times come from outside. A date in the year 1 or 9999 must not stop the poller. */
  @Test
  void shouldNotLearnAWaitThatCannotBe() {
    tell(ended("", "9999-01-01T00:00:00.000Z", "9999-01-01T00:00:10.000Z"), VirtualIms.START);
    tell(
        ended("", "2024-11-06T06:00:00.000Z", "2024-11-06T06:00:10.000Z"),
        Instant.parse("0001-01-01T00:00:00Z"));
    assertThat(told).noneMatch(each -> each.startsWith("waited"));
  }

  private static String ended(String type, String begin, String end) {
    return """
        {"job_id": "a", "job_type": "%s", "status": "SUCCESS", "begin_time": "%s", "end_time": "%s"}"""
        .formatted(type, begin, end);
  }

  private void tell(String body) {
    tell(body, null);
  }

  private void tell(String body, Instant asked) {
    AnswerParser.Parsed parsed = AnswerParser.glance(body.getBytes(UTF_8), "a");
    FinishedJobs.teach(
        new PollPolicy() {
          @Override
          public long delayNanos(String jobType, long ageNanos, RandomGenerator random) {
            return 1;
          }

          @Override
          public void learn(String jobType, long durationNanos) {
            told.add(jobType + " " + Duration.ofNanos(durationNanos));
          }

          @Override
          public void learnWait(long waitNanos) {
            told.add("waited " + Duration.ofNanos(waitNanos));
          }
        },
        ((AnswerParser.Valid) parsed).answer(),
        asked);
  }
}
