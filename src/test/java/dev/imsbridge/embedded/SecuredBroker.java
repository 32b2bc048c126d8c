package dev.imsbridge.embedded;

import dev.imsbridge.topics.Grant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.metadata.authorizer.StandardAuthorizer;

/**
 * A broker with a typical company configuration: TLS with a self-signed certificate, SASL/PLAIN,
 * and ACLs that deny by default. {@link #USER} is its only ordinary user.
 */
public final class SecuredBroker implements AutoCloseable {
  public static final String USER = "bridge";
  public static final String PASSWORD = "swordfish-4711";

  private static final String SUPER_USER = "root";
  private static final String SUPER_PASSWORD = "hidden";

  private final EmbeddedKafka kafka;
  private final Path certificate;
  private final Admin admin;

  private SecuredBroker(EmbeddedKafka kafka, Path certificate) {
    this.kafka = kafka;
    this.certificate = certificate;
    this.admin =
        Admin.create(
            Map.of(
                "bootstrap.servers",
                kafka.bootstrapServers(),
                "security.protocol",
                "SASL_SSL",
                "sasl.mechanism",
                "PLAIN",
                "sasl.jaas.config",
                login(SUPER_USER, SUPER_PASSWORD),
                "ssl.truststore.type",
                "PEM",
                "ssl.truststore.location",
                certificate.toString()));
  }

  public static SecuredBroker start(Path directory) throws IOException, InterruptedException {
    Path keys = directory.resolve("keys.p12");
    Path certificate = directory.resolve("ca.pem");
    keytool(
        keys,
        List.of(
            "-genkeypair -alias broker -keyalg EC -groupname secp256r1 -dname CN=broker"
                .split(" ")),
        List.of("-ext", "SAN=IP:127.0.0.1"));
    keytool(
        keys,
        List.of("-exportcert", "-rfc", "-alias", "broker"),
        List.of("-file", certificate.toString()));
    EmbeddedKafka kafka =
        EmbeddedKafka.start(directory.resolve("kafka"), 0, settings(keys), fault -> {});
    return new SecuredBroker(kafka, certificate);
  }

  private static Map<String, String> settings(Path keys) {
    return Map.ofEntries(
        Map.entry(
            "listener.security.protocol.map",
            LoopbackSockets.CLIENTS + ":SASL_SSL," + LoopbackSockets.CONTROLLER + ":PLAINTEXT"),
        Map.entry("sasl.enabled.mechanisms", "PLAIN,SCRAM-SHA-512,OAUTHBEARER"),
        Map.entry(
            "listener.name.plaintext.scram-sha-512.sasl.jaas.config",
            "org.apache.kafka.common.security.scram.ScramLoginModule required;"),
        // Accepts tokens without a signature.
        Map.entry(
            "listener.name.plaintext.oauthbearer.sasl.jaas.config",
            "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required;"),
        Map.entry("sasl.mechanism.inter.broker.protocol", "PLAIN"),
        Map.entry(
            "listener.name.plaintext.plain.sasl.jaas.config",
            login(SUPER_USER, SUPER_PASSWORD)
                .replace(
                    ";",
                    " user_%s=\"%s\" user_%s=\"%s\";"
                        .formatted(SUPER_USER, SUPER_PASSWORD, USER, PASSWORD))),
        Map.entry("ssl.keystore.type", "PKCS12"),
        Map.entry("ssl.keystore.location", keys.toString()),
        Map.entry("ssl.keystore.password", SUPER_PASSWORD),
        Map.entry("ssl.truststore.type", "PKCS12"),
        Map.entry("ssl.truststore.location", keys.toString()),
        Map.entry("ssl.truststore.password", SUPER_PASSWORD),
        Map.entry("authorizer.class.name", StandardAuthorizer.class.getName()),
        // Only the connection from the broker to its controller is anonymous.
        Map.entry("super.users", "User:" + SUPER_USER + ";User:ANONYMOUS"));
  }

  private static void keytool(Path keys, List<String> first, List<String> then)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(first);
    command.addAll(List.of("-keystore", keys.toString(), "-storetype", "PKCS12"));
    command.addAll(List.of("-storepass", SUPER_PASSWORD));
    command.addAll(then);
    Path output = Files.createTempFile(keys.getParent(), "keytool", ".txt");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    if (!process.waitFor(1, TimeUnit.MINUTES) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IOException("keytool: " + Files.readString(output));
    }
  }

  /** Returns the {@code sasl.jaas.config} of a client. */
  public static String login(String user, String password) {
    return "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"%s\" password=\"%s\";"
        .formatted(user, password);
  }

  public String bootstrapServers() {
    return kafka.bootstrapServers();
  }

  /** Returns the PEM file with the certificate that clients must trust. */
  public Path certificate() {
    return certificate;
  }

  /** Lets {@link #USER} log in by SCRAM-SHA-512, with the same password. */
  public void enableScram() throws InterruptedException, ExecutionException {
    admin
        .alterUserScramCredentials(
            List.of(
                new UserScramCredentialUpsertion(
                    USER, new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096), PASSWORD)))
        .all()
        .get();
  }

  /** Allows {@link #USER} what these grants list. */
  public void allow(List<Grant> grants) throws InterruptedException, ExecutionException {
    for (Grant grant : grants) {
      set(
          grant.resource().resourceType(),
          grant.resource().name(),
          grant.resource().patternType(),
          AclPermissionType.ALLOW,
          grant.operations().toArray(AclOperation[]::new));
    }
  }

  /** Allows {@link #USER} the operations on all resources with this name prefix. */
  public void allow(ResourceType type, String prefix, AclOperation... operations)
      throws InterruptedException, ExecutionException {
    set(type, prefix, PatternType.PREFIXED, AclPermissionType.ALLOW, operations);
  }

  /** Allows {@link #USER} the operations on one resource. */
  public void allowOne(ResourceType type, String name, AclOperation... operations)
      throws InterruptedException, ExecutionException {
    set(type, name, PatternType.LITERAL, AclPermissionType.ALLOW, operations);
  }

  /** Denies {@link #USER} the operations on one resource. A denial overrides all allowances. */
  public void deny(ResourceType type, String name, AclOperation... operations)
      throws InterruptedException, ExecutionException {
    set(type, name, PatternType.LITERAL, AclPermissionType.DENY, operations);
  }

  /** Denies {@link #USER} all operations on all resources with this name prefix. */
  public void denyAll(ResourceType type, String prefix)
      throws InterruptedException, ExecutionException {
    set(type, prefix, PatternType.PREFIXED, AclPermissionType.DENY, AclOperation.ALL);
  }

  private void set(
      ResourceType type,
      String name,
      PatternType pattern,
      AclPermissionType permission,
      AclOperation... operations)
      throws InterruptedException, ExecutionException {
    List<AclBinding> acls = new ArrayList<>();
    for (AclOperation operation : operations) {
      acls.add(
          new AclBinding(
              new ResourcePattern(type, name, pattern),
              new AccessControlEntry("User:" + USER, "*", operation, permission)));
    }
    admin.createAcls(acls).all().get();
  }

  /** Whether a consumer group has this number of members, and all have their partitions. */
  public boolean stable(String group, int members) throws InterruptedException, ExecutionException {
    ConsumerGroupDescription described =
        admin.describeConsumerGroups(List.of(group)).describedGroups().get(group).get();
    return described.groupState() == GroupState.STABLE && described.members().size() == members;
  }

  /** Removes all ACLs. */
  public void reset() throws InterruptedException, ExecutionException {
    admin.deleteAcls(List.of(AclBindingFilter.ANY)).all().get();
  }

  @Override
  public void close() {
    admin.close();
    kafka.close();
  }
}
