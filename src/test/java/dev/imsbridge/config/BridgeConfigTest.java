package dev.imsbridge.config;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ch.qos.logback.classic.Level;
import dev.imsbridge.service.HttpSettings;
import dev.imsbridge.terminal.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Users meet the settings first: where a value comes from, and which message a wrong one gives. */
class BridgeConfigTest {
  private static final String SECRET = "s3cr3t-t0ken";

  @TempDir Path directory;
  private final Map<String, String> environment = new HashMap<>();
  private final List<String> assignments = new ArrayList<>();
  private Path file;

  private BridgeConfig load() {
    return BridgeConfig.load(file, environment, assignments);
  }

  /** Returns the message of the failure: one line without secrets, exit code 2. */
  private String complaint() {
    CommandFailure failure = catchThrowableOfType(CommandFailure.class, this::load);
    assertThat(failure).isNotNull();
    assertThat(failure.exitCode()).isEqualTo(2);
    assertThat(failure.getMessage()).doesNotContain("\n").doesNotContain(SECRET);
    return failure.getMessage();
  }

  private void file(String... lines) throws IOException {
    file = Files.write(directory.resolve("bridge.properties"), List.of(lines), UTF_8);
  }

  @Test
  void shouldHaveADefaultForAllThatCanHaveOne() {
    BridgeConfig config = load();
    assertThat(config.embedded()).isTrue();
    assertThat(config.topics().requests()).isEqualTo("ims.jobs.requests");
    assertThat(config.applicationId()).isEqualTo("imsbridge-ims.jobs.");
    assertThat(config.stateDirectory()).isEqualTo(config.dataDirectory().resolve("streams"));
    assertThat(config.duration(Keys.WATCH_DEADLINE)).isEqualTo(Duration.ofDays(2));
    assertThat(config.origin(Keys.WATCH_DEADLINE)).isEqualTo("default");
    assertThat(config.given()).isEmpty();
  }

  /** A native library of such a codec must be loaded before the start. */
  @Test
  void shouldNameTheCodecsOfTopicsAndOfClients() {
    assignments.add("topics.compression=zstd");
    assignments.add("kafka.producer.compression.type=snappy");
    assertThat(load().compressionTypes()).containsExactly("zstd", "snappy");
  }

  /** Two bridges in one group would rebalance without end. */
  @Test
  void shouldNameAGroupOfItsOwnForEachPrefix() {
    Set<String> ids = new HashSet<>();
    for (String prefix : List.of("team.a", "team.a.", "team.a-", "team.a_", "team.a..", "")) {
      assignments.clear();
      assignments.add("topics.prefix=" + prefix);
      assertThat(ids.add(load().applicationId())).as(prefix).isTrue();
    }
  }

  @Test
  void shouldRefuseTheGroupOfThePollersForTheTopology() {
    assignments.add("topics.prefix=team.a.");
    assignments.add("application.id=team.a.poller");
    assertThat(complaint()).startsWith("application.id (from --set): 'team.a.poller' is ");
  }

  /**
   * With a path relative to the current directory, a bridge started elsewhere would get a new,
   * empty Kafka.
   */
  @Test
  void shouldKeepItsDataInTheDataDirectoryOfTheUser() {
    Path home = Path.of(System.getProperty("user.home"));
    assertThat(load().dataDirectory()).isEqualTo(home.resolve(".local/share/imsbridge"));
    environment.put("XDG_DATA_HOME", "share");
    assertThat(load().dataDirectory())
        .as("the specification says to ignore a relative path")
        .isEqualTo(home.resolve(".local/share/imsbridge"));
    environment.put("XDG_DATA_HOME", directory.toString());
    assertThat(load().dataDirectory()).isEqualTo(directory.resolve("imsbridge"));
    assertThat(load().stateDirectory()).isEqualTo(directory.resolve("imsbridge/streams"));
  }

  @Test
  void shouldMakeTheDirectoriesThatAreSetAbsolute() {
    assignments.add("data.dir=here/../data");
    assignments.add("state.dir=~/state");
    assertThat(load().dataDirectory()).isEqualTo(Path.of("data").toAbsolutePath());
    assertThat(load().stateDirectory())
        .isEqualTo(Path.of(System.getProperty("user.home"), "state"));
  }

  @Test
  void shouldReportEverySettingThatIsWrongInALineOfItsOwn() throws IOException {
    file("ims.rate=fast", "colour=red", "poll.backoff.initial=2m");
    environment.put("IMSBRIDGE_IMS_REGOIN", "x");
    environment.put("IMSBRIDGE_IMS_AUTH_TOKEN_FILE", directory.resolve("none").toString());
    assignments.add("nothing");
    assignments.add("ims.region=${env:NOT_SET}");
    CommandFailure failure = catchThrowableOfType(CommandFailure.class, this::load);
    assertThat(failure.exitCode()).isEqualTo(2);
    assertThat(failure.getMessage().lines())
        .hasSize(7)
        .anyMatch(line -> line.startsWith("ims.rate (from "))
        .anyMatch(line -> line.startsWith("colour (from "))
        .anyMatch(line -> line.contains("poll.backoff.initial (2m"))
        .anyMatch(line -> line.contains("'ims.region'"))
        .anyMatch(line -> line.startsWith("IMSBRIDGE_IMS_AUTH_TOKEN_FILE: "))
        .anyMatch(line -> line.equals("--set takes key=value"))
        .anyMatch(line -> line.contains("${env:NOT_SET}"));
  }

  @Test
  void shouldTakeTheFlagBeforeTheEnvironmentBeforeTheFile() throws IOException {
    file("poll.interval=1s", "ims.rate=1", "ims.burst=1");
    environment.put("IMSBRIDGE_POLL_INTERVAL", "2s");
    environment.put("IMSBRIDGE_IMS_RATE", "2");
    assignments.add("poll.interval=3s");

    BridgeConfig config = load();

    assertThat(config.duration(Keys.POLL_INTERVAL)).isEqualTo(Duration.ofSeconds(3));
    assertThat(config.origin(Keys.POLL_INTERVAL)).isEqualTo("--set");
    assertThat(config.getDouble(Keys.IMS_RATE)).isEqualTo(2);
    assertThat(config.origin(Keys.IMS_RATE)).isEqualTo("IMSBRIDGE_IMS_RATE");
    assertThat(config.getInt(Keys.IMS_BURST)).isEqualTo(1);
    assertThat(config.origin(Keys.IMS_BURST)).isEqualTo(file.toString());
  }

  @Test
  void shouldTakeTheLastOfSeveralFlagsAndKeepWhatFollowsTheFirstEqualsSign() {
    assignments.add("kafka.sasl.jaas.config=Module required user=\"u\";");
    assignments.add("ims.region=cn-north-1");
    assignments.add("ims.region=cn-north-4");
    assertThat(load().getString(Keys.IMS_REGION)).isEqualTo("cn-north-4");
    assertThat(load().client(KafkaClient.ADMIN))
        .containsEntry("sasl.jaas.config", "Module required user=\"u\";");
  }

  @Test
  void shouldTreatAnEmptyVariableAsNotSetAndAnEmptyFlagAsTakingAway() throws IOException {
    file("kafka.bootstrap.servers=broker:9092");
    environment.put("IMSBRIDGE_KAFKA_BOOTSTRAP_SERVERS", "");
    assertThat(load().embedded()).isFalse();
    assignments.add("kafka.bootstrap.servers=");
    assertThat(load().embedded()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "poll.intervall=1s, poll.interval",
    "pol.interval=1s, poll.interval",
    "watch.notfound.grace=1s, watch.not-found.grace",
    "ims.projects.prod.regoin=x, ims.projects.prod.region",
    "kafka.bootstrap.server=b:1, kafka.bootstrap.servers"
  })
  void shouldGuessWhatAnUnknownKeyWasMeantToBe(String assignment, String meant) {
    assignments.add(assignment);
    assertThat(complaint()).contains("--set").contains("did you mean '" + meant + "'");
  }

  /** Our own check must not reject an address that Kafka clients accept. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "[::1]:9092",
        "[fe80::1%eth0]:9092",
        "kafka_1:9092",
        "a:9092, [2001:db8::1]:9093",
        "a:9092,",
        "PLAINTEXT://broker:9092",
        "SASL_SSL://[::1]:9093,b:9093"
      })
  void shouldTakeTheAddressesThatKafkaTakes(String servers) {
    assignments.add("kafka.bootstrap.servers=" + servers);
    assertThat(load().getString(Keys.KAFKA_BOOTSTRAP)).isEqualTo(servers);
  }

  @Test
  void shouldTakeAWordInAnyCase() {
    assignments.addAll(
        List.of(
            "log.level=WARN",
            "poll.policy=FIXED",
            "events.mode=Structured",
            "ims.auth=None",
            "http.auth=NONE",
            "http.listen=OFF"));
    BridgeConfig config = load();
    assertThat(Level.toLevel(config.getString(Keys.LOG_LEVEL))).isEqualTo(Level.WARN);
    assertThat(config.word(Keys.POLL_POLICY, Keys.Policy.class)).isEqualTo(Keys.Policy.FIXED);
    assertThat(config.word(Keys.IMS_AUTH, Keys.Auth.class)).isEqualTo(Keys.Auth.NONE);
    assertThat(HttpSettings.of(config)).isEmpty();
  }

  /** Windows editors and shells write a byte order mark, or UTF-16. */
  @Test
  void shouldReadFilesWithAByteOrderMark() throws IOException {
    file = directory.resolve("bom.properties");
    Files.writeString(file, "\ufeffims.region=cn-north-1\n");
    assertThat(load().getString(Keys.IMS_REGION)).isEqualTo("cn-north-1");
    Files.writeString(file, "\ufeff# a comment\nims.region=cn-north-4\n");
    assertThat(load().getString(Keys.IMS_REGION)).isEqualTo("cn-north-4");
    Files.write(file, "ims.region=cn-north-2\n".getBytes(UTF_16));
    assertThat(load().getString(Keys.IMS_REGION)).isEqualTo("cn-north-2");

    Path secret = Files.writeString(directory.resolve("token"), "\ufeff" + SECRET + "\r\n");
    environment.put("IMSBRIDGE_IMS_AUTH_TOKEN_FILE", secret.toString());
    assertThat(load().getPassword(Keys.IMS_TOKEN).value()).isEqualTo(SECRET);
  }

  @Test
  void shouldNotGuessWildly() {
    assignments.add("colour=" + SECRET);
    assertThat(complaint()).isEqualTo("colour (from --set): there is no such setting");
  }

  @Test
  void shouldNameTheVariableOfAnUnknownKey() {
    environment.put("IMSBRIDGE_IMS_REGOIN", "x");
    assertThat(complaint()).contains("IMSBRIDGE_IMS_REGOIN").contains("'ims.region'");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "poll.interval=10|not a duration",
        "poll.interval=0s|above zero",
        "ims.burst=many|whole number",
        "ims.burst=0|must be 1 to 100000",
        "ims.rate=fast|must be a number",
        "ims.rate=NaN|must be 0.001 to 100000",
        "topics.create=perhaps|true or false",
        "topics.partitions=0|must be 1 to 10000",
        "topics.replication.factor=0|must be 1 to 32",
        "poll.policy=fix|one of fixed, backoff",
        "events.mode=xml|one of binary, structured",
        "ims.auth=magic|one of auto, none, token",
        "ims.endpoint=ims.example.com|https://",
        "ims.endpoint=https://user:pw@ims.example.com|user name",
        "ims.path.template=/v1/jobs|{job_id}",
        "ims.project.id=a/b|1 to 64",
        "topics.prefix=a b.|topic prefix",
        "http.listen=8080|HOST:PORT",
        "kafka.bootstrap.servers=broker|HOST:PORT",
        "kafka.bootstrap.servers=broker:|HOST:PORT",
        "kafka.bootstrap.servers=:9092|HOST:PORT",
        "kafka.bootstrap.servers=broker:99999|HOST:PORT",
        "kafka.bootstrap.servers=a:1 b:2|HOST:PORT",
        "kafka.bootstrap.servers=,|HOST:PORT",
        "ims.project.id=null|1 to 64",
        "poll.backoff.initial=2m|must not be above poll.backoff.max",
        "kafka.consumer.isolation.level=read_uncommitted|the bridge itself decides",
        "kafka.streams.application.id=x|application.id",
        "nothing|key=value",
        "=x|key=value"
      })
  void shouldSayInOneLineWhatIsWrongWithAValue(String assignment, String told) {
    assignments.add(assignment);
    assertThat(complaint()).contains(told);
  }

  /** Nothing could be written to such topics. */
  @Test
  void shouldRejectMoreInSyncReplicasThanReplicas() {
    assignments.add("topics.replication.factor=1");
    assignments.add("topics.min.insync.replicas=2");
    assertThat(complaint())
        .contains("topics.min.insync.replicas (2,")
        .contains("must not be above topics.replication.factor (1,");
  }

  /** Typing errors that put a secret where values are quoted. {@code complaint} searches for it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "ims.endpoint=https://user:" + SECRET + "@ims.example.com",
        "ims.endpoint=https://user:" + SECRET + "/@:@ims.example.com/v1",
        "ims.proxy=http://user:p@" + SECRET + "@proxy:3128",
        "ims.proxy=user:" + SECRET + "@proxy:3128",
        "ims.auth.iam.endpoint=" + SECRET,
        "ims.projects.p.auth=" + SECRET,
        "ims.auth=" + SECRET,
        "ims.auth.tokn=" + SECRET,
        "ims.auth.token:" + SECRET + "==",
        "kafka.bootstrap.servers=user:" + SECRET + "@broker:9092",
        "kafka.sasl.jaas.config=PlainLoginModule required username=\"u\" password=\""
            + SECRET
            + "\"",
        "kafka.sasl.jaas.config=PlainLoginModule required password=my " + SECRET + ";",
        "kafka.streams.main.consumer.sasl.jaas.config=PlainLoginModule " + SECRET,
        SECRET
      })
  void shouldNotQuoteASecretThatStandsInTheWrongPlace(String assignment) {
    assignments.add(assignment);
    assertThat(complaint()).isNotEmpty();
  }

  @Test
  void shouldNotQuoteTheLinesOfAKeyThatWasPastedIntoTheFile() throws IOException {
    file(
        "kafka.ssl.keystore.key=-----BEGIN PRIVATE KEY-----",
        SECRET + "+/vQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQ",
        "-----END PRIVATE KEY-----");
    assertThat(complaint()).contains("bridge.properties").contains("backslash");
  }

  @Test
  void shouldSayWhereABadValueStands() {
    environment.put("IMSBRIDGE_POLL_INTERVAL", "10\nseconds");
    assertThat(complaint())
        .startsWith("poll.interval (from IMSBRIDGE_POLL_INTERVAL): '10 seconds' is not a duration");
  }

  @Test
  void shouldReadASecretFromTheFileAVariableNames() throws IOException {
    Path secret = Files.writeString(directory.resolve("token"), SECRET + "\n");
    environment.put("IMSBRIDGE_IMS_AUTH_TOKEN_FILE", secret.toString());
    assertThat(load().getPassword(Keys.IMS_TOKEN).value()).isEqualTo(SECRET);
    assertThat(load().origin(Keys.IMS_TOKEN)).isEqualTo("IMSBRIDGE_IMS_AUTH_TOKEN_FILE");

    environment.put("IMSBRIDGE_IMS_AUTH_TOKEN", SECRET);
    assertThat(complaint()).contains("both set");
  }

  @Test
  void shouldReadASecretOfKafkasClientsFromAFileToo() throws IOException {
    Path secret = Files.writeString(directory.resolve("key"), SECRET);
    environment.put("IMSBRIDGE_KAFKA_SSL_KEYSTORE_KEY_FILE", secret.toString());
    assertThat(load().client(KafkaClient.PRODUCER)).containsEntry("ssl.keystore.key", SECRET);
  }

  @Test
  void shouldComplainOfASecretFileThatIsNotThereOrEmpty() throws IOException {
    environment.put("IMSBRIDGE_IMS_AUTH_TOKEN_FILE", directory.resolve("none").toString());
    assertThat(complaint()).contains("cannot be read");
    Path empty = Files.writeString(directory.resolve("empty"), " \n");
    environment.put("IMSBRIDGE_IMS_AUTH_TOKEN_FILE", empty.toString());
    assertThat(complaint()).contains("is empty");
  }

  /** The suffix is only for secrets: otherwise it would hide a misspelt key. */
  @Test
  void shouldNotReadOtherSettingsFromFiles() {
    environment.put("IMSBRIDGE_IMS_REGION_FILE", "/etc/region");
    assertThat(complaint()).contains("no such setting");
  }

  @Test
  void shouldShowNoSecret() throws IOException {
    file("ims.auth.token=" + SECRET, "ims.projects.other.auth.sk=" + SECRET);
    environment.put("IMSBRIDGE_KAFKA_SSL_KEY_PASSWORD", SECRET);
    environment.put("HUAWEICLOUD_SDK_SK", SECRET);

    BridgeConfig config = load();

    environment.put("IMSBRIDGE_KAFKA_MY_PLUGIN_HANDLE", SECRET);
    config = load();
    assertThat(config.given()).hasSize(5);
    for (String key : config.given()) {
      assertThat(config.shown(key)).isEqualTo("[hidden]");
    }
    assertThat(config.values().toString()).doesNotContain(SECRET);
  }

  @Test
  void shouldResolveReferencesToTheEnvironmentAndToFiles() throws IOException {
    Path properties =
        Files.writeString(directory.resolve("secrets.properties"), "token=" + SECRET + "\n");
    Files.writeString(directory.resolve("password"), SECRET);
    environment.put("TOKEN_OF_OTHERS", SECRET);
    file(
        "ims.auth.token=${env:TOKEN_OF_OTHERS}",
        "ims.auth.sk=${file:" + properties + ":token}",
        "kafka.ssl.key.password=${directory:" + directory + ":password}");

    BridgeConfig config = load();

    assertThat(config.getPassword(Keys.IMS_TOKEN).value()).isEqualTo(SECRET);
    assertThat(config.getPassword(Keys.IMS_SK).value()).isEqualTo(SECRET);
    assertThat(config.client(KafkaClient.ADMIN)).containsEntry("ssl.key.password", SECRET);
    assertThat(config.shown("kafka.ssl.key.password")).isEqualTo("[hidden]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"${env:NOT_SET}", "${file:/none/at/all:key}", "${directory:/none/at/all:key}"})
  void shouldComplainOfAReferenceThatLeadsNowhere(String reference) {
    assignments.add("ims.region=" + reference);
    assertThat(complaint()).contains("ims.region").contains(reference);
  }

  @Test
  void shouldTakeWhatTheOfficialSdkReadsFromTheEnvironment() {
    environment.put("HUAWEICLOUD_SDK_AK", "ak");
    environment.put("HUAWEICLOUD_SDK_SK", "sk");
    environment.put("HUAWEICLOUD_SDK_SECURITY_TOKEN", "st");
    environment.put("HUAWEICLOUD_SDK_PROJECT_ID", "p1");
    environment.put("HUAWEICLOUD_SDK_REGION_IMS_CN_NORTH_4", "https://ims.example.com");
    environment.put("HUAWEICLOUD_SDK_REGION_ECS_CN_NORTH_4", "https://ecs.example.com");

    BridgeConfig config = load();

    assertThat(config.getString(Keys.IMS_AK)).isEqualTo("ak");
    assertThat(config.getPassword(Keys.IMS_SK).value()).isEqualTo("sk");
    assertThat(config.getPassword(Keys.IMS_SECURITY_TOKEN).value()).isEqualTo("st");
    assertThat(config.getString(Keys.IMS_PROJECT_ID)).isEqualTo("p1");
    assertThat(config.getString("ims.endpoints.cn-north-4")).isEqualTo("https://ims.example.com");
    assertThat(config.given()).hasSize(5);

    environment.put("IMSBRIDGE_IMS_PROJECT_ID", "p2");
    assertThat(load().getString(Keys.IMS_PROJECT_ID)).isEqualTo("p2");
  }

  @Test
  void shouldPassSettingsOnToTheClientsTheyAreFor() {
    assignments.add("kafka.security.protocol=SSL");
    assignments.add("kafka.producer.linger.ms=7");
    assignments.add("kafka.consumer.max.poll.records=9");
    assignments.add("kafka.streams.num.stream.threads=3");
    assignments.add("kafka.producer.security.protocol=PLAINTEXT");
    assignments.add("kafka.my.plugin.endpoint=x");

    BridgeConfig config = load();

    assertThat(config.client(KafkaClient.ADMIN))
        .isEqualTo(Map.of("security.protocol", "SSL", "my.plugin.endpoint", "x"));
    assertThat(config.client(KafkaClient.PRODUCER))
        .isEqualTo(
            Map.of(
                "security.protocol",
                "PLAINTEXT",
                "my.plugin.endpoint",
                "x",
                "linger.ms",
                "7",
                "compression.type",
                "gzip",
                "compression.gzip.level",
                1));
    assertThat(config.client(KafkaClient.CONSUMER))
        .isEqualTo(
            Map.of("security.protocol", "SSL", "my.plugin.endpoint", "x", "max.poll.records", "9"));
    assertThat(config.client(KafkaClient.STREAMS))
        .containsEntry("security.protocol", "SSL")
        .containsEntry("num.stream.threads", "3")
        .containsEntry("producer.linger.ms", "7")
        .containsEntry("consumer.max.poll.records", "9");
  }

  @Test
  void shouldFindTheNamesOfFurtherProjects() {
    assignments.add("ims.projects.prod.project.id=p1");
    assignments.add("ims.projects.prod.region=cn-north-4");
    assignments.add("ims.projects.test.project.id=p2");
    assertThat(load().projects()).containsExactly("prod", "test");
    assignments.add("ims.projects.prod.rate=no");
    assertThat(complaint()).contains("ims.projects.prod.rate").contains("must be a number");
  }

  @Test
  void shouldComplainOfAFileThatIsNoProperties() throws IOException {
    file = directory.resolve("none.properties");
    assertThat(complaint()).contains("none.properties").contains("no such file");
    file = Files.write(directory.resolve("binary"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
    assertThat(complaint()).contains("not a properties file");
    file = directory;
    assertThat(complaint()).contains("not a properties file");
  }
}
