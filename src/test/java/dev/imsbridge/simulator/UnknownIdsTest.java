package dev.imsbridge.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imsbridge.job.JobStatus;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnknownIdsTest {

  @ParameterizedTest
  @CsvSource({
    "gone, gone, true",
    "gone, gone-1, false",
    "gone*, gone, true",
    "gone*, gone-1, true",
    "gone*, bygone, false",
    "*, anything, true",
    "a*b*c, abc, true",
    "a*b*c, a-b-b-c, true",
    "a*b*c, acb, false",
    "a*a, a, false",
    "*a*a*, xa, false",
    "**x, x, true",
  })
  void shouldMatchAStarWithAnyCharacters(String pattern, String id, boolean unknown) {
    assertThat(UnknownIds.of(List.of("none", pattern)).contains(id)).isEqualTo(unknown);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a/b", "[ab]", "a?", "ü"})
  void shouldRefusePatternsThatMatchNoJobId(String pattern) {
    assertThatThrownBy(() -> UnknownIds.of(List.of(pattern)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("not '" + pattern + "'");
  }

  /** A wrong id must be answered as IMS does, and only jobs that were created are then known. */
  @Test
  void shouldKnowOnlyCreatedJobsAndTheirSubJobs() {
    try (SimulatorServer server =
        SimulatorServer.start(SimulatorOptions.defaults().withUnknown(List.of("*")))) {
      HttpProbe probe = new HttpProbe();
      String parent =
          server.create(
              ScriptedJob.of(ImsJobType.IMPORT_OVA_IMAGE)
                  .succeeding()
                  .withSubJobs(2, SubJobListing.values()[0])
                  .build());

      HttpResponse<String> wrong = probe.get(server.uri().resolve("/v1/p/jobs/wrong"));
      assertThat(wrong.statusCode()).isEqualTo(404);
      assertThat(wrong.body()).contains("IMG.0021");
      assertThat(probe.get(server.uri().resolve("/v1/cloudimages/job/wrong")).statusCode())
          .isEqualTo(404);
      assertThat(server.stats().jobs()).isOne();
      HttpResponse<String> known = probe.get(server.uri().resolve("/v1/p/jobs/" + parent));
      assertThat(known.statusCode()).isEqualTo(200);
      assertThat(HttpProbe.json(known).path("status").asText()).isEqualTo(JobStatus.INIT.name());
      // The sub-job has not started yet, but is no stranger: it is counted.
      probe.get(server.uri().resolve("/v1/p/jobs/" + parent + "-s1"));
      assertThat(server.gets(parent + "-s1")).isOne();
      assertThat(probe.get(server.uri().resolve("/v1/p/jobs/" + parent + "-s9")).statusCode())
          .isEqualTo(404);
      assertThat(server.gets(parent + "-s9")).isZero();
    }
  }
}
