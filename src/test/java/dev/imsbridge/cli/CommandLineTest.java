package dev.imsbridge.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.simulator.FaultType;
import dev.imsbridge.terminal.CommandOutput;
import dev.imsbridge.terminal.Terminal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Wrong arguments, secrets in arguments and broken output, as a user at a shell meets them. */
class CommandLineTest {
  private final Map<String, String> environment = new HashMap<>();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private byte[] in = {};
  private boolean interactive;

  private int imsbridge(String... arguments) {
    return imsbridge(out, arguments);
  }

  private int imsbridge(OutputStream to, String... arguments) {
    Terminal terminal =
        new Terminal(
            environment,
            new ByteArrayInputStream(in),
            new CommandOutput(to),
            new PrintStream(err, true, UTF_8),
            interactive);
    return ImsBridge.execute(terminal, List.of(arguments));
  }

  /**
   * Returns the failure as the user sees it: one line that names the program, without a stack
   * trace.
   */
  private String complaint() {
    String text = err.toString(UTF_8);
    assertThat(text).startsWith("imsbridge").endsWith("\n");
    assertThat(text.strip().lines()).hasSize(1);
    assertThat(text).doesNotContain("Exception").doesNotContain("\tat ");
    return text.strip();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "|a command is missing",
        "rnu|did you mean run?",
        "run --speed 3|Unknown option",
        "run --only half|--only takes poller or topology",
        "run --set|--set",
        "run --set x=y|no such setting",
        "run --config /none/at/all|no such file",
        "run --set ims.project.id=p1|ims.region or ims.endpoint is missing",
        "run --set ims.region=cn-north-4|ims.project.id is missing",
        "run --set poll.interval=soon|not a duration",
        "demo --speed 0|speed must be above 0",
        "demo --speed fast|--speed",
        "kafka --port 70000|0 to 65535",
        "simulator --port -1|0 (any free one) to 65535",
        "simulator --key only-access|--key must be ACCESS:SECRET",
        "simulator --key :secret|--key must be ACCESS:SECRET",
        "simulator --token=|a token has 1 to 8000 printable ASCII characters",
        "simulator --unknown a/b|1 to 64 characters of A-Z a-z 0-9 _ - and *, not 'a/b'",
        "submit|there is no job id",
        "submit a/b|a/b' is not a request: neither a job id nor a JSON object",
        "submit ok --label novalue|--label",
        "submit --file /none/at/all|there is no such file",
        "submit --file /|cannot be read",
        "submit --label a=1 --label a=2 j1|--label: 'a' is given twice",
        "submit nil|not null, undefined, none or nil",
        "submit null|are not job ids as plain text",
        "submit true|are not job ids as plain text",
        "submit j1 --timeout 1m|--timeout needs --wait",
        "submit j1 --wait --timeout soon|timeout': 'soon' is not a duration; write 200ms",
        "submit j1 --wait --timeout 0s|must be above zero",
        "submit j1 --deadline 31d|the deadline must be above zero and at most",
        "submit j1 --correlation-id \u00e9|--correlation-id: 1 to 512 printable ASCII characters",
        "cancel|Missing required parameter",
        "cancel a/b|not a job id",
        "watch --until-completed|need the ids of the jobs to wait for",
        "watch --timeout 1m|need the ids of the jobs to wait for",
        "nosuch --help|there is no such command",
        "audit nosuch --help|there is no such command",
        "topics plna --help|did you mean plan?",
        "run --set ims.endpoint=foo|(from --set): 'foo': an endpoint must begin with",
        "run --set topics.prefix=a/b|(from --set): 'a/b': a topic prefix has at most 200 characters of A-Z"
            + " a-z 0-9 . _ -",
        "run --set embedded.port=70000|(from --set): '70000' must be 0 to 65535",
        "watch a/b|not a job id",
        "run --set ims.endpoint=http://127.0.0.1:1 --set ims.project.id=p --set"
            + " http.listen=0.0.0.0:0|set http.auth.token, or http.auth=none",
        "run --set ims.endpoint=http://127.0.0.1:1 --set ims.project.id=p --set http.auth=token"
            + "|there is no http.auth.token",
        "run --set ims.endpoint=http://127.0.0.1:1 --set ims.project.id=p --set http.mirror.wait=2m"
            + "|at most 55s",
        "jobs --limit 0|--limit: 1 to 100000",
        "jobs --output xml|expected one of [TABLE, JSON, IDS]",
        "jobs --since soon|not a time",
        "jobs --label x|write NAME=VALUE",
        "jobs --set http.listen=off|http.listen is off",
        "jobs extra|one more than this command takes",
        "status --url ftp://x|is not a URL",
        "status --set http.listen=off|http.listen is off",
        "status --set http.listen=127.0.0.1:0|give --url",
        "config --url ftp://x|is not a URL",
        "config --set http.listen=off|http.listen is off",
        "pause|Missing required parameter",
        "pause p1|ims.region or ims.endpoint is missing",
        "pause p2 --set ims.endpoint=http://127.0.0.1:1 --set ims.project.id=p1|no such project is"
            + " configured: name one of default",
        "resume p2 --set ims.endpoint=http://127.0.0.1:1 --set ims.project.id=p1|no such project",
        "pause p1 --reason|Missing required parameter",
        "log-level dev.imsbridge|Missing required parameter: 'LEVEL'",
        "log-level io.netty debug|logger: dev.imsbridge, org.apache.kafka, or a name below",
        "log-level dev.imsbridge loud|level: one of off, error, warn, info, debug, trace",
        "log-level dev.imsbridge info --instance \u00e9|instance: HOST:PORT",
        "history|Missing required parameter",
        "history job1 --label a=b|either an ID or --label",
        "history --label a|write NAME=VALUE",
        "history a/b|not a job id",
        "history job1 --as-of soon|as-of': 'soon' is not a time",
        "history job1 --as-of 2026-13-01|is not a time",
        "history job1 --url ftp://x|is not a URL",
        "replay --what audit|expected one of [TRANSITIONS, COMPLETIONS]",
        "replay --job a/b|not a job id",
        "replay --status DONE|is not one of INIT, RUNNING, SUCCESS, FAIL, LOST, SUCCEEDED, FAILED",
        "replay --label x|write NAME=VALUE",
        "replay --from 1h --until 2h|nothing in between",
        "replay --rate 0|above 0",
        "replay --rate fast|--rate",
        "replay --resume f|Missing required argument(s): --to=TOPIC",
        "replay --create|Missing required argument(s): --to=TOPIC",
        "replay --to x --resume f --dry-run|cannot be combined",
        "replay --to x --resume f --from 2h|points in time",
        "replay --to ims.jobs.transitions|own topics",
        "replay --to ims.jobs.requests|own topics",
        "replay --to ims.jobs.foo --create|own topics",
        "replay --to imsbridge-ims.jobs.-trees-changelog|is a topic of the bridge or of Kafka",
        "replay --to __consumer_offsets|is a topic of the bridge or of Kafka",
        "audit|verify, tail or export is missing",
        "audit verify --since /none/at/all|cannot be read",
        "audit tail --what nothing|is none of request.accepted",
        "audit export --job a/b|not a job id",
        "audit export --from soon|not a time",
        "dead-letters|list, show or redrive is missing",
        "dead-letters list --topic status|write requests or observations",
        "dead-letters list --since 1h --until 2h|nothing in between",
        "dead-letters list --limit 0|1..100000",
        "dead-letters list --output xml|expected one of [TABLE, JSON, IDS]",
        "history a --output ids|expected one of [TEXT, JSON]",
        "status --output xml|expected one of [TEXT, JSON]",
        "dead-letters show|Missing required parameter",
        "dead-letters show 3@5|write PARTITION/OFFSET",
        "dead-letters show 99999999999/1|write PARTITION/OFFSET",
        "dead-letters redrive|name letters (PARTITION/OFFSET), or give --all",
        "dead-letters redrive 3|write PARTITION/OFFSET",
        "dead-letters redrive 3/5 --all|not both",
        "dead-letters redrive 3/5 --since 1h|need --all",
        "dead-letters redrive 3/5 --refused-again|need --all",
        "rebuild|rebuild needs --prefix PREFIX, --compare, or both",
        "rebuild --prefix a/b|--prefix: a topic prefix has",
        "rebuild --prefix ims.jobs.|the bridge's own topics",
        "rebuild --compare=a/b|--compare: a topic prefix has",
        "topics|apply, describe, plan, export or acls is missing",
        "topics destroy|there is no such command",
        "topics export|--format",
        "topics export --format yaml|--format",
        "topics export --format strimzi --cluster a_b|--cluster takes a Kubernetes name",
        "topics acls --role admin|--role",
        "topics acls --principal a'b|--principal takes 1 to 200 characters of",
        "topics acls --format strimzi --principal CN=x|--principal takes a Kubernetes name",
        "topics acls --group a:b|--group takes 1 to 249 characters of",
        "completion|Missing required parameter",
        "completion fish|SHELL",
        "bogus|there is no such command",
        "submit --label order j1|label' (NAME=VALUE): write NAME=VALUE, not 'order'",
        "doctor --job a/b|not a job id",
        "bench|poll, policy, memory, topology, latency, restore, soak or replay is missing",
        "bench poll --in-flight 0|1 to 10000",
        "bench poll --in-flight many|--in-flight",
        "bench poll --seconds 0|0.05 to 600",
        "bench poll --auth token|aksk or none",
        "bench poll --url ftp://x|must begin with https:// or http://",
        "bench policy --jobs 1|20 to 1000000",
        "bench policy --lag-target soon|not a duration",
        "bench policy --lag-target 1h|100ms to 90s",
        "bench memory --watches 1|1000 to 50000000",
        "bench topology --jobs 1|--jobs: 100 to 1000000"
      })
  void shouldSayInOneLineWhatIsWrongAndExitWithTwo(String arguments, String told) {
    assertThat(imsbridge(arguments == null ? new String[0] : arguments.split(" "))).isEqualTo(2);
    assertThat(complaint()).contains(told);
    assertThat(out.toString(UTF_8)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "run --ims.auth.token=S3CRET|Unknown option --ims.auth.token;",
        "run --token S3CRET|Unknown option --token;",
        "run ims.auth.token=S3CRET|--set key=value",
        "run --set ims.auth.token S3CRET|one more than this command takes",
        "run --set S3CRET|--set takes key=value"
      })
  void shouldNotQuoteASecretThatIsGivenInTheWrongWay(String arguments, String told) {
    assertThat(imsbridge(arguments.split(" "))).isEqualTo(2);
    assertThat(complaint()).contains(told).doesNotContain("S3CRET");
  }

  @Test
  void shouldReportAllThatIsWrongWithTheSettingsAtOnce() {
    assertThat(imsbridge("run", "--set", "ims.auth=password", "--set", "ims.auth.user=u"))
        .isEqualTo(2);
    assertThat(err.toString(UTF_8).lines())
        .allMatch(line -> line.startsWith("imsbridge: "))
        .anyMatch(line -> line.contains("ims.region or ims.endpoint is missing"))
        .anyMatch(line -> line.contains("ims.project.id is missing"))
        .anyMatch(line -> line.contains("ims.auth.domain is missing"))
        .anyMatch(line -> line.contains("ims.auth.password is missing"));
  }

  @Test
  void shouldListTheCommandsThereAre() {
    assertThat(imsbridge("--help")).isZero();
    assertThat(out.toString(UTF_8))
        .contains(
            "demo",
            "run",
            "submit",
            "cancel",
            "watch",
            "jobs",
            "status",
            "config",
            "pause",
            "resume",
            "log-level",
            "history",
            "replay",
            "audit",
            "dead-letters",
            "rebuild",
            "topics",
            "doctor",
            "kafka",
            "simulator",
            "bench",
            "completion");
  }

  @ParameterizedTest
  @CsvSource({
    "demo",
    "run",
    "submit",
    "cancel",
    "watch",
    "jobs",
    "status",
    "config",
    "pause",
    "resume",
    "log-level",
    "history",
    "replay",
    "audit",
    "audit verify",
    "audit tail",
    "audit export",
    "dead-letters",
    "dead-letters list",
    "dead-letters show",
    "dead-letters redrive",
    "rebuild",
    "topics",
    "topics plan",
    "topics acls",
    "topics export",
    "completion",
    "doctor",
    "kafka",
    "simulator",
    "bench",
    "bench poll",
    "bench policy",
    "bench memory",
    "bench topology",
    "bench replay"
  })
  void shouldHelpWithEachCommand(String command) {
    List<String> arguments = new ArrayList<>(List.of(command.split(" ")));
    arguments.add("--help");
    assertThat(imsbridge(arguments.toArray(String[]::new))).isZero();
    assertThat(out.toString(UTF_8)).contains("Usage: imsbridge " + command);
  }

  @Test
  void shouldSayWhichFaultsTheSimulatorMakes() {
    assertThat(imsbridge("simulator", "--help")).isZero();
    String help = out.toString(UTF_8);
    assertThat(help.split("[^a-z0-9-]+"))
        .contains(Arrays.stream(FaultType.values()).map(FaultType::word).toArray(String[]::new));
    assertThat(help).contains("curl -X PUT").contains("http://127.0.0.1:8090/simulator/faults");
  }

  @Test
  void shouldSayItsVersion() {
    assertThat(imsbridge("--version")).isZero();
    assertThat(out.toString(UTF_8)).startsWith("imsbridge ");
  }

  @Test
  void shouldCompleteCommandsAndOptionsInBash(@TempDir Path directory) throws Exception {
    assertThat(imsbridge("completion", "bash")).isZero();
    Path script = Files.write(directory.resolve("completion"), out.toByteArray());
    assertThat(completed(script, "imsbridge", "dead")).containsExactly("dead-letters");
    assertThat(completed(script, "imsbridge", "topics", "ac")).containsExactly("acls");
    assertThat(completed(script, "imsbridge", "topics", "acls", "--ro")).containsExactly("--role");
    assertThat(completed(script, "imsbridge", "topics", "acls", "--role", "aud"))
        .containsExactly("auditor");
  }

  /** Presses Tab after these words. */
  private static List<String> completed(Path script, String... words) throws Exception {
    String typed = "'" + String.join("' '", words) + "'";
    String lines =
        """
        source '%s'
        complete -p imsbridge >&2 || exit 1
        function=$(complete -p imsbridge | sed 's/.*-F \\([^ ]*\\).*/\\1/')
        COMP_WORDS=(%s)
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        COMP_LINE="${COMP_WORDS[*]}"
        COMP_POINT=${#COMP_LINE}
        $function
        printf '%%s\\n' "${COMPREPLY[@]}"
        """
            .formatted(script, typed);
    Process bash =
        new ProcessBuilder("bash", "--norc", "-c", lines)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String reply = new String(bash.getInputStream().readAllBytes(), UTF_8);
    assertThat(bash.waitFor()).isZero();
    return reply.lines().map(String::strip).toList();
  }

  /** What a person pastes into a shell must say the same as the table. */
  @Test
  void shouldPrintTheRightsOfARoleInEachForm() {
    assertThat(imsbridge("topics", "acls", "--role", "consumer", "--group", "billing")).isZero();
    assertThat(out.toString(UTF_8).lines().map(line -> line.replaceAll(" +", " ")))
        .containsExactly(
            "TOPIC LITERAL ims.jobs.transitions READ",
            "TOPIC LITERAL ims.jobs.completions READ",
            "TOPIC LITERAL ims.jobs.status READ",
            "GROUP LITERAL billing READ");
    out.reset();
    environment.put("IMSBRIDGE_KAFKA_BOOTSTRAP_SERVERS", "kafka-1:9093");
    assertThat(imsbridge("topics", "acls", "--format", "kafka-acls")).isZero();
    String calls =
        "kafka-acls.sh --bootstrap-server kafka-1:9093 --command-config admin.properties";
    String add = calls + " --add --allow-principal 'User:imsbridge'";
    assertThat(out.toString(UTF_8).lines())
        .contains(
            add
                + " --operation Read --operation Write --operation Create"
                + " --operation DescribeConfigs --topic ims.jobs.observations",
            add
                + " --operation Write --transactional-id imsbridge-ims.jobs.-"
                + " --resource-pattern-type prefixed",
            add + " --operation Write --transactional-id ims.jobs.redrive",
            add + " --operation Read --group ims.jobs.poller",
            add + " --operation Describe --cluster")
        .allMatch(line -> line.startsWith(add));
    out.reset();
    assertThat(imsbridge("topics", "acls", "--role", "producer", "--format", "strimzi")).isZero();
    assertThat(out.toString(UTF_8))
        .isEqualToIgnoringNewLines(
            """
            ---
            apiVersion: kafka.strimzi.io/v1
            kind: KafkaUser
            metadata:
              name: imsbridge-producer
              labels:
                strimzi.io/cluster: kafka
            spec:
              authentication:
                type: scram-sha-512
              authorization:
                type: simple
                acls:
                - resource:
                    type: topic
                    name: ims.jobs.requests
                    patternType: literal
                  operations:
                  - Write
            """);
  }

  @Test
  void shouldPrintTheTopicsForStrimzi() {
    environment.put("IMSBRIDGE_TOPICS_PREFIX", "Team_A.");
    environment.put("IMSBRIDGE_TOPICS_REPLICATION_FACTOR", "3");
    assertThat(imsbridge("topics", "export", "--format", "strimzi", "--cluster", "c1")).isZero();
    String text = out.toString(UTF_8);
    assertThat(text.split("(?m)^---$")).hasSize(10);
    assertThat(text)
        .contains(
            """
              name: team-a.status
              labels:
                strimzi.io/cluster: c1
            spec:
              topicName: Team_A.status
              partitions: 6
              replicas: 3
              config:
                cleanup.policy: compact
                compression.type: gzip
            """
                .stripTrailing())
        .contains("    message.timestamp.before.max.ms: \"9223372036854775807\"");
  }

  @Test
  void shouldNameTheLineOfAFileThatHoldsNoJobId() {
    in = "\ufeffjob1\n\n# a comment\nnot a job\n".getBytes(UTF_8);
    assertThat(imsbridge("submit", "--file", "-")).isEqualTo(2);
    assertThat(complaint()).contains("--file - line 4").contains("'not a job'");
  }

  /** Java 17 decodes non-ASCII characters like this if the locale is C. */
  @ParameterizedTest
  @CsvSource({
    "submit j1 --label \ufffd\ufffd=\ufffd,argument 4",
    "submit --file \ufffd/ids.txt,argument 3",
    "audit export --output \ufffd,argument 4",
    "run --set topics.prefix=\ufffd,argument 3",
    "\ufffd,argument 1"
  })
  void shouldRefuseAnArgumentThatLostCharacters(String arguments, String which) {
    assertThat(imsbridge(arguments.split(" "))).isEqualTo(2);
    assertThat(complaint()).contains(which).contains("LC_ALL=C.UTF-8").doesNotContain("\ufffd");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "IMSBRIDGE_CONFIG",
        "IMSBRIDGE_IMS_AUTH_TOKEN",
        "IMSBRIDGE_IMS_AUTH_TOKEN_FILE",
        "HUAWEICLOUD_SDK_AK",
        "HUAWEICLOUD_SDK_CREDENTIALS_FILE",
        "HUAWEICLOUD_SDK_REGION_IMS_X"
      })
  void shouldRefuseAVariableThatLostCharacters(String variable) {
    environment.put(variable, "/etc/\ufffd");
    assertThat(imsbridge("run")).isEqualTo(2);
    assertThat(complaint()).contains(variable).contains("LC_ALL=C.UTF-8").doesNotContain("\ufffd");
  }

  @Test
  void shouldRefuseRequestsThatAreNotUtf8() {
    in = "{\"job_id\":\"j1\",\"labels\":{\"team\":\"\u00e9quipe\"}}".getBytes(ISO_8859_1);
    assertThat(imsbridge("submit", "--file", "-")).isEqualTo(2);
    assertThat(complaint()).contains("--file -: standard input is not UTF-8 text");
  }

  /** A script must not mistake an empty file for a result. */
  @ParameterizedTest
  @ValueSource(strings = {"--help", "--version", "run --help", "bench memory --watches 1000"})
  void shouldFailWhenItsOutputCannotBeWritten(String arguments) {
    assertThat(imsbridge(failing("No space left on device"), arguments.split(" "))).isEqualTo(1);
    assertThat(complaint())
        .isEqualTo("imsbridge: standard output cannot be written: No space left on device");
  }

  /** As with {@code | head}: silent, with the exit code of a process that SIGPIPE ended. */
  @Test
  void shouldEndInSilenceWhenTheReaderOfItsOutputIsGone() {
    assertThat(imsbridge(failing("Broken pipe"), "--help")).isEqualTo(141);
    assertThat(err.toString(UTF_8)).isEmpty();
  }

  private static OutputStream failing(String reason) {
    return new OutputStream() {
      @Override
      public void write(int each) throws IOException {
        throw new IOException(reason);
      }
    };
  }

  @ParameterizedTest
  @CsvSource({
    "true,xterm-256color,,true",
    "true,dumb,,false",
    "true,,,false",
    "true,xterm,1,false",
    "false,xterm,,false"
  })
  void shouldColourOnlyForATerminalThatKnowsColours(
      boolean atTerminal, String term, String noColour, boolean coloured) {
    interactive = atTerminal;
    if (term != null) {
      environment.put("TERM", term);
    }
    if (noColour != null) {
      environment.put("NO_COLOR", noColour);
    }
    assertThat(imsbridge("--help")).isZero();
    // A wrong address: doctor reports it and does not wait for Kafka.
    assertThat(imsbridge("doctor", "--set", "kafka.bootstrap.servers=none")).isEqualTo(1);
    assertThat(out.toString(UTF_8).contains("\u001b[")).isEqualTo(coloured);
  }

  @ParameterizedTest
  @CsvSource({
    "submit job1",
    "submit job1 --wait",
    "cancel job1",
    "watch",
    "history job1",
    "replay",
    "replay --to x",
    "dead-letters list",
    "dead-letters redrive --all",
    "topics plan",
    "run --set ims.auth=none --set http.listen=off"
  })
  void shouldSayWhenThereIsNoKafka(String command) {
    environment.put("IMSBRIDGE_KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1");
    environment.put("IMSBRIDGE_KAFKA_DEFAULT_API_TIMEOUT_MS", "400");
    environment.put("IMSBRIDGE_KAFKA_REQUEST_TIMEOUT_MS", "300");
    environment.put("IMSBRIDGE_IMS_ENDPOINT", "http://127.0.0.1:1");
    environment.put("IMSBRIDGE_IMS_PROJECT_ID", "p1");
    assertThat(imsbridge(command.split(" "))).isEqualTo(1);
    assertThat(complaint()).contains("127.0.0.1:1");
  }

  @Test
  void shouldReadTheConfigurationFileThatTheEnvironmentNames() {
    environment.put("IMSBRIDGE_CONFIG", "/none/at/all.properties");
    assertThat(imsbridge("run")).isEqualTo(2);
    assertThat(complaint()).contains("/none/at/all.properties").contains("no such file");
  }
}
