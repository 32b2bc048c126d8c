package dev.imsbridge.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.service.GroupCheck;
import dev.imsbridge.service.KafkaAccess;
import dev.imsbridge.terminal.CommandFailure;
import dev.imsbridge.terminal.SafeText;
import dev.imsbridge.terminal.Terminal;
import dev.imsbridge.terminal.TextInput;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.acl.AclOperation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code imsbridge submit}: requests jobs, and returns when Kafka has acknowledged the requests.
 */
@Command(name = "submit", description = "Requests jobs.")
final class SubmitCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private ConfigOptions configuration;

  @Parameters(paramLabel = "ID", arity = "0..*", description = "Ids of jobs.")
  private List<String> ids = List.of();

  @Option(
      names = "--label",
      paramLabel = "NAME=VALUE",
      description = "Label for every event of the jobs. Repeatable.")
  private List<Label> labels = List.of();

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = "File with an id or a JSON request per line; - for standard input.")
  private String file;

  SubmitCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Exception {
    BridgeConfig config = configuration.load(terminal.environment());
    List<NewRequest> requests = requests();
    if (requests.isEmpty()) {
      throw CommandFailure.usage("submit: there is no job id: name some, or give --file");
    }
    KafkaAccess kafka = KafkaAccess.of(config);
    String topic = config.topics().requests();
    kafka.partitions(List.of(topic));
    send(kafka, topic, requests);
    terminal
        .out()
        .printf(
            "submitted %s %s to %s%n",
            requests.size(), requests.size() == 1 ? "job" : "jobs", topic);
    if (new GroupCheck(kafka, config).noBridge()) {
      terminal.say(
          "no bridge runs at %s: requests wait on %s until one does"
              .formatted(kafka.bootstrap(), topic));
    }
    return 0;
  }

  private Map<String, String> labels() {
    Map<String, String> parsed = new LinkedHashMap<>();
    for (Label label : labels) {
      if (parsed.putIfAbsent(label.name(), label.value()) != null) {
        throw CommandFailure.usage(
            "--label: '%s' is given twice, and a label has one value"
                .formatted(SafeText.line(label.name())));
      }
    }
    return parsed;
  }

  private List<NewRequest> requests() throws IOException {
    Map<String, String> labels = labels();
    Map<String, NewRequest> requests = new LinkedHashMap<>();
    for (String id : ids) {
      NewRequest request = NewRequest.parse(id, labels);
      requests.putIfAbsent(request.jobId(), request);
    }
    int number = 0;
    for (String line : lines()) {
      number++;
      String text = line.strip();
      if (!text.isEmpty() && !text.startsWith("#")) {
        try {
          NewRequest request = NewRequest.parse(text, labels);
          requests.putIfAbsent(request.jobId(), request);
        } catch (CommandFailure e) {
          throw CommandFailure.usage(
              "--file %s line %s: %s".formatted(file, number, e.getMessage()));
        }
      }
    }
    return List.copyOf(requests.values());
  }

  private List<String> lines() throws IOException {
    if (file == null) {
      return List.of();
    }
    try {
      String text =
          file.equals("-")
              ? TextInput.of(terminal.in().readAllBytes())
              : TextInput.of(Path.of(file));
      return text.lines().toList();
    } catch (CharacterCodingException e) {
      String name = file.equals("-") ? "-: standard input" : file + ":";
      throw CommandFailure.usage("--file " + name + " is not UTF-8 text");
    } catch (NoSuchFileException e) {
      throw CommandFailure.usage("--file " + file + ": there is no such file");
    } catch (IOException e) {
      throw CommandFailure.usage("--file " + file + ": cannot be read");
    }
  }

  /**
   * Sends requests, and returns when Kafka has acknowledged all of them.
   *
   * @throws CommandFailure if some are not acknowledged
   */
  static void send(KafkaAccess kafka, String topic, List<NewRequest> requests)
      throws InterruptedException {
    List<Future<RecordMetadata>> acknowledgements = new ArrayList<>();
    int done = 0;
    try (KafkaProducer<byte[], byte[]> producer = kafka.producer()) {
      for (NewRequest request : requests) {
        acknowledgements.add(
            producer.send(
                new ProducerRecord<>(topic, request.jobId().getBytes(UTF_8), request.value())));
      }
      producer.flush();
      for (Future<RecordMetadata> acknowledgement : acknowledgements) {
        acknowledgement.get();
        done++;
      }
    } catch (ExecutionException | KafkaException e) {
      Throwable cause = e instanceof ExecutionException ? e.getCause() : e;
      throw CommandFailure.fault(
          "only %s of %s requests were taken by %s: %s"
              .formatted(
                  done, requests.size(), topic, kafka.reason(cause, each -> AclOperation.WRITE)),
          cause);
    }
  }
}
