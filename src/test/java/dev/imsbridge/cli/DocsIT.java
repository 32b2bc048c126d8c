package dev.imsbridge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the commands that the documents show, in the order in which a reader meets them: README.md,
 * then the pages by name. All use the simulator and the bridge that README.md starts. Checks the
 * exit code, and the first line of the output where the page shows it. Free ports replace the
 * default ones.
 */
class DocsIT {
  /** The commands that are not run, and why. */
  private static final Map<String, String> NOT_RUN =
      Map.ofEntries(
          Map.entry("mvn verify", "runs this test"),
          Map.entry(
              "mvn verify -Dtest=NONE -Dit.test=CampaignIT -Dsurefire.failIfNoSpecifiedTests=false"
                  + " -Dseed=4711",
              "takes two minutes, and runs with all tests"),
          Map.entry(
              "mvn verify -Dtest=NONE -Dit.test=KafkaFaults -Dsurefire.failIfNoSpecifiedTests=false",
              "shows faults of Kafka; depends on the moment of a signal"),
          Map.entry(
              "imsbridge run --set ims.region=cn-north-4 --set ims.project.id=YOUR_PROJECT"
                  + " --set kafka.bootstrap.servers=HOST:PORT",
              "requires an account of the cloud"),
          Map.entry(
              "docker compose -p imsbridge -f docker/compose.yaml up",
              "requires Docker; docker/test runs it"),
          Map.entry(
              "docker build -f docker/Dockerfile -t imsbridge target",
              "requires Docker; docker/test runs it"),
          Map.entry(
              "docker build -f imsbridge-1.0.0-rc.1/docker/Dockerfile -t imsbridge .",
              "requires Docker"),
          Map.entry(
              "imsbridge run --accept-log=TOPIC-ID",
              "requires the loss of a topic; HostileClusterIT causes one"),
          Map.entry("imsbridge demo", "takes half a minute; CommandsIT and DashboardIT run it"),
          Map.entry(
              "kcat -C -b localhost:9092 -t ims.jobs.transitions -X isolation.level=read_committed"
                  + " -f '%h\\n%s\\n'",
              "requires kcat"),
          Map.entry(
              "echo ff8080814dbd65d7014dbe0d84db0013 | kcat -P -b localhost:9092 -t ims.jobs.requests",
              "requires kcat"));

  private static final Pattern BLOCK = Pattern.compile("(?s)```[a-z]*\\n(.*?)```");
  private static final Pattern COMMAND =
      Pattern.compile("(?:\\./)?((?:imsbridge|curl|mvn|docker|kcat|echo) .*?)(?:\\s+#.*)?");
  private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");

  /** A request that the bridge refuses: {@code dead-letters} shows it. */
  private static final String REFUSED = "{\"job_id\":\"order-1\",\"project_id\":\"shop\"}";

  /** A job of the examples that fails: {@code replay --status FAIL} shows it. */
  private static final String FAILING = "tree-10";

  private final Map<String, BridgeProcess> running = new HashMap<>();
  private final Deque<BridgeProcess> started = new ArrayDeque<>();
  private final String kafka = freePort();
  private final String http = freePort();
  private final String simulator = freePort();

  @TempDir Path directory;

  /**
   * A command of a document.
   *
   * @param output the first line of its output; null if the page does not show it
   */
  private record Shown(Path page, String command, String output) {}

  private record Result(int exitCode, String output, String errors) {}

  private static String freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return Integer.toString(socket.getLocalPort());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @AfterEach
  void stop() throws InterruptedException {
    while (!started.isEmpty()) {
      started.pop().close();
    }
  }

  @Test
  @Timeout(300)
  void shouldRunEachCommandThatTheDocumentsShow() throws Exception {
    Set<String> unused = new HashSet<>(NOT_RUN.keySet());
    List<Shown> all = shown();
    for (Shown each : all) {
      if (!unused.remove(each.command())) {
        Result result = run(each.command());
        String said = each.page() + ": " + each.command() + ": " + result.errors();
        assertThat(result.exitCode()).as(said).isZero();
        if (each.output() != null) {
          assertThat(shape(result.output().lines().findFirst().orElse("")))
              .as(said)
              .startsWith(shape(each.output().replaceFirst("…$", "")));
        }
      }
    }
    assertThat(unused).as("no document shows these any more").isEmpty();
    assertThat(all).hasSizeGreaterThan(20);
  }

  private static List<Shown> shown() throws IOException {
    List<Shown> shown = new ArrayList<>();
    for (Path page : DocsTest.documents()) {
      Matcher block = BLOCK.matcher(Files.readString(page));
      while (block.find()) {
        List<String> lines = block.group(1).lines().toList();
        boolean session = lines.get(0).startsWith("$ ");
        for (int i = 0; i < lines.size(); i++) {
          String line = lines.get(i);
          Matcher command = COMMAND.matcher(session ? line.replaceFirst("^\\$ ", "") : line);
          if (command.matches() && line.startsWith("$ ") == session) {
            shown.add(
                new Shown(
                    page,
                    command.group(1),
                    session && i + 1 < lines.size() ? lines.get(i + 1) : null));
          }
        }
      }
    }
    return shown;
  }

  /** Leaves out all that differs from run to run: numbers, times, durations, hashes, padding. */
  private static String shape(String line) {
    return line.replaceAll("\\b[0-9a-f]{32}\\b", "#")
        .replaceAll("\\d[\\d:.,-]*", "#")
        .replaceAll("# m?s|#m#s", "# s")
        .replaceAll("\\s+", " ")
        .strip();
  }

  private Result run(String command) throws Exception {
    List<String> words = new ArrayList<>();
    Matcher word = WORD.matcher(command.replaceAll("(?<=[: ])8090\\b", simulator));
    while (word.find()) {
      words.add(word.group(1) == null ? word.group(2) : word.group(1));
    }
    String[] arguments = words.subList(1, words.size()).toArray(String[]::new);
    if (words.get(0).equals("curl")) {
      return curl(arguments);
    }
    return switch (arguments[0]) {
      case "simulator", "run" -> ready(command, arguments);
      default -> {
        if (arguments[0].equals("replay")) {
          assertThat(InProcess.run(environment(), "watch", FAILING).exitCode()).isEqualTo(1);
        }
        InProcess result = InProcess.run(environment(), arguments);
        yield new Result(result.exitCode(), result.out(), result.err());
      }
    };
  }

  private Map<String, String> environment() {
    Map<String, String> environment = new TreeMap<>();
    environment.put("XDG_DATA_HOME", directory.toString());
    environment.put("IMSBRIDGE_EMBEDDED_PORT", kafka);
    environment.put("IMSBRIDGE_HTTP_LISTEN", "127.0.0.1:" + http);
    // The settings that the page of `doctor` lists.
    environment.put("IMSBRIDGE_IMS_ENDPOINT", "http://127.0.0.1:" + simulator);
    environment.put("IMSBRIDGE_IMS_PROJECT_ID", "demo");
    return environment;
  }

  private BridgeProcess process(String command, String... arguments) throws IOException {
    BridgeProcess known = running.get(command);
    if (known == null) {
      known = BridgeProcess.start(directory, environment(), arguments);
      running.put(command, known);
      started.push(known);
    }
    return known;
  }

  /** Starts a command that runs until it is stopped, unless an earlier page has started it. */
  private Result ready(String command, String... arguments) throws IOException {
    boolean first = !running.containsKey(command);
    BridgeProcess process = process(command, arguments);
    process.awaitLine(arguments[0].equals("run") ? "imsbridge ready" : "simulator ready");
    if (first && arguments[0].equals("run")) {
      assertThat(InProcess.run(environment(), "submit", FAILING, REFUSED).exitCode()).isZero();
    }
    return new Result(0, process.out(), process.err());
  }

  /** Does the request of a {@code curl} command; a stream of events need not end. */
  private Result curl(String... arguments) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder();
    String method = "GET";
    String body = "";
    for (int i = 0; i < arguments.length; i++) {
      switch (arguments[i]) {
        case "-X" -> method = arguments[++i];
        case "-d" -> body = arguments[++i];
        case "-N", "-i" -> request.setHeader("accept", "*/*");
        default -> request.uri(URI.create(arguments[i].replaceAll("(?<=:)8080\\b", http)));
      }
    }
    HttpResponse<InputStream> response =
        HttpClient.newHttpClient()
            .send(
                request.method(method, BodyPublishers.ofString(body)).build(),
                BodyHandlers.ofInputStream());
    response.body().close();
    int status = response.statusCode();
    return new Result(status / 100 == 2 ? 0 : status, "", "status " + status);
  }
}
