package dev.imsbridge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.imsbridge.simulator.AccessKey;
import dev.imsbridge.simulator.FaultType;
import dev.imsbridge.simulator.InjectedFault;
import dev.imsbridge.simulator.ScriptedFault;
import dev.imsbridge.simulator.SimulatorAuth;
import dev.imsbridge.simulator.SimulatorOptions;
import dev.imsbridge.simulator.SimulatorServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The checks that need no cluster: settings, credentials, clocks and GETs. */
class DoctorTest {
  private static final String SECRET = "sk-that-nobody-may-see";

  private final Map<String, String> environment = new TreeMap<>();

  private @TempDir Path directory;

  @BeforeEach
  void setUp() {
    environment.put("IMSBRIDGE_DATA_DIR", directory.toString());
    environment.put("IMSBRIDGE_EMBEDDED_PORT", "1");
    environment.put("IMSBRIDGE_KAFKA_DEFAULT_API_TIMEOUT_MS", "400");
    environment.put("IMSBRIDGE_KAFKA_REQUEST_TIMEOUT_MS", "300");
    environment.put("IMSBRIDGE_IMS_PROJECT_ID", "p1");
    environment.put("IMSBRIDGE_IMS_AUTH", "aksk");
    environment.put("HUAWEICLOUD_SDK_AK", "ak1");
    environment.put("HUAWEICLOUD_SDK_SK", SECRET);
  }

  private InProcess doctor(SimulatorOptions options, String... arguments) {
    try (SimulatorServer simulator = SimulatorServer.start(options)) {
      environment.put("IMSBRIDGE_IMS_ENDPOINT", simulator.uri().toString());
      return doctor(arguments);
    }
  }

  private InProcess doctor(String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "doctor";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    InProcess doctor = InProcess.run(environment, all);
    assertThat(doctor.out() + doctor.err()).doesNotContain(SECRET).doesNotContain("Exception");
    return doctor;
  }

  private static SimulatorOptions simulator() {
    return SimulatorOptions.defaults()
        .withAuth(SimulatorAuth.aksk(AccessKey.permanent("ak1", SECRET)));
  }

  @Test
  void shouldSayWhereEachSettingComesFromAndHideSecrets() {
    InProcess doctor = doctor(simulator(), "--set", "poll.policy=fixed");
    assertThat(doctor.out())
        .containsPattern("poll.policy +fixed +--set")
        .containsPattern("ims.auth.ak +ak1 +HUAWEICLOUD_SDK_AK")
        .containsPattern("ims.auth.sk +\\[hidden] +HUAWEICLOUD_SDK_SK")
        .containsPattern("ims.project.id +p1 +IMSBRIDGE_IMS_PROJECT_ID");
  }

  @Test
  void shouldListTheDefaultsWhereAllIsWanted() {
    assertThat(doctor(simulator(), "--all").out())
        .containsPattern("poll.policy +adaptive +default")
        .containsPattern("ims.project.id +p1 +IMSBRIDGE_IMS_PROJECT_ID")
        .contains("\nhttp.auth.token ")
        .doesNotContain("All others have their defaults");
    assertThat(doctor(simulator()).out())
        .doesNotContain("poll.policy")
        .contains("All others have their defaults");
  }

  @Test
  void shouldHideAllSettingsOfPlugIns() {
    environment.put("IMSBRIDGE_KAFKA_PLUG_CLIENT_HANDLE", SECRET);
    environment.put("IMSBRIDGE_KAFKA_SASL_JAAS_CONFIG", "a required password=\"" + SECRET + "\";");
    assertThat(doctor(simulator()).out())
        .containsPattern("kafka.plug.client.handle +\\[hidden]")
        .containsPattern("kafka.sasl.jaas.config +\\[hidden]");
  }

  @Test
  void shouldFindNothingWrongWithGoodCredentialsAndAClockThatGoesRight() {
    InProcess doctor = doctor(simulator());
    assertThat(doctor.out())
        .containsPattern("WARN  kafka .*none is configured")
        .containsPattern("OK    credentials default +an access key signs each GET")
        .containsPattern("OK    clock default +agrees with that of http")
        .containsPattern("OK    get default +imsbridge-doctor is INIT");
    assertThat(doctor.exitCode()).isZero();
  }

  @Test
  void shouldTakeAnUnknownJobForAProofOfGoodCredentials() {
    InjectedFault unknown = ScriptedFault.of(FaultType.NOT_FOUND).build();
    assertThat(doctor(simulator().withFaults(unknown), "--job", "made-up").out())
        .containsPattern(
            "OK    get default +made-up is unknown to IMS; the credentials are accepted");
  }

  @Test
  void shouldSayWhenTheCredentialsAreRefused() {
    environment.put("HUAWEICLOUD_SDK_AK", "somebody-else");
    InProcess doctor = doctor(simulator());
    assertThat(doctor.exitCode()).isEqualTo(1);
    assertThat(doctor.out())
        .containsPattern("FAIL  get default +HTTP 401")
        .contains("-> check the settings under ims.auth");
  }

  @Test
  void shouldSayThatSignaturesFailWhereTheClockIsFarOff() {
    SimulatorOptions elsewhen =
        simulator().withClock(() -> Instant.now().plus(Duration.ofMinutes(20)));
    InProcess doctor = doctor(elsewhen);
    assertThat(doctor.exitCode()).isEqualTo(1);
    assertThat(doctor.out())
        .containsPattern("FAIL  clock default +(1199|1200) s behind that of http://127.0.0.1")
        .contains("-> set this machine's clock: signatures are rejected if it is wrong by 15 min")
        .containsPattern("FAIL  get default +the clocks differ by (19|20) minutes");
  }

  @Test
  void shouldWarnOfAClockThatIsSomewhatOff() {
    SimulatorOptions elsewhen =
        simulator().withClock(() -> Instant.now().minus(Duration.ofMinutes(3)));
    InProcess doctor = doctor(elsewhen);
    assertThat(doctor.exitCode()).isZero();
    assertThat(doctor.out()).containsPattern("WARN  clock default +\\d+ s ahead of that of");
  }

  @Test
  void shouldSayWhenNobodyAnswers() {
    environment.put("IMSBRIDGE_IMS_ENDPOINT", "http://127.0.0.1:1");
    environment.put("IMSBRIDGE_KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1");
    InProcess doctor = doctor();
    assertThat(doctor.exitCode()).isEqualTo(1);
    assertThat(doctor.out())
        .containsPattern("FAIL  kafka +no broker answers at 127.0.0.1:1")
        .contains("-> check kafka.bootstrap.servers")
        .containsPattern("WARN  clock default +http://127.0.0.1:1 does not state its time")
        .containsPattern("FAIL  get default ")
        .contains("-> check that http://127.0.0.1:1 can be reached from here");
  }

  @Test
  void shouldReportAConfigurationThatMakesNoSense() throws IOException {
    InProcess doctor = doctor("--json", "--set", "poll.polcy=fixed");
    assertThat(doctor.exitCode()).isEqualTo(1);
    JsonNode json = new JsonMapper().readTree(doctor.out());
    assertThat(json.path("ok").asBoolean()).isFalse();
    assertThat(json.at("/findings/0/subject").asText()).isEqualTo("configuration");
    assertThat(json.at("/findings/0/text").asText()).contains("did you mean 'poll.policy'?");
  }

  /** All findings appear in one run, so that the user need not correct them one by one. */
  @Test
  void shouldReportEveryFindingWithACure() throws IOException {
    environment.put("IMSBRIDGE_IMS_AUTH", "none");
    InProcess doctor =
        doctor(
            simulator(),
            "--json",
            "--set=poll.polcy=fixed",
            "--set=ims.rate=fast",
            "--set=poll.backoff.initial=2m",
            "--set=http.listen=0.0.0.0:8080",
            "--set=ims.projects.a.auth=password",
            "--set=ims.projects.b.region=cn-north-4");
    assertThat(doctor.exitCode()).isEqualTo(1);
    List<String> found = new ArrayList<>();
    for (JsonNode each : new JsonMapper().readTree(doctor.out()).path("findings")) {
      if (!each.path("level").asText().equals("OK")) {
        found.add(each.path("subject").asText() + ": " + each.path("text").asText());
        assertThat(each.path("cure").isTextual()).as(each.toString()).isTrue();
      }
    }
    assertThat(found)
        .anyMatch(text -> text.startsWith("configuration: poll.polcy "))
        .anyMatch(text -> text.startsWith("configuration: ims.rate "))
        .anyMatch(text -> text.startsWith("configuration: poll.backoff.initial "))
        .anyMatch(text -> text.startsWith("http: http.listen is 0.0.0.0:8080"))
        .anyMatch(text -> text.startsWith("kafka: none is configured"))
        .anyMatch(text -> text.startsWith("projects: ims.projects.a.auth.domain is missing"))
        .anyMatch(text -> text.startsWith("projects: ims.projects.a.auth.user is missing"))
        .anyMatch(text -> text.startsWith("projects: ims.projects.a.auth.password is missing"));
  }

  @Test
  void shouldReportAVariableThatLostCharactersAmongTheOthers() {
    environment.put("IMSBRIDGE_IMS_REGION", "\ufffd");
    InProcess doctor = doctor("--set=ims.rate=fast", "--set=kafka.bootstrap.servers=broker");
    assertThat(doctor.out())
        .containsPattern("FAIL  configuration +IMSBRIDGE_IMS_REGION: holds characters")
        .containsPattern("FAIL  configuration +ims.rate");
  }

  /** A faulty setting counts as not given, but must not lead to findings about its default. */
  @Test
  void shouldNotLookForTheDefaultOfASettingThatIsWrong() {
    InProcess doctor =
        doctor("--set=kafka.bootstrap.servers=broker", "--set=ims.endpoint=ims.example.com");
    assertThat(doctor.out())
        .containsPattern("FAIL  configuration +ims.endpoint")
        .containsPattern("FAIL  configuration +kafka.bootstrap.servers")
        .containsPattern("WARN  kafka +not checked")
        .containsPattern("WARN  projects +not checked");
  }

  @Test
  void shouldSayWhichDirectoriesAreUsedAndWhetherTheyAreNew() throws IOException {
    assertThat(doctor(simulator()).out())
        .containsPattern("OK    data.dir +" + directory + "/kafka \\(new\\)")
        .containsPattern("OK    state.dir +" + directory + "/streams \\(new\\)")
        .containsPattern("OK    native libraries ");
    Path file = Files.createFile(directory.resolve("file"));
    environment.put("IMSBRIDGE_STATE_DIR", file.resolve("state").toString());
    InProcess doctor = doctor(simulator());
    assertThat(doctor.exitCode()).isEqualTo(1);
    assertThat(doctor.out())
        .containsPattern("FAIL  state.dir +" + file + "/state cannot be created")
        .contains("-> set state.dir to a writable directory");
  }

  @Test
  void shouldReportWhatIsMissingOfAProject() {
    environment.remove("IMSBRIDGE_IMS_PROJECT_ID");
    InProcess doctor = doctor(simulator());
    assertThat(doctor.exitCode()).isEqualTo(1);
    assertThat(doctor.out()).containsPattern("FAIL  projects +ims.project.id is missing");
  }
}
