package dev.imsbridge.cli.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imsbridge.cli.common.BridgeApi;
import dev.imsbridge.cli.common.BridgeOption;
import dev.imsbridge.cli.common.ConfiguredCommand;
import dev.imsbridge.cli.common.EventText;
import dev.imsbridge.cli.common.ForecastText;
import dev.imsbridge.cli.common.Label;
import dev.imsbridge.cli.common.ListOptions;
import dev.imsbridge.cli.common.TimeText;
import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.history.PublishedEvent;
import dev.imsbridge.terminal.Columns;
import dev.imsbridge.terminal.CommandFailure;
import dev.imsbridge.terminal.Palette;
import dev.imsbridge.terminal.SafeText;
import dev.imsbridge.terminal.Terminal;
import java.io.PrintStream;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code imsbridge jobs}: lists the jobs that a running bridge knows. */
@Command(
    name = "jobs",
    description = {
      "Lists the jobs that the bridge knows, in the order of their ids. All filters must match.",
      "An open job has its progress and its expected end as result.",
      "Uses the HTTP API of the bridge. For a job that it has forgotten, use `history`."
    },
    footer = {"", "Exit code 1: no bridge answers."})
public final class JobsCommand extends ConfiguredCommand {
  private static final int MOST = 100_000;

  @Mixin private BridgeOption address;
  @Mixin private ListOptions output;

  @Option(names = "--state", description = "open or ended.")
  private String state;

  @Option(names = "--status", description = "Status: INIT, RUNNING, SUCCESS, FAIL or LOST.")
  private String status;

  @Option(names = "--outcome", description = "Outcome: SUCCEEDED, FAILED or LOST.")
  private String outcome;

  @Option(names = "--type", description = "Job type, such as imsImportImageJob.")
  private String type;

  @Option(names = "--project", paramLabel = "ID", description = "Id of the project.")
  private String project;

  @Option(names = "--region", description = "Region.")
  private String region;

  @Option(names = "--label", paramLabel = "NAME=VALUE", description = "Label of the request.")
  private Label label;

  @Option(names = "--image", paramLabel = "ID", description = "Id of an image of the job.")
  private String image;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description = "Jobs whose last change is not before this time: " + TimeText.FORM + ".")
  private Instant since;

  @Option(
      names = "--until",
      paramLabel = "TIME",
      description = "Jobs whose last change is before this time.")
  private Instant until;

  @Option(
      names = "--limit",
      paramLabel = "NUMBER",
      defaultValue = "100",
      description = "Most jobs to list. Default: ${DEFAULT-VALUE}.")
  private int limit;

  public JobsCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  public Integer call() throws Exception {
    if (limit < 1 || limit > MOST) {
      throw CommandFailure.usage("--limit: 1 to " + MOST);
    }
    BridgeConfig config = config();
    BridgeApi bridge = address.required(config);
    JobList jobs = new JobList(bridge, filters());
    PrintStream out = terminal.out();
    JobList.End end =
        switch (output.form()) {
          case JSON -> jobs.read(limit, job -> out.println(job));
          case IDS -> jobs.read(limit, job -> out.println(EventText.cell(job, "job_id")));
          case TABLE -> table(jobs);
        };
    if (end.partial()) {
      terminal.say("incomplete: the state of some jobs moves between instances; try again");
    }
    if (end.more()) {
      terminal.say("there may be more jobs: raise --limit");
    }
    return 0;
  }

  private Map<String, String> filters() {
    Map<String, String> filters = new TreeMap<>();
    filters.put("state", state);
    filters.put("status", status);
    filters.put("outcome", outcome);
    filters.put("type", type);
    filters.put("project", project);
    filters.put("region", region);
    filters.put("label", label == null ? null : label.name() + "=" + label.value());
    filters.put("image", image);
    filters.put("since", since == null ? null : since.toString());
    filters.put("until", until == null ? null : until.toString());
    filters.values().removeIf(Objects::isNull);
    return filters;
  }

  private JobList.End table(JobList jobs) throws InterruptedException {
    Columns table = new Columns("JOB", "TYPE", "STATUS", "CHANGED", "LABELS", "RESULT");
    Palette palette = Palette.of(terminal);
    ForecastText forecasts = new ForecastText(terminal.acceptsControlSequences());
    Instant now = InstantSource.system().instant();
    int[] rows = new int[1];
    Consumer<JsonNode> row =
        job -> {
          rows[0]++;
          String word = EventText.cell(job, "status");
          table.row(
              EventText.cell(job, "job_id"),
              EventText.cell(job, "job_type"),
              palette.status(word, word.isEmpty() ? "(none)" : word),
              time(job.path("changed_at")),
              SafeText.line(EventText.pairs(job.path("labels"), " ")),
              SafeText.line(
                  EventText.joined(
                      EventText.result(job, word),
                      forecasts.of(job.path("forecast"), now),
                      EventText.field(job, "fault"))));
        };
    JobList.End end = jobs.read(limit, row);
    if (rows[0] > 0) {
      terminal.out().print(table.text());
    } else {
      terminal.say("no job matches");
    }
    return end;
  }

  private static String time(JsonNode value) {
    Instant time = PublishedEvent.time(value);
    return time == null ? "" : EventText.TO_SECONDS.withZone(ZoneId.systemDefault()).format(time);
  }
}
