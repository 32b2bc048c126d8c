package dev.imsbridge.cli;

import dev.imsbridge.config.Ports;
import dev.imsbridge.config.UserData;
import dev.imsbridge.embedded.EmbeddedKafka;
import dev.imsbridge.service.EmbeddedBroker;
import dev.imsbridge.service.NativeLibraries;
import dev.imsbridge.terminal.Terminal;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code imsbridge kafka}: runs only the embedded broker. */
@Command(name = "kafka", description = "Runs a Kafka broker on 127.0.0.1 until it is stopped.")
final class KafkaCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "9092",
      description = "Port; 0 selects a free port. Default: ${DEFAULT-VALUE}.")
  private int port;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Directory of the data. Default: the directory of `run` without data.dir, "
              + "which is ~/.local/share/imsbridge/kafka, or imsbridge/kafka under $XDG_DATA_HOME.")
  private Path data;

  KafkaCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Exception {
    Ports.check("--port", port);
    Path directory =
        data == null ? UserData.directory(terminal.environment()).resolve("kafka") : data;
    NativeLibraries.ofService(directory, "--data").load(Set.of());
    terminal.run(
        true,
        parts -> {
          EmbeddedKafka kafka = EmbeddedBroker.start(parts, directory, "--data", port, "--port");
          terminal.out().println("kafka ready " + kafka.bootstrapServers());
          parts.awaitFault();
        });
    return 0;
  }
}
