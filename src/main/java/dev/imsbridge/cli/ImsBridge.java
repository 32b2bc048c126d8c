package dev.imsbridge.cli;

import dev.imsbridge.bench.BenchCommand;
import dev.imsbridge.cli.common.Label;
import dev.imsbridge.cli.common.TimeText;
import dev.imsbridge.cli.jobs.CancelCommand;
import dev.imsbridge.cli.jobs.JobsCommand;
import dev.imsbridge.cli.jobs.SubmitCommand;
import dev.imsbridge.cli.jobs.WatchCommand;
import dev.imsbridge.cli.past.AuditCommand;
import dev.imsbridge.cli.past.DeadLettersCommand;
import dev.imsbridge.cli.past.HistoryCommand;
import dev.imsbridge.cli.past.RebuildCommand;
import dev.imsbridge.cli.past.ReplayCommand;
import dev.imsbridge.config.KnownKeys;
import dev.imsbridge.embedded.EmbeddedKafkaException;
import dev.imsbridge.service.Build;
import dev.imsbridge.simulator.SimulatorStartException;
import dev.imsbridge.terminal.CommandFailure;
import dev.imsbridge.terminal.CommandOutput;
import dev.imsbridge.terminal.DamagedText;
import dev.imsbridge.terminal.Palette;
import dev.imsbridge.terminal.SafeText;
import dev.imsbridge.terminal.Suggestion;
import dev.imsbridge.terminal.Terminal;
import dev.imsbridge.topics.TopicAccessException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The command line; docs/cli.md has the table of exit codes. A failure is one line on standard
 * error.
 */
@Command(
    name = "imsbridge",
    description = "Turns Huawei Cloud image jobs into an exactly-once Kafka event stream.",
    versionProvider = ImsBridge.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Settings come from --set key=value, the environment (IMSBRIDGE_IMS_REGION "
          + "for ims.region) and --config FILE, in this order. docs/configuration.md lists them.",
      "",
      "Exit code 0: success, or a service was stopped. 1: failure, output that "
          + "could not be written, a negative result, or a failed job. 2: invalid arguments or "
          + "settings. 3: the topics differ from their declarations, or not everything "
          + "could be compared. 4: a job was lost. 5: a job had not ended in time. 130, "
          + "143: interrupted. 141: the reader of the output closed it."
    })
public final class ImsBridge {
  private static final Logger LOG = LoggerFactory.getLogger(ImsBridge.class);
  private static final int LONGEST_OPTION = 32;

  // 128 + SIGPIPE, as if the signal had ended the process.
  private static final int READER_GONE = 141;

  /** Their messages say what failed and what to do. */
  private static final List<Class<? extends Exception>> EXPECTED =
      List.of(
          TopicAccessException.class,
          EmbeddedKafkaException.class,
          SimulatorStartException.class,
          KafkaException.class,
          IOException.class);

  /** Runs a command and exits the process. */
  public static void main(String[] arguments) {
    // For libraries; the bridge's own code passes the locale explicitly.
    Locale.setDefault(Locale.ROOT);
    Terminal terminal =
        new Terminal(
            System.getenv(),
            System.in,
            new CommandOutput(new FileOutputStream(FileDescriptor.out)),
            new CommandOutput(new FileOutputStream(FileDescriptor.err)),
            // Set by the launcher: System.console() changed with Java 22.
            Boolean.getBoolean("imsbridge.terminal"));
    System.exit(execute(terminal, List.of(arguments)));
  }

  /** Runs a command and returns its exit code. */
  static int execute(Terminal terminal, List<String> arguments) {
    CommandLine line = commandLine(terminal);
    int code =
        damaged(line, arguments)
            ? CommandFailure.USAGE
            : executed(terminal, line, arguments.toArray(String[]::new));
    return terminal.out().failure().map(failure -> unwritten(line, failure, code)).orElse(code);
  }

  private static int executed(Terminal terminal, CommandLine line, String... arguments) {
    try {
      return line.execute(arguments);
    } catch (LinkageError e) {
      // picocli does not pass errors to the exception handler.
      LOG.debug("the command failed", e);
      terminal.say(
          "a library cannot be loaded (%s): `imsbridge doctor` checks the native libraries"
              .formatted(SafeText.reason(e)));
      return CommandFailure.FAULT;
    }
  }

  /**
   * Whether an argument or the name of the current directory lost characters when it was decoded.
   * Reports which one, but does not quote it, because an argument may be a secret.
   */
  private static boolean damaged(CommandLine line, List<String> arguments) {
    String which = DamagedText.in(System.getProperty("user.dir")) ? "the current directory" : null;
    for (int i = 0; i < arguments.size() && which == null; i++) {
      which = DamagedText.in(arguments.get(i)) ? "argument " + (i + 1) : null;
    }
    if (which != null) {
      line.getErr().printf("%s: %s: %s%n", line.getCommandName(), which, DamagedText.REASON);
    }
    return which != null;
  }

  /**
   * Returns the exit code if the output could not be written. A reader that closed the pipe is not
   * reported.
   */
  private static int unwritten(CommandLine line, IOException failure, int code) {
    boolean closed = String.valueOf(failure.getMessage()).equals("Broken pipe");
    if (!closed) {
      line.getErr()
          .printf(
              "%s: standard output cannot be written: %s%n",
              line.getCommandName(), SafeText.reason(failure));
    }
    return code != 0 ? code : closed ? READER_GONE : CommandFailure.FAULT;
  }

  static CommandLine commandLine(Terminal terminal) {
    CommandLine line = new CommandLine(new ImsBridge());
    List<Object> commands =
        List.of(
            new DemoCommand(terminal),
            new RunCommand(terminal),
            new SubmitCommand(terminal),
            new CancelCommand(terminal),
            new WatchCommand(terminal),
            new JobsCommand(terminal),
            new StatusCommand(terminal),
            new ConfigCommand(terminal),
            new PauseCommand(terminal),
            new ResumeCommand(terminal),
            new LogLevelCommand(terminal),
            new HistoryCommand(terminal),
            new ReplayCommand(terminal),
            AuditCommand.line(terminal),
            DeadLettersCommand.line(terminal),
            new RebuildCommand(terminal),
            TopicsCommand.line(terminal),
            new DoctorCommand(terminal),
            new KafkaCommand(terminal),
            new SimulatorCommand(terminal),
            BenchCommand.line(terminal),
            new CompletionCommand(terminal));
    commands.forEach(line::addSubcommand);
    offerHelp(line);
    line.registerConverter(Instant.class, TimeText::parse);
    line.registerConverter(Duration.class, TimeText::duration);
    line.registerConverter(Label.class, Label::parse);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8));
    line.setColorScheme(
        CommandLine.Help.defaultColorScheme(Palette.of(terminal).coloured() ? Ansi.ON : Ansi.OFF));
    line.setExecutionStrategy(ImsBridge::run);
    line.setParameterExceptionHandler((e, all) -> misused(e));
    line.setExecutionExceptionHandler((e, failed, parsed) -> failed(e, failed));
    return line;
  }

  /** An unknown command is an error even with --help. */
  private static int run(ParseResult parsed) {
    List<CommandLine> lines = parsed.asCommandLineList();
    CommandLine line = lines.get(lines.size() - 1);
    ParseResult last = line.getParseResult();
    List<String> names = List.copyOf(line.getSubcommands().keySet());
    if (!last.unmatched().isEmpty() && !names.isEmpty()) {
      throw new UnmatchedArgumentException(line, last.unmatched());
    }
    if (!names.isEmpty() && !last.isUsageHelpRequested() && !last.isVersionHelpRequested()) {
      String some = String.join(", ", names.subList(0, names.size() - 1));
      throw new ParameterException(
          line,
          (lines.size() == 1 ? "a command" : some + " or " + names.get(names.size() - 1))
              + " is missing");
    }
    return new RunLast().execute(parsed);
  }

  private static void offerHelp(CommandLine line) {
    line.getCommandSpec().mixinStandardHelpOptions(true);
    line.getSubcommands().values().forEach(ImsBridge::offerHelp);
  }

  private static int misused(ParameterException e) {
    CommandLine line = e.getCommandLine();
    String name = line.getCommandSpec().qualifiedName();
    String text =
        e instanceof UnmatchedArgumentException unmatched
            ? unmatched(line, unmatched.getUnmatched().get(0))
            : SafeText.safe(
                e.getMessage().lines().findFirst().orElse("").replaceFirst("^Error: ", ""));
    line.getErr().printf("%s: %s; see %s --help%n", name, text, name);
    return CommandFailure.USAGE;
  }

  /** Quotes at most a name: an argument may be a secret. */
  private static String unmatched(CommandLine line, String argument) {
    Set<String> names = new HashSet<>(line.getSubcommands().keySet());
    names.addAll(line.getCommandSpec().optionsMap().keySet());
    String word = argument.split("[=:\\s]", 2)[0];
    String near =
        Suggestion.nearest(word, names, 2).map(name -> ", did you mean " + name + "?").orElse("");
    if (word.startsWith("-") && word.length() <= LONGEST_OPTION) {
      return "Unknown option " + SafeText.line(word) + near;
    }
    if (!near.isEmpty()) {
      return "Unmatched argument " + SafeText.line(word) + near;
    }
    if (!line.getSubcommands().isEmpty()) {
      return "there is no such command";
    }
    return KnownKeys.definition(word).isPresent()
        ? "Unmatched argument " + word + ": settings are given as --set key=value"
        : "Unmatched argument: one more than this command takes";
  }

  private static int failed(Exception e, CommandLine line) {
    LOG.debug("the command failed", e);
    message(e)
        .lines()
        .forEach(
            each ->
                line.getErr()
                    .printf("%s: %s%n", line.getCommandSpec().root().name(), SafeText.safe(each)));
    if (e instanceof CommandFailure failure) {
      return failure.exitCode();
    }
    return e instanceof InvalidPathException ? CommandFailure.USAGE : CommandFailure.FAULT;
  }

  /** Returns a line for each fault; an empty text if nothing is to be printed. */
  private static String message(Exception e) {
    if (e instanceof CommandFailure) {
      return Objects.requireNonNullElse(e.getMessage(), "");
    }
    if (e instanceof InvalidPathException) {
      return "not a file name (%s); characters beyond ASCII need LC_ALL=C.UTF-8"
          .formatted(SafeText.line(e.getMessage()));
    }
    if (e instanceof FileSystemException) {
      return SafeText.reason(e);
    }
    if (EXPECTED.stream().anyMatch(type -> type.isInstance(e))) {
      return SafeText.safe(String.valueOf(e.getMessage()));
    }
    return "unexpected %s; run again with IMSBRIDGE_LOG_LEVEL=debug for the stack trace"
        .formatted(String.valueOf(e).lines().findFirst().orElse(""));
  }

  /** Version, commit and Kafka version. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {Build.current().toString()};
    }
  }
}
