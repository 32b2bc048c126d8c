package dev.imsbridge.cli.jobs;

import dev.imsbridge.cli.common.BridgeOption;
import dev.imsbridge.cli.common.ConfiguredCommand;
import dev.imsbridge.cli.common.Label;
import dev.imsbridge.cli.common.TerminalLine;
import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.service.BrokerWatch;
import dev.imsbridge.service.KafkaAccess;
import dev.imsbridge.terminal.CommandFailure;
import dev.imsbridge.terminal.Lifecycle;
import dev.imsbridge.terminal.SafeText;
import dev.imsbridge.terminal.Terminal;
import dev.imsbridge.terminal.TextInput;
import dev.imsbridge.wire.TopicNames;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code imsbridge submit}: requests jobs. Returns when Kafka has acknowledged the requests, or
 * with {@code --wait} when the jobs have ended.
 */
@Command(
    name = "submit",
    description = "Requests jobs, and with --wait waits until they have ended.",
    footer = {
      "",
      "With --wait, standard output has the completions only, and the exit code is 0: all jobs "
          + "succeeded. 1: a job failed, or its request was refused. 4: a job was lost. 5: a job "
          + "had not ended at the timeout."
    })
public final class SubmitCommand extends ConfiguredCommand {
  @Mixin private BridgeOption address;

  @Parameters(paramLabel = "ID", arity = "0..*", description = "Ids of jobs.")
  private List<String> ids = List.of();

  @Option(
      names = "--label",
      paramLabel = "NAME=VALUE",
      description = "Label for every event of the jobs. Repeatable.")
  private List<Label> labels = List.of();

  @Option(
      names = "--project",
      paramLabel = "ID",
      description = "Id of the project, for requests that name none.")
  private String project;

  @Option(names = "--region", description = "Region, for requests that name none.")
  private String region;

  @Option(
      names = "--deadline",
      paramLabel = "DURATION",
      description = "How long a job may take, such as 6h, for requests that do not say it.")
  private Duration deadline;

  @Option(
      names = "--correlation-id",
      paramLabel = "TEXT",
      description = "Header correlation-id of every event of the jobs.")
  private String correlationId;

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = "File with an id or a JSON request per line; - for standard input.")
  private String file;

  @Option(
      names = "--wait",
      description = "Print the completions, and end when all jobs have ended.")
  private boolean wait;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      description = "With --wait: end with exit code 5 if a job has not ended after this time.")
  private Duration timeout;

  @Option(
      names = "--json",
      description =
          "Print the positions of the requests as JSON; with --wait, each completion as a "
              + "CloudEvent, one JSON line each.")
  private boolean json;

  public SubmitCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  public Integer call() throws Exception {
    if (timeout != null && !wait) {
      throw CommandFailure.usage("--timeout needs --wait");
    }
    if (correlationId != null && !NewRequest.correlates(correlationId)) {
      throw CommandFailure.usage("--correlation-id: 1 to 512 printable ASCII characters");
    }
    TimeLimit limit = new TimeLimit(timeout);
    BridgeConfig config = config();
    List<NewRequest> requests = requests();
    if (requests.isEmpty()) {
      throw CommandFailure.usage("submit: there is no job id: name some, or give --file");
    }
    KafkaAccess kafka = KafkaAccess.of(config);
    TopicNames topics = config.topics();
    kafka.awaitTopics(
        wait
            ? List.of(topics.requests(), topics.audit(), topics.completions(), topics.deadLetters())
            : List.of(topics.requests()));
    if (!wait) {
      SentRequests sent = send(kafka, config, requests);
      if (json) {
        sent.printJson(terminal.out(), kafka, config);
      } else {
        sent.print(terminal, terminal.out(), "submitted", kafka, config);
      }
      return 0;
    }
    int[] exitCode = new int[1];
    terminal.run(false, parts -> exitCode[0] = sendAndWait(parts, kafka, config, requests, limit));
    return exitCode[0];
  }

  private SentRequests send(KafkaAccess kafka, BridgeConfig config, List<NewRequest> requests)
      throws InterruptedException {
    return SentRequests.send(kafka, config.topics().requests(), requests, correlationId);
  }

  private int sendAndWait(
      Lifecycle parts,
      KafkaAccess kafka,
      BridgeConfig config,
      List<NewRequest> requests,
      TimeLimit limit)
      throws Exception {
    AwaitedJobs jobs = new AwaitedJobs(requests.stream().map(NewRequest::jobId).toList());
    JobWait waiting =
        new JobWait(
            terminal,
            TerminalLine.of(terminal),
            jobs,
            limit,
            JobProgress.of(terminal, address.bridge(config)),
            json);
    try (RequestedJobs requested = RequestedJobs.open(kafka, config.topics(), jobs.open())) {
      SentRequests sent = send(kafka, config, requests);
      requested.sent(sent);
      sent.print(terminal, terminal.err(), "submitted", kafka, config);
      parts.start(
          "broker watch", () -> BrokerWatch.start(kafka, config, terminal::say, parts::fail));
      return waiting.run(parts, step -> requested.next(step, waiting));
    } catch (KafkaException e) {
      throw kafka.unreachable(e);
    }
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

  private Map<String, String> defaults() {
    Map<String, String> defaults = new LinkedHashMap<>();
    defaults.put("project_id", project);
    defaults.put("region", region);
    defaults.put("deadline", deadline == null ? null : deadline.toString());
    defaults.values().removeIf(Objects::isNull);
    return defaults;
  }

  private List<NewRequest> requests() throws IOException {
    Map<String, String> labels = labels();
    Map<String, String> defaults = defaults();
    Map<String, NewRequest> requests = new LinkedHashMap<>();
    for (String id : ids) {
      NewRequest request = NewRequest.parse(id, labels, defaults);
      requests.putIfAbsent(request.jobId(), request);
    }
    int number = 0;
    for (String line : lines()) {
      number++;
      String text = line.strip();
      if (!text.isEmpty() && !text.startsWith("#")) {
        try {
          NewRequest request = NewRequest.parse(text, labels, defaults);
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
}
