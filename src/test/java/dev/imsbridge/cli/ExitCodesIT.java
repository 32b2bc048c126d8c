package dev.imsbridge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.imsbridge.embedded.SharedBroker;
import dev.imsbridge.job.JobStatus;
import dev.imsbridge.simulator.FaultType;
import dev.imsbridge.simulator.ImsJobType;
import dev.imsbridge.simulator.ScriptedFault;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Commands that request jobs, wait for them and list them, with a bridge: a script branches by the
 * exit code and reads standard output.
 */
@ExtendWith(SharedBroker.Extension.class)
class ExitCodesIT {
  private static final String NEVER_ENDS = "job-that-never-ends";

  @TempDir static Path directory;

  private static WholeBridge bridge;
  private static String good;
  private static String bad;

  @BeforeAll
  static void start(SharedBroker broker) throws Exception {
    bridge = WholeBridge.start(broker, directory, "ims.project.id=p1");
    good = bridge.simulator().catalogue().id(ImsJobType.IMPORT_OVA_IMAGE, JobStatus.SUCCESS);
    bad = bridge.simulator().catalogue().id(ImsJobType.IMPORT_IMAGE, JobStatus.FAIL);
    bridge.simulator().inject(NEVER_ENDS, ScriptedFault.of(FaultType.UNAVAILABLE).build());
  }

  @AfterAll
  static void stop() {
    bridge.close();
  }

  private static InProcess imsbridge(String... arguments) {
    Map<String, String> settings = new TreeMap<>();
    settings.put("IMSBRIDGE_KAFKA_BOOTSTRAP_SERVERS", bridge.running().kafka().bootstrap());
    settings.put("IMSBRIDGE_TOPICS_PREFIX", bridge.config().topics().prefix());
    settings.put("IMSBRIDGE_HTTP_LISTEN", bridge.url().replace("http://", ""));
    return InProcess.run(settings, arguments);
  }

  private static void ends(int exitCode, InProcess command, String... outputs) {
    assertThat(command.exitCode()).as("%s", command).isEqualTo(exitCode);
    assertThat(command.out().lines()).hasSize(outputs.length);
    for (String output : outputs) {
      assertThat(command.out()).contains(output);
    }
  }

  @Test
  void shouldEndByTheOutcomeOfTheJobs() throws Exception {
    InProcess submit = imsbridge("submit", good, "--wait", "--timeout", "1m", "--label", "a=b");
    ends(0, submit, good);
    assertThat(submit.out()).contains("ended: SUCCEEDED").contains("sub-job");
    assertThat(submit.err()).contains("submitted 1 job to ").contains("; a bridge is running");
    ends(0, imsbridge("watch", good, "--until-completed"), "ended: SUCCEEDED");

    ends(1, imsbridge("submit", bad, good, "--wait", "--timeout", "1m"), bad, good);
    ends(1, imsbridge("watch", bad), "ended: FAILED");
    becameOf();
    ends(0, imsbridge("jobs", "--state", "ended", "--label", "a=b", "--output", "ids"), good);
    ends(0, imsbridge("jobs", "--status", "fail", "--json"), "\"job_id\":\"" + bad + "\"");
    ends(0, imsbridge("jobs", "--state", "open", "--type", "none"));
    ends(2, imsbridge("jobs", "--state", "gone"));
    // A request for a job that has ended has no effect: the completion is an old one.
    InProcess again = imsbridge("submit", bad, "--wait", "--json", "--timeout", "1m");
    ends(1, again, "\"type\":\"dev.imsbridge.job.completed.v1\"");
    forgetCompletions();
    InProcess later = imsbridge("submit", bad, good, "--wait", "--timeout", "1m");
    ends(1, later, "ended: FAIL  IMG.", "ended: SUCCESS");
    assertThat(later.err()).contains(bad + " has ended, and its completion is no longer retained");
    ends(
        1, imsbridge("watch", bad, good, "--timeout", "1m"), "ended: FAIL  IMG.", "ended: SUCCESS");
    InProcess json = imsbridge("submit", good, "--wait", "--json", "--timeout", "1m");
    ends(0, json, "{\"data\":{\"job_id\":\"" + good + "\"");
  }

  /** As retention does. */
  private static void forgetCompletions() throws Exception {
    String topic = bridge.config().topics().completions();
    Map<TopicPartition, RecordsToDelete> all = new HashMap<>();
    try (Admin admin = bridge.running().kafka().admin()) {
      bridge
          .running()
          .kafka()
          .partitions(List.of(topic))
          .forEach(each -> all.put(each, RecordsToDelete.beforeOffset(-1)));
      admin.deleteRecords(all).all().get(20, TimeUnit.SECONDS);
    }
  }

  /** What became of the order, and of the image. */
  private static void becameOf() {
    InProcess ofOrder = imsbridge("history", "--label", "a=b");
    assertThat(ofOrder.exitCode()).as("%s", ofOrder).isZero();
    assertThat(ofOrder.out()).startsWith(good).contains("labels a=b").doesNotContain(bad);
    Matcher image = Pattern.compile("image ([0-9a-f-]{36})").matcher(ofOrder.out());
    assertThat(image.find()).as(ofOrder.out()).isTrue();
    assertThat(imsbridge("history", image.group(1)).out()).startsWith(good);
    listed("--image " + image.group(1), good);
    listed("--outcome succeeded", good);
    listed("--outcome FAIL", bad);
    listed("--type imsImportImageJob", bad);
    listed("--project p1 --region local", good, bad);
    listed("--project p9");
    listed("--region mars");
    listed("--since 1h", good, bad);
    listed("--until 1h");
    ends(1, imsbridge("history", "--label", "a=c"));
    ends(1, imsbridge("history", "a-job-that-nobody-knows"));
  }

  /** Checks which of the two jobs a filter selects. */
  private static void listed(String filter, String... selected) {
    InProcess jobs = imsbridge(("jobs --output ids " + filter).split(" "));
    assertThat(jobs.exitCode()).as(jobs.err()).isZero();
    assertThat(jobs.out().lines().filter(id -> id.equals(good) || id.equals(bad)))
        .as(filter)
        .containsExactlyInAnyOrder(selected);
  }

  @Test
  void shouldTellALostJobFromOneThatStillRuns() throws Exception {
    InProcess late = imsbridge("submit", NEVER_ENDS, "--wait", "--timeout", "500ms");
    ends(5, late);
    assertThat(late.err()).contains("not ended within 500 ms: " + NEVER_ENDS);
    ends(5, imsbridge("watch", NEVER_ENDS, "--timeout", "500ms"));
    assertThat(imsbridge("jobs", "--state", "open").out())
        .containsPattern(NEVER_ENDS + " .*after ");
    assertThat(imsbridge("status").out())
        .containsPattern("(?s)ENDS NEXT.*" + NEVER_ENDS + ".*after ");

    InProcess cancel = imsbridge("cancel", NEVER_ENDS, "--json");
    ends(0, cancel, "\"job_id\":\"" + NEVER_ENDS + "\"");
    JsonNode sent = new ObjectMapper().readTree(cancel.out());
    assertThat(sent.path("bridge_runs").asBoolean()).isTrue();
    assertThat(sent.at("/requests/0/offset").asLong()).isPositive();
    InProcess lost = imsbridge("watch", NEVER_ENDS, "--timeout", "1m");
    assertThat(lost.exitCode()).isEqualTo(4);
    assertThat(lost.out()).contains("ended: LOST, CANCELLED");

    // A lost job is watched again, so its old end does not count.
    ends(5, imsbridge("submit", NEVER_ENDS, "--wait", "--timeout", "1s"));
    ends(0, imsbridge("cancel", NEVER_ENDS), "sent the cancellation of 1 job to ");
    assertThat(imsbridge("watch", NEVER_ENDS, "--timeout", "1m").exitCode()).isEqualTo(4);
  }

  @Test
  void shouldFailWhenTheBridgeRefusesTheRequest() {
    InProcess refused =
        imsbridge("submit", "job-of-nobody", "--project", "p9", "--wait", "--timeout", "1m");
    ends(1, refused);
    assertThat(refused.err())
        .contains("the bridge refused the request for job-of-nobody: the project_id or region");
  }
}
