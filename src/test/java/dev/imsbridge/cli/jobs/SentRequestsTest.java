package dev.imsbridge.cli.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.job.Evidence;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Where a request went is the first question when it has no effect. */
class SentRequestsTest {
  private static SentRequests sent(int jobs) {
    Map<String, Evidence> positions = new LinkedHashMap<>();
    for (int i = 0; i < jobs; i++) {
      positions.put("job-" + i, new Evidence("r", i % 2, 10 + i / 2));
    }
    return new SentRequests("r", positions);
  }

  @Test
  void shouldSayWhereEachOfAFewRequestsIs() {
    assertThat(sent(1).text("submitted", true))
        .isEqualTo("submitted 1 job to r (partition 0, offset 10); a bridge is running\n");
    assertThat(sent(2).text("submitted", false))
        .isEqualTo(
            """
            submitted 2 jobs to r
            JOB    PARTITION  OFFSET
            job-0          0      10
            job-1          1      10
            """);
  }

  @Test
  void shouldSumUpManyRequestsByPartition() {
    assertThat(sent(3001).text("submitted", false))
        .isEqualTo(
            """
            submitted 3,001 jobs to r
            PARTITION  JOBS  FIRST OFFSET  LAST OFFSET
            0          1501            10         1510
            1          1500            10         1509
            """);
  }
}
