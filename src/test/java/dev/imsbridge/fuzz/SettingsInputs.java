package dev.imsbridge.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.config.BadSetting;
import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.config.ConfiguredProjects;
import dev.imsbridge.terminal.CommandFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Properties files, whose lines are also assignments on the command line. */
final class SettingsInputs {
  private static final String SECRET = "S3cr3t-Of-The-Settings";
  private static final List<String> SECRETS =
      Stream.of(
              "ims.auth.ak",
              "ims.auth.sk",
              "ims.auth.token",
              "ims.auth.password",
              "ims.proxy.password",
              "http.auth.token",
              "kafka.ssl.key.password",
              "kafka.sasl.jaas.config")
          .map(key -> key + "=" + SECRET)
          .toList();

  private SettingsInputs() {}

  static List<byte[]> samples() {
    try {
      // All settings, each with its default or empty.
      String all =
          Files.readString(Path.of("conf", "imsbridge.properties"))
              .replaceAll("(?m)^#(?=[a-z])", "");
      return List.of(
          all.getBytes(UTF_8),
          """
          kafka.bootstrap.servers=127.0.0.1:9092
          topics.prefix=a.b.
          topics.partitions=4
          ims.region=cn-north-4
          ims.endpoint=https://ims.example:8443
          ims.auth=token
          ims.rate=2.5
          ims.burst=3
          ims.proxy=http://proxy:3128
          poll.policy=adaptive
          poll.lag.target=200ms
          poll.backoff.initial=1s
          poll.backoff.ratio=1.5
          watch.deadline=PT48H
          http.listen=[::1]:8080
          http.advertised=host:80
          kafka.streams.main.consumer.session.timeout.ms=6000
          ims.projects=a,b
          ims.projects.a.project.id=p1
          ims.projects.a.auth.sk=${env:HOME}
          log.format=json
          """
              .getBytes(UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void check(byte[] document) throws IOException {
    Path file = Files.createTempFile("imsbridge-fuzz", ".properties");
    try {
      Files.write(file, document);
      String text = new String(document, UTF_8);
      check(file, SECRETS);
      check(null, Stream.concat(text.lines().limit(50), SECRETS.stream()).toList());
    } finally {
      Files.delete(file);
    }
  }

  private static void check(Path file, List<String> assignments) {
    BridgeConfig.Reading reading = BridgeConfig.read(file, Map.of(), assignments);
    for (BadSetting fault : reading.faults()) {
      assertThat(fault.getMessage()).isNotBlank().doesNotContain("\n", SECRET);
      assertThat(String.valueOf(fault.cure())).doesNotContain(SECRET);
    }
    reading.config().topics();
    reading.config().foldRules();
    try {
      new ConfiguredProjects(reading.config()).requests();
    } catch (CommandFailure e) {
      assertThat(e.getMessage()).doesNotContain(SECRET);
    }
  }
}
