package dev.imsbridge.ims;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CredentialChainTest {
  private static final Map<String, String> ENVIRONMENT =
      Map.of(
          "HUAWEICLOUD_SDK_AK", "ak-env",
          "HUAWEICLOUD_SDK_SK", "sk-env",
          "HUAWEICLOUD_SDK_PROJECT_ID", "p-env");

  @TempDir private Path home;

  @Test
  void shouldTakeTheEnvironmentFirst() throws IOException {
    profile("[basic]\nak = ak-file\nsk = sk-file\n");

    CredentialChain.Found found = CredentialChain.find(ENVIRONMENT, home);

    assertThat(found.credentials())
        .isEqualTo(new Credentials.AccessKey("ak-env", Secret.of("sk-env"), null));
    assertThat(found.projectId()).isEqualTo("p-env");
    assertThat(found.source()).isEqualTo("environment");
  }

  @Test
  void shouldTakeTheProfileNext() throws IOException {
    Path file =
        profile(
            """
            # my keys
            [global]
            ak = other
            sk = other
            [basic]
            ak = ak-file
            sk=sk/file=+
              security_token = token
            project_id = p-file
            [more]
            ak = another
            """);

    CredentialChain.Found found = CredentialChain.find(Map.of(), home);

    assertThat(found.credentials())
        .isEqualTo(
            new Credentials.AccessKey("ak-file", Secret.of("sk/file=+"), Secret.of("token")));
    assertThat(found.projectId()).isEqualTo("p-file");
    assertThat(found.source()).isEqualTo(file.toString());
  }

  @Test
  void shouldTakeTheFileThatTheEnvironmentNames() throws IOException {
    Path file = Files.writeString(home.resolve("keys.ini"), "[basic]\nak = a\nsk = s\n");

    CredentialChain.Found found =
        CredentialChain.find(
            Map.of("HUAWEICLOUD_SDK_CREDENTIALS_FILE", file.toString()), Path.of("/nowhere"));

    assertThat(found.source()).isEqualTo(file.toString());
  }

  @Test
  void shouldEndAtTheMetadataService() throws IOException {
    profile("[global]\nak = a\nsk = s\n");

    CredentialChain.Found found = CredentialChain.find(Map.of("HUAWEICLOUD_SDK_AK", " "), home);

    assertThat(found.credentials())
        .isEqualTo(new Credentials.Metadata(new Endpoint(false, "169.254.169.254", 80)));
  }

  @Test
  void shouldRefuseHalfAKeyWithoutShowingIt() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CredentialChain.find(Map.of("HUAWEICLOUD_SDK_SK", "very-secret"), home))
        .withMessageContaining("environment")
        .withMessageNotContaining("very-secret");
  }

  @Test
  void shouldRefuseANamedFileThatIsNotThere() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                CredentialChain.find(
                    Map.of("HUAWEICLOUD_SDK_CREDENTIALS_FILE", "/nowhere/keys"), home))
        .withMessageContaining("/nowhere/keys");
  }

  private Path profile(String text) throws IOException {
    Path directory = Files.createDirectories(home.resolve(".huaweicloud"));
    return Files.writeString(directory.resolve("credentials"), text);
  }
}
