package dev.imsbridge.cli;

import static org.apache.kafka.common.acl.AclOperation.DESCRIBE;
import static org.apache.kafka.common.acl.AclOperation.READ;
import static org.apache.kafka.common.acl.AclOperation.WRITE;
import static org.apache.kafka.common.resource.ResourceType.GROUP;
import static org.apache.kafka.common.resource.ResourceType.TOPIC;
import static org.apache.kafka.common.resource.ResourceType.TRANSACTIONAL_ID;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.config.EnvironmentName;
import dev.imsbridge.embedded.SecuredBroker;
import dev.imsbridge.job.JobStatus;
import dev.imsbridge.service.RoleGrants;
import dev.imsbridge.simulator.ImsJobType;
import dev.imsbridge.wire.TopicNames;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The bridge on a cluster with TLS, passwords and ACLs, with the rights that docs/operations.md
 * lists and no others: all of it works, and what is refused is told in one line with its cure.
 */
class SecuredKafkaIT {
  private static final String PREFIX = "ims.jobs.";
  private static final String APPLICATION = "imsbridge-ims.jobs.";
  private static final String WRONG = "Wrong-Password";

  @TempDir private static Path directory;
  private static SecuredBroker broker;

  @BeforeAll
  static void startBroker() throws Exception {
    broker = SecuredBroker.start(Files.createDirectories(directory.resolve("broker")));
    Files.writeString(
        directory.resolve("secrets.properties"),
        "login=" + SecuredBroker.login(SecuredBroker.USER, SecuredBroker.PASSWORD));
    Files.writeString(directory.resolve("wrong"), SecuredBroker.login(SecuredBroker.USER, WRONG));
    grantWhatTheReadmeSays();
    // The topics are there for all tests, whichever comes first.
    assertThat(command("topics", "apply").exitCode()).isZero();
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @BeforeEach
  void grant() throws Exception {
    broker.reset();
    grantWhatTheReadmeSays();
  }

  /** A bridge, and somebody who reads the past with its settings. */
  private static void grantWhatTheReadmeSays() throws Exception {
    grant(RoleGrants.Role.BRIDGE);
    grant(RoleGrants.Role.AUDITOR);
  }

  private static void grant(RoleGrants.Role role) throws Exception {
    broker.allow(RoleGrants.of(role, BridgeConfig.load(null, environment(), List.of()), null));
  }

  private static Map<String, String> environment() {
    Map<String, String> settings = new TreeMap<>();
    settings.put("IMSBRIDGE_KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers());
    settings.put("IMSBRIDGE_KAFKA_SECURITY_PROTOCOL", "SASL_SSL");
    settings.put("IMSBRIDGE_KAFKA_SASL_MECHANISM", "PLAIN");
    settings.put(
        "IMSBRIDGE_KAFKA_SASL_JAAS_CONFIG",
        "${file:" + directory.resolve("secrets.properties") + ":login}");
    settings.put("IMSBRIDGE_KAFKA_SSL_TRUSTSTORE_TYPE", "PEM");
    settings.put("IMSBRIDGE_KAFKA_SSL_TRUSTSTORE_LOCATION", broker.certificate().toString());
    settings.put("IMSBRIDGE_TOPICS_PARTITIONS", "2");
    settings.put("IMSBRIDGE_IMS_ENDPOINT", "http://127.0.0.1:1");
    settings.put("IMSBRIDGE_IMS_PROJECT_ID", "p1");
    settings.put("IMSBRIDGE_IMS_AUTH", "none");
    settings.put("IMSBRIDGE_HTTP_LISTEN", "127.0.0.1:0");
    settings.put("IMSBRIDGE_STATE_DIR", directory.resolve("refused").toString());
    return settings;
  }

  private static Map<String, String> wrongPassword() {
    Map<String, String> settings = environment();
    settings.remove("IMSBRIDGE_KAFKA_SASL_JAAS_CONFIG");
    settings.put("IMSBRIDGE_KAFKA_SASL_JAAS_CONFIG_FILE", directory.resolve("wrong").toString());
    return settings;
  }

  private static InProcess command(String... arguments) {
    return InProcess.run(environment(), arguments);
  }

  @Test
  void shouldWorkWithTheRightsThatTheReadmeLists() throws Exception {
    String[] settings =
        environment().entrySet().stream()
            .filter(each -> each.getKey().matches("IMSBRIDGE_(KAFKA|IMS_PROJECT|TOPICS)_.*"))
            .map(each -> EnvironmentName.key(each.getKey()).orElseThrow() + "=" + each.getValue())
            .toArray(String[]::new);
    try (WholeBridge bridge =
        WholeBridge.start(
            broker.bootstrapServers(), PREFIX, directory.resolve("state"), settings)) {
      // The bridge of an earlier test may have ended while it joined the group.
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> broker.stable(new TopicNames(PREFIX).pollerGroup(), 1));
      String id = bridge.simulator().catalogue().id(ImsJobType.IMPORT_OVA_IMAGE, JobStatus.SUCCESS);

      assertThat(done("submit", id)).startsWith("submitted 1 job to ims.jobs.requests (partition ");
      assertThat(done("watch", id, "--from-beginning"))
          .containsPattern(id + ".*RUNNING -> SUCCESS")
          .containsPattern(id + ".*ended: SUCCEEDED");
      assertThat(done("topics", "plan")).contains("as declared");
      assertThat(done("history", id)).contains("SUCCEEDED after");
      assertThat(done("audit", "verify")).contains("whole: ");
      assertThat(done("replay", "--dry-run")).contains("would replay ");
      assertThat(done("rebuild", "--compare")).contains("identical: ");
      assertThat(command("doctor").out())
          .containsPattern("OK +kafka ")
          .containsPattern("OK +topics +as declared")
          .containsPattern("OK +rights ");

      assertThat(done("pause", "p1")).startsWith("sent the pause of project default");
      assertThat(done("resume", "p1")).contains("; a bridge is running");

      done("submit", "job-of-nobody", "--project", "p9");
      await().until(() -> letters() == 1);
      assertThat(command("dead-letters", "redrive", "--all").err())
          .startsWith("1 letter sent again");
      await().until(() -> letters() == 2);
      // Only who sends requests again needs this right.
      broker.denyAll(TRANSACTIONAL_ID, "ims.jobs.redrive");
      assertRefused(
          "WRITE on transactional id ims.jobs.redrive;",
          "dead-letters",
          "redrive",
          "--all",
          "--refused-again");

      // The same commands without their right, now that there is something to read.
      assertRefused(READ, "ims.jobs.audit", "audit", "verify");
      assertRefused(READ, "ims.jobs.transitions", "history", id);
      assertRefused(READ, "ims.jobs.transitions", "watch", "--from-beginning");
      assertRefused(READ, "ims.jobs.completions", "replay", "--what", "completions", "--dry-run");
      assertRefused(WRITE, "ims.jobs.requests", "submit", id);
      assertRefused(DESCRIBE, "ims.jobs.requests", "submit", id);
      assertRefused(WRITE, "ims.jobs.control", "pause", "p1");
    }
  }

  /** The lists of {@code topics acls} must suffice, and what they leave out must be refused. */
  @Test
  void shouldWorkInEachRoleWithItsRightsAlone() throws Exception {
    String letter = "ims.jobs.requests";
    broker.reset();
    grant(RoleGrants.Role.PRODUCER);
    assertThat(done("submit", "role-1")).startsWith("submitted 1 job to " + letter);
    assertThat(command("history", "role-1").exitCode()).isEqualTo(1);

    broker.reset();
    grant(RoleGrants.Role.CONSUMER);
    assertThat(done("replay", "--dry-run")).contains("would replay ");
    assertThat(command("submit", "role-2").err()).contains(letter);

    broker.reset();
    grant(RoleGrants.Role.AUDITOR);
    done("audit", "verify");
    done("dead-letters", "list");
    // It may be partial, as no bridge has read the requests yet. A missing right is an error.
    assertThat(command("rebuild", "--compare").err()).isEmpty();
    assertThat(command("submit", "role-3").err()).contains("WRITE on topic " + letter);
    assertThat(command("resume", "p1").err()).contains("WRITE on topic ims.jobs.control");
  }

  @ParameterizedTest
  @ValueSource(strings = {"SCRAM-SHA-512", "OAUTHBEARER"})
  void shouldLogInByOtherMechanisms(String mechanism) throws Exception {
    broker.enableScram();
    Map<String, String> settings = environment();
    settings.put("IMSBRIDGE_KAFKA_SASL_MECHANISM", mechanism);
    settings.put(
        "IMSBRIDGE_KAFKA_SASL_JAAS_CONFIG",
        mechanism.startsWith("SCRAM")
            ? "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"%s\" password=\"%s\";"
                .formatted(SecuredBroker.USER, SecuredBroker.PASSWORD)
            : "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub=\"%s\";"
                .formatted(SecuredBroker.USER));
    settings.put("IMSBRIDGE_DATA_DIR", directory.resolve(mechanism).toString());
    settings.remove("IMSBRIDGE_STATE_DIR");
    try (BridgeProcess run = BridgeProcess.start(directory, settings, "run")) {
      run.awaitLine("imsbridge ready");
      assertThat(InProcess.run(settings, "submit", "by-" + mechanism).out())
          .startsWith("submitted 1 job")
          .contains("a bridge is running");
      assertThat(InProcess.run(settings, "doctor").out()).containsPattern("OK +rights ");
    }
  }

  private static long letters() {
    return done("dead-letters", "list", "--output", "ids").lines().count();
  }

  private static String done(String... arguments) {
    InProcess command = command(arguments);
    assertThat(command.err()).isEmpty();
    assertThat(command.exitCode()).as(command.out()).isZero();
    return command.out();
  }

  @Test
  void shouldEndWithOneLineWhenThePasswordIsWrong() throws Exception {
    try (BridgeProcess run = BridgeProcess.start(directory, wrongPassword(), "run")) {
      assertThat(run.awaitExit()).isEqualTo(1);
      assertThat(run.err().strip().lines()).hasSize(2);
      assertThat(run.err().strip().lines().skip(1).findFirst().orElseThrow())
          .startsWith("imsbridge: authentication with Kafka at 127.0.0.1:")
          .contains("Invalid username or password")
          .contains("check kafka.sasl.mechanism and kafka.sasl.jaas.config")
          .doesNotContain(WRONG);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "submit x1",
        "watch x1",
        "topics plan",
        "history x1",
        "audit verify",
        "replay --dry-run",
        "rebuild --compare"
      })
  void shouldSayInEachCommandThatThePasswordIsWrong(String line) {
    InProcess command = InProcess.run(wrongPassword(), line.split(" "));
    assertThat(command.exitCode()).isEqualTo(1);
    assertThat(command.err()).contains("authentication with Kafka at", "kafka.sasl.jaas.config");
  }

  @Test
  void shouldFindInTheDoctorThatThePasswordIsWrong() {
    InProcess doctor = InProcess.run(wrongPassword(), "doctor");
    assertThat(doctor.exitCode()).isEqualTo(1);
    assertThat(doctor.out()).containsPattern("FAIL +kafka .*authentication with Kafka at");
    assertThat(doctor.out()).doesNotContain(WRONG);
  }

  @Test
  void shouldSayThatItDoesNotTrustTheCertificate() {
    Map<String, String> settings = environment();
    settings.keySet().removeIf(key -> key.contains("TRUSTSTORE"));
    InProcess submit = InProcess.run(settings, "submit", "x1");
    assertThat(submit.exitCode()).isEqualTo(1);
    assertThat(submit.err())
        .startsWith("imsbridge: TLS with Kafka at 127.0.0.1:")
        .contains("unable to find valid certification path")
        .contains("check kafka.ssl.*");
  }

  /** A right to write would else be missed at the first record, perhaps days later. */
  @ParameterizedTest
  @CsvSource({
    "READ,             ims.jobs.requests",
    "READ,             ims.jobs.watches",
    "WRITE,            ims.jobs.observations",
    "WRITE,            ims.jobs.audit",
    "WRITE,            ims.jobs.dead-letters",
    "READ,             ims.jobs.dead-letters",
    "READ,             ims.jobs.control",
    "WRITE,            ims.jobs.control",
    "DESCRIBE,         ims.jobs.status",
    "DESCRIBE_CONFIGS, ims.jobs.status"
  })
  void shouldNotStartWithoutARightOnATopicAndNameIt(AclOperation operation, String topic)
      throws Exception {
    broker.deny(TOPIC, topic, operation);
    InProcess run = command("run");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().strip().lines()).hasSize(1);
    assertThat(run.err())
        .contains(operation + " on topic " + topic + ";")
        .contains("see Rights in Kafka in docs/operations.md");
    assertThat(command("doctor").out()).contains("FAIL ", operation + " on topic " + topic + ";");
  }

  @ParameterizedTest
  @CsvSource({
    "GROUP,            ims.jobs.poller,     READ on group ims.jobs.poller",
    "GROUP,            imsbridge-ims.jobs.,  READ on group imsbridge-ims.jobs.",
    "TRANSACTIONAL_ID, imsbridge-ims.jobs.-, WRITE on transactional ids that begin with"
        + " imsbridge-ims.jobs.-"
  })
  void shouldEndWhenAGroupOrItsTransactionsAreRefused(ResourceType type, String name, String said)
      throws Exception {
    broker.denyAll(type, name);
    try (BridgeProcess run = BridgeProcess.start(directory, environment(), "run")) {
      assertThat(run.awaitExit()).isEqualTo(1);
      assertThat(run.err().lines().filter(line -> line.startsWith("imsbridge: ")))
          .singleElement()
          .asString()
          .contains(said + ";")
          .contains("see Rights in Kafka in docs/operations.md");
      assertThat(run.err()).doesNotContain("Exception");
    }
  }

  @Test
  void shouldSayWhichTopicOfItsOwnItMayNotCreate() throws Exception {
    Map<String, String> settings = environment();
    settings.put("IMSBRIDGE_APPLICATION_ID", "another");
    broker.allow(TOPIC, "another-", DESCRIBE, READ, WRITE);
    broker.allow(TRANSACTIONAL_ID, "another-", WRITE);
    broker.allowOne(GROUP, "another", READ);
    try (BridgeProcess run = BridgeProcess.start(directory, settings, "run")) {
      assertThat(run.awaitExit()).isEqualTo(1);
      assertThat(run.err())
          .contains(
              "CREATE on topic another-trees-changelog and CREATE on topic"
                  + " another-intake-changelog;")
          .doesNotContain("Exception");
    }
  }

  private static void assertRefused(AclOperation operation, String topic, String... arguments)
      throws Exception {
    broker.deny(TOPIC, topic, operation);
    assertRefused(operation + " on topic " + topic + ";", arguments);
  }

  private static void assertRefused(String right, String... arguments) {
    InProcess command = command(arguments);
    assertThat(command.exitCode()).as(command.out() + command.err()).isEqualTo(1);
    assertThat(command.err().strip().lines()).hasSize(1);
    assertThat(command.err()).contains(right).contains("see Rights in Kafka in docs/operations.md");
  }
}
