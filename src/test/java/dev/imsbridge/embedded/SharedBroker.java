package dev.imsbridge.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.UUID;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.testcontainers.kafka.KafkaContainer;

/**
 * A broker for tests, shared by all test classes of a JVM. It starts when a test first needs it.
 *
 * <pre>{@code
 * @ExtendWith(SharedBroker.Extension.class)
 * class SomethingIT {
 *   @Test
 *   void shouldDoIt(SharedBroker broker) { ... broker.bootstrapServers(), broker.newPrefix() ... }
 * }
 * }</pre>
 *
 * <p>Tests do not clean up. They stay independent by name: use a {@link #newPrefix} for topics,
 * groups and application ids. With {@code -Dimsbridge.test.broker=docker} Testcontainers runs
 * Kafka's own image; otherwise the broker is embedded.
 */
public final class SharedBroker implements AutoCloseable {

  private final String bootstrapServers;
  private final Runnable stop;

  private SharedBroker(String bootstrapServers, Runnable stop) {
    this.bootstrapServers = bootstrapServers;
    this.stop = stop;
  }

  static SharedBroker start() {
    return "docker".equals(System.getProperty("imsbridge.test.broker")) ? docker() : embedded();
  }

  public String bootstrapServers() {
    return bootstrapServers;
  }

  /** Returns a new prefix for the names of one test, such as {@code t1b2c3d4.}. */
  public String newPrefix() {
    return "t" + UUID.randomUUID().toString().substring(0, 8) + ".";
  }

  @Override
  public void close() {
    stop.run();
  }

  private static SharedBroker embedded() {
    var directory = temporaryDirectory();
    var kafka = EmbeddedKafka.start(directory, 0);
    return new SharedBroker(
        kafka.bootstrapServers(),
        () -> {
          kafka.close();
          delete(directory);
        });
  }

  private static SharedBroker docker() {
    // The daemon of a busy machine needs more than the minute that is the default.
    var kafka = new KafkaContainer("apache/kafka:4.4.0").withStartupTimeout(Duration.ofMinutes(3));
    kafka.start();
    return new SharedBroker(kafka.getBootstrapServers(), kafka::close);
  }

  private static Path temporaryDirectory() {
    try {
      return Files.createTempDirectory("imsbridge-kafka");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path directory) {
    try (var files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Resolves parameters of type {@link SharedBroker} of test methods and constructors. */
  public static final class Extension implements ParameterResolver {

    private static final ExtensionContext.Namespace NAMESPACE =
        ExtensionContext.Namespace.create(SharedBroker.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == SharedBroker.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return context
          .getRoot()
          .getStore(NAMESPACE)
          .computeIfAbsent(SharedBroker.class, key -> SharedBroker.start(), SharedBroker.class);
    }
  }
}
