package dev.imsbridge.ims;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.imsbridge.job.ProjectRef;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Validation of configured endpoints, paths and projects. */
class EndpointTest {

  @ParameterizedTest
  @CsvSource({
    "https://ims.cn-north-4.myhuaweicloud.com, https://ims.cn-north-4.myhuaweicloud.com",
    "HTTPS://IMS.Example.ORG:443/, https://ims.example.org",
    "http://localhost:8080, http://localhost:8080",
    "http://[::1]:80/, http://[::1]",
    "https://[::1]:8443, https://[::1]:8443"
  })
  void shouldReadUrls(String text, String expected) {
    assertThat(Endpoint.of(text)).hasToString(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "ims.example.org",
        "ftp://ims.example.org",
        "https://",
        "https://user:hunter2@ims.example.org",
        "https://ims.example.org/v1",
        "https://ims.example.org?x=hunter2",
        "https://ims.example.org#x",
        "https://ims.example.org:99999",
        "https://ims example.org"
      })
  void shouldRefuseWhatIsNoEndpointWithoutQuotingIt(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Endpoint.of(text))
        .withMessageContaining("endpoint")
        .withMessageNotContaining("hunter2");
  }

  @Test
  void shouldKnowRegions() {
    assertThat(Endpoint.ofRegion("eu-west-101"))
        .hasToString("https://ims.eu-west-101.myhuaweicloud.com");
    assertThat(Endpoint.iamOfRegion("cn-north-4"))
        .hasToString("https://iam.cn-north-4.myhuaweicloud.com");
    assertThatIllegalArgumentException().isThrownBy(() -> Endpoint.ofRegion("evil.example.org/"));
  }

  @Test
  void shouldFillInPaths() {
    assertThat(PathTemplate.DEFAULT.expand("p", "j")).isEqualTo("/v1/p/jobs/j");
    assertThat(PathTemplate.of("/v1/cloudimages/job/{job_id}").expand("p", "j"))
        .isEqualTo("/v1/cloudimages/job/j");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/v1/jobs",
        "v1/{job_id}",
        "/v1//{job_id}",
        "/v1/{job_id}/",
        "/v1/{job_id}?x=1",
        "/v1/../{job_id}",
        "/v1/{job_id}/..",
        "/v1/{other}/{job_id}",
        "/v1/%2e/{job_id}"
      })
  void shouldRefuseWhatIsNoPath(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PathTemplate.of(text))
        .withMessageContaining("{job_id}");
  }

  @Test
  void shouldNotSendATokenUnencryptedToAnotherMachine() {
    Credentials token = new Credentials.Token(Secret.of("t"));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> project("p", "http://ims.example.org", token))
        .withMessageContaining("use https");
    assertThat(project("p", "http://127.0.0.1:8080", token)).isNotNull();
    assertThat(project("p", "https://ims.example.org", token)).isNotNull();
  }

  @Test
  void shouldRefuseAProjectIdThatDoesNotBelongIntoAPath() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> project("../x", "https://ims.example.org", new Credentials.None()));
  }

  private static Project project(String id, String endpoint, Credentials credentials) {
    return new Project(
        "test",
        new ProjectRef("here-1", id),
        Endpoint.of(endpoint),
        credentials,
        new BudgetSettings(1, 1, 1));
  }
}
