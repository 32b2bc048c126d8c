package dev.imsbridge.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.imsbridge.embedded.SharedBroker;
import dev.imsbridge.job.JobStatus;
import dev.imsbridge.simulator.ExpectedJob;
import dev.imsbridge.simulator.ImsJobType;
import dev.imsbridge.simulator.JobCatalogue;
import dev.imsbridge.simulator.ScriptedJob;
import dev.imsbridge.simulator.SimulatorOptions;
import dev.imsbridge.simulator.SimulatorServer;
import dev.imsbridge.web.Browser;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.WebElement;

/**
 * The dashboard of a running bridge in a real browser. With {@code -Dpictures.write=true} it also
 * takes the screenshots of the documentation; the demo is then slower, so that the charts show
 * more.
 */
@ExtendWith(SharedBroker.Extension.class)
class DashboardIT {
  private static final Path PICTURES = Path.of("src/site");
  private static final String HOSTILE = "<script>hit=1</script><img src=x onerror=hit=1>";

  private static final boolean PICTURES_WANTED = Boolean.getBoolean("pictures.write");
  private static final int SPEED = PICTURES_WANTED ? 16 : 80;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static Browser browser;

  @TempDir Path directory;

  @BeforeAll
  static void open() {
    browser = Browser.start();
  }

  @AfterAll
  static void close() {
    browser.close();
  }

  @Test
  void shouldShowTheDemoFromTheFirstJobToTheLast() throws Exception {
    List<ExpectedJob> jobs = new JobCatalogue(1, SPEED).demo();
    ExpectedJob ova =
        jobs.stream()
            .filter(job -> job.jobType().equals(ImsJobType.IMPORT_OVA_IMAGE.wireName()))
            .filter(job -> job.status() == JobStatus.FAIL)
            .findFirst()
            .orElseThrow();
    try (BridgeProcess demo =
        BridgeProcess.start(
            directory, Map.of(), "demo", "--stay", "--speed", Integer.toString(SPEED))) {
      String asked = demo.awaitLine("Requested ");
      String uri = asked.substring(asked.indexOf("http://")).replaceFirst("/$", "");
      browser.size(1280, 760);
      browser.scheme("light");
      browser.open(uri + "/");
      browser.awaitText(".line", "Live");
      browser.awaitText(".foot", "of " + jobs.size() + " jobs");
      browser.awaiting("jobs to end", () -> number("SUCCESS") > 8);
      picture("board-light");
      browser.assertAccessible("the board");
      browser.scheme("dark");
      browser.assertAccessible("the board, dark");
      browser.scheme("light");

      browser.find("#search").sendKeys(ova.jobId());
      browser.awaitText(".foot", "1 of " + jobs.size() + " jobs");
      await().atMost(PATIENCE).until(() -> browser.text(".space .row").contains("Failed"));
      browser.go("#/jobs/" + ova.jobId());
      browser.awaitText(".title", "imsImportOvaImageJob");
      browser.awaitText(".title", "Failed");
      browser.awaitText(".events", "Completed: failed");
      assertThat(browser.all(".gantt .course")).hasSize((int) ova.tree().count());
      assertThat(browser.all(".gantt .cap")).hasSize((int) ova.tree().count());
      assertThat(browser.text(".reason")).contains("IMG.");
      picture("job");
      browser.assertAccessible("a job");
      browser.click(".events [data-kind=transition] .proof button");
      browser.awaitText("pre", "\"job_id\"");
      browser.scheme("dark");
      browser.assertAccessible("a job, dark");
      browser.go("#/status");
      browser.awaitText(".bridge", "transitions, at most");
      browser.awaitText(".bridge .state", "ready");
      assertThat(browser.text(".bridge .state")).isEqualTo("ready");
      assertThat(browser.text(".bridge"))
          .contains("topology ✓", "0, 1, 2", "ok")
          .doesNotContain("NaN", "undefined", "null", "Invalid", "cannot be read");
      browser.assertAccessible("the bridge");
      browser.awaitText("[aria-labelledby=partitions]", "18 running");
      browser.scheme("light");
      int least = PICTURES_WANTED ? 8 : 1;
      await().atMost(PATIENCE).until(() -> browser.all("circle.dot").size() >= least);
      picture("bridge");
      browser.size(390, 760);
      browser.go("#/");
      browser.find("#search").clear();
      browser.awaitText(".foot", jobs.size() + " of " + jobs.size() + " jobs");
      picture("phone");
      browser.assertQuiet(uri);
    }
  }

  private static int number(String status) {
    return Integer.parseInt(browser.text(".chip[data-status=" + status + "] .number"));
  }

  private static void picture(String name) throws IOException {
    if (PICTURES_WANTED) {
      Files.createDirectories(PICTURES);
      Picture.write(browser.picture(), PICTURES.resolve(name + ".png"));
    }
  }

  @Test
  void shouldGoOnThroughARestartAndShowHostileTextAsText(SharedBroker broker) throws Exception {
    try (SimulatorServer simulator =
            SimulatorServer.start(SimulatorOptions.defaults().withSpeed(100));
        RenamedImages ims = RenamedImages.before(simulator.uri(), HOSTILE)) {
      Map<String, String> settings = settings(broker, ims.uri());
      String uri = "http://" + settings.get("IMSBRIDGE_HTTP_LISTEN");
      String first =
          simulator.create(
              ScriptedJob.of(ImsJobType.IMPORT_IMAGE).failing("IMG.0001", HOSTILE).build());
      String second =
          simulator.create(ScriptedJob.of(ImsJobType.IMPORT_IMAGE).succeeding().build());
      browser.size(1440, 900);
      try (BridgeProcess run = BridgeProcess.start(directory, settings, "run")) {
        run.awaitLine("imsbridge ready");
        browser.open(uri + "/");
        browser.awaitText(".line", "Live");
        ask(first);
        browser.awaitText(".reason", HOSTILE);
        browser.go("#/");
        browser.awaiting("the failure", () -> browser.text(".space .row").contains(HOSTILE));
        run.signal(true);
        browser.awaitText(".line", "Reconnecting");
      }
      try (BridgeProcess run = BridgeProcess.start(directory, settings, "run")) {
        run.awaitLine("imsbridge ready");
        browser.awaitText(".line", "Live");
        ask(second);
        browser.awaitText(".title", "Success");
        browser.click(".events [data-kind=transition]:has([data-status=SUCCESS]) .proof button");
        browser.awaitText("pre", "\"image_name\":\"" + HOSTILE);
        assertThat(browser.all("main script, main img")).isEmpty();
        browser.go("#/");
        browser.awaitText(".foot", "2 of 2 jobs");
      }
      assertThat(browser.script("return typeof hit")).isEqualTo("undefined");
      browser.assertQuiet(uri, "ERR_", "503", "404");
    }
  }

  private static void ask(String id) {
    browser.click(".tools .primary");
    WebElement field = browser.find("#new-job");
    field.sendKeys(id);
    browser.click("dialog .primary");
    browser.awaitText(".job .ident", id);
  }

  private static Map<String, String> settings(SharedBroker broker, URI ims) throws IOException {
    Map<String, String> settings = new TreeMap<>();
    settings.put("IMSBRIDGE_KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers());
    settings.put("IMSBRIDGE_TOPICS_PREFIX", broker.newPrefix());
    settings.put("IMSBRIDGE_TOPICS_PARTITIONS", "2");
    settings.put("IMSBRIDGE_HTTP_LISTEN", "127.0.0.1:" + freePort());
    settings.put("IMSBRIDGE_IMS_ENDPOINT", ims.toString());
    settings.put("IMSBRIDGE_IMS_PROJECT_ID", "p1");
    settings.put("IMSBRIDGE_POLL_POLICY", "fixed");
    settings.put("IMSBRIDGE_POLL_INTERVAL", "100ms");
    return settings;
  }

  // The port stays the same after the restart, so that the page finds the bridge again.
  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      return socket.getLocalPort();
    }
  }
}
