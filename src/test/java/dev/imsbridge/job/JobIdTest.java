package dev.imsbridge.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class JobIdTest {
  @Test
  void shouldTakeTheIdsThatTheCloudGives() {
    assertThat(
            Stream.of(
                "ff8080814dbd65d7014dbe0d84db0013",
                "30e55148-deb9-4923-adb9-91618de16ba0",
                "A_z-9",
                "0",
                "x".repeat(64)))
        .allMatch(JobId::valid);
  }

  @Test
  void shouldRefuseWhatCouldLeaveItsPlaceInAUrlOrAKey() {
    assertThat(
            Stream.of(
                "",
                " ",
                "../x",
                "a/b",
                "a?b",
                "a#b",
                "a%2e",
                "a b",
                "a\n",
                "a\u0000",
                "#head",
                "\u00e9",
                "\uff11",
                "x".repeat(65)))
        .noneMatch(JobId::valid);
    assertThat(JobId.valid(null)).isFalse();
  }

  /** A program that puts an absent value into a URL requests a job with that word as its id. */
  @Test
  void shouldRefuseTheWordsThatProgramsWriteForAnAbsentValue() {
    assertThat(Stream.of("null", "undefined", "None", "nil", "NULL", "none", "Nil"))
        .noneMatch(JobId::valid);
    assertThat(Stream.of("nullable", "none1", "nil-", "undefined_")).allMatch(JobId::valid);
  }
}
