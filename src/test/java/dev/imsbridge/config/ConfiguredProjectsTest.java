package dev.imsbridge.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imsbridge.ims.Credentials;
import dev.imsbridge.ims.Endpoint;
import dev.imsbridge.ims.Project;
import dev.imsbridge.job.ProjectRef;
import dev.imsbridge.service.ImsAccess;
import dev.imsbridge.terminal.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A request names its project by alias, id or region; a wrong match would poll with the wrong
 * credentials.
 */
class ConfiguredProjectsTest {
  @TempDir Path directory;
  private final List<String> assignments = new ArrayList<>();
  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void noProfileOfThisMachine() {
    assignments.add("ims.auth.profile=" + directory.resolve("none"));
  }

  private void set(String... settings) {
    assignments.addAll(List.of(settings));
  }

  private ConfiguredProjects projects() {
    return new ConfiguredProjects(BridgeConfig.load(null, environment, assignments));
  }

  private Project only() {
    List<Project> all = projects().all();
    assertThat(all).hasSize(1);
    return all.get(0);
  }

  @Test
  void shouldAskARegionAtItsPublicEndpoint() {
    set("ims.region=cn-north-4", "ims.project.id=p1", "ims.auth=none");
    assertThat(only().endpoint()).isEqualTo(Endpoint.ofRegion("cn-north-4"));
    assertThat(only().ref()).isEqualTo(new ProjectRef("cn-north-4", "p1"));
  }

  @ParameterizedTest
  @CsvSource({
    "http://127.0.0.1:8090, local",
    "https://ims.eu-de.otc.t-systems.com, eu-de",
    "https://ims.cn-south-1.myhuaweicloud.com, cn-south-1",
    "https://proxy.example.com, local"
  })
  void shouldReadTheRegionOffTheEndpointWhereItIsNotSaid(String endpoint, String region) {
    set("ims.endpoint=" + endpoint, "ims.project.id=p1", "ims.auth=none");
    assertThat(only().ref().region()).isEqualTo(region);
  }

  @Test
  void shouldTakeARegionsEndpointFromTheOfficialSdksVariable() {
    environment.put("HUAWEICLOUD_SDK_REGION_IMS_CN_NORTH_4", "https://ims.example.com");
    set("ims.region=cn-north-4", "ims.project.id=p1", "ims.auth=none");
    assertThat(only().endpoint().host()).isEqualTo("ims.example.com");
  }

  @ParameterizedTest
  @CsvSource({
    "ims.project.id=p1, ims.region",
    "ims.region=cn-north-4, ims.project.id is missing",
    "ims.region=cn-north-4, IMSBRIDGE_IMS_PROJECT_ID"
  })
  void shouldSayWhatIsMissing(String given, String told) {
    set(given);
    assertThatThrownBy(() -> projects().requests())
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining(told);
  }

  @Test
  void shouldSayWhichCredentialIsMissing() {
    set("ims.region=cn-north-4", "ims.project.id=p1", "ims.auth=token");
    assertThatThrownBy(() -> projects().all()).hasMessageContaining("ims.auth.token is missing");
    set("ims.auth=aksk", "ims.auth.ak=AK");
    assertThatThrownBy(() -> projects().all()).hasMessageContaining("ims.auth.sk is missing");
    set("ims.auth=password");
    assertThatThrownBy(() -> projects().all()).hasMessageContaining("ims.auth.domain is missing");
  }

  @Test
  void shouldFindCredentialsInTheOrderOfTheOfficialSdk() throws IOException {
    set("ims.region=cn-north-4", "ims.project.id=p1");
    assertThat(only().credentials()).isInstanceOf(Credentials.Metadata.class);

    Path profile = directory.resolve("credentials");
    Files.writeString(profile, "[global]\nak=no\nsk=no\n[basic]\nak = AK\nsk = SK\n");
    set("ims.auth.profile=" + profile);
    assertThat(only().credentials())
        .isInstanceOfSatisfying(
            Credentials.AccessKey.class, key -> assertThat(key.id()).isEqualTo("AK"));

    environment.put("HUAWEICLOUD_SDK_AK", "AK2");
    environment.put("HUAWEICLOUD_SDK_SK", "SK2");
    assertThat(only().credentials())
        .isInstanceOfSatisfying(
            Credentials.AccessKey.class, key -> assertThat(key.id()).isEqualTo("AK2"));

    set("ims.auth.token=T");
    assertThat(only().credentials()).isInstanceOf(Credentials.Token.class);
  }

  @Test
  void shouldTakeTheProjectOfAProfileWhoseKeyIsUsedAndNoOtherIsSet() throws IOException {
    Path profile = directory.resolve("credentials");
    Files.writeString(profile, "[basic]\nak=AK\nsk=SK\nproject_id=p7\n[global]\ndomain_id=d\n");
    set("ims.region=cn-north-4", "ims.auth.profile=" + profile);
    assertThat(only().ref().projectId()).isEqualTo("p7");
    set("ims.project.id=p1");
    assertThat(only().ref().projectId()).isEqualTo("p1");

    set("ims.project.id=", "ims.auth.token=T");
    assertThatThrownBy(() -> projects().requests())
        .hasMessageContaining("ims.project.id is missing");
    set("ims.auth.token=");
    Files.writeString(profile, "[basic]\nak=AK\nsk=SK\nproject_id=../v2\n");
    assertThatThrownBy(() -> projects().requests()).hasMessageContaining("project_id must be");
  }

  @Test
  void shouldComplainOfAProfileWithoutAWholeKey() throws IOException {
    Path profile = Files.writeString(directory.resolve("credentials"), "[basic]\nak=AK\n");
    set("ims.region=cn-north-4", "ims.project.id=p1", "ims.auth.profile=" + profile);
    assertThatThrownBy(() -> projects().all()).hasMessageContaining("no ak and sk");
  }

  /** A local simulator must work without a setting that turns authentication off. */
  @Test
  void shouldSendNothingToAPlainHttpEndpointByItself() {
    set("ims.endpoint=http://127.0.0.1:8090", "ims.project.id=p1");
    assertThat(only().credentials()).isInstanceOf(Credentials.None.class);
  }

  @Test
  void shouldNotSendATokenUnencryptedToAnotherMachine() {
    set("ims.endpoint=http://ims.example.com", "ims.project.id=p1", "ims.auth.token=T");
    assertThatThrownBy(() -> projects().all())
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("use https");
  }

  @Test
  void shouldLetEachProjectOverrideWhatIsCommon() {
    set("ims.region=cn-north-4", "ims.project.id=p1", "ims.auth=none", "ims.rate=5");
    set("ims.projects.other.project.id=p2", "ims.projects.other.region=eu-west-0");
    set("ims.projects.other.rate=7");
    set("ims.projects.sim.project.id=p3", "ims.projects.sim.endpoint=http://127.0.0.1:1");

    List<Project> all = projects().all();

    assertThat(all).extracting(Project::name).containsExactly("default", "other", "sim");
    assertThat(all)
        .extracting(Project::ref)
        .containsExactly(
            new ProjectRef("cn-north-4", "p1"),
            new ProjectRef("eu-west-0", "p2"),
            new ProjectRef("local", "p3"));
    assertThat(all)
        .extracting(project -> project.budget().callsPerSecond())
        .containsExactly(5d, 7d, 5d);
    assertThat(all.get(1).endpoint()).isEqualTo(Endpoint.ofRegion("eu-west-0"));
  }

  @Test
  void shouldHaveAConnectionForEveryCallThatMayBeUnderWay() {
    set("ims.region=cn-north-4", "ims.project.id=p1", "ims.auth=none", "ims.concurrency=10");
    set("ims.projects.big.project.id=p2", "ims.projects.big.concurrency=200");
    BridgeConfig config = BridgeConfig.load(null, environment, assignments);
    assertThat(ImsAccess.settings(config, projects().all()).connections()).isEqualTo(210);
  }

  @Test
  void shouldTakeASingleNamedProjectAsTheDefault() {
    set("ims.projects.prod.project.id=p2", "ims.projects.prod.region=cn-north-4", "ims.auth=none");
    assertThat(only().name()).isEqualTo("prod");
    set("ims.projects.test.project.id=p3", "ims.projects.test.region=cn-north-4");
    assertThatThrownBy(() -> projects().requests())
        .hasMessageContaining("ims.project.id is missing");
  }

  @Test
  void shouldNotTakeTheSameProjectTwice() {
    set("ims.region=cn-north-4", "ims.project.id=p1", "ims.projects.again.project.id=p1");
    assertThatThrownBy(() -> projects().requests()).hasMessageContaining("the same project");
  }
}
