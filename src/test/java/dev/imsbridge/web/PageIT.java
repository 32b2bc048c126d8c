package dev.imsbridge.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** The page in a real browser, with an API that the test controls. */
class PageIT {
  private static final String HOSTILE = "<script>hit=1</script><img src=x onerror=hit=1>";
  private static final String ROW = ".space .row";
  private static final int PHONE = 390;
  private static final int WIDE = 1280;
  private static final String RECORDS = ".records:not([hidden])";
  private static final String SHEET = RECORDS + " .sheet";

  private static Browser browser;

  private StandIn server;
  private String[] expected = {};

  @BeforeAll
  static void openBrowser() {
    browser = Browser.start();
  }

  @AfterAll
  static void closeBrowser() {
    browser.close();
  }

  @BeforeEach
  void start() {
    browser.size(1440, 900);
    browser.scheme("light");
    server = StandIn.start();
  }

  @AfterEach
  void stop() {
    try {
      browser.assertQuiet(server.uri(), expected);
    } finally {
      server.close();
    }
  }

  private void open(String hash) {
    browser.open(server.uri() + "/" + hash);
    browser.awaitText(".line", "Live");
  }

  private static String row(String id) {
    return browser.all(ROW).stream()
        .map(WebElement::getText)
        .filter(text -> text.contains(id))
        .findFirst()
        .orElse("");
  }

  private static void awaitRow(String id, String text) {
    browser.awaiting("row " + id + " to say " + text, () -> row(id).contains(text));
  }

  // ---- the board

  @Test
  void shouldShowTheJobsThereAreAndWhatBecomesOfThem() {
    server.job(Jobs.job("job-a", "RUNNING"));
    server.job(Jobs.job("job-b", "FAIL"));
    open("");
    awaitRow("job-a", "Running");
    assertThat(row("job-b")).contains("Failed", "IMG.0020 · the disk cannot be read", "order=4711");

    server.publish("transition", Jobs.transition("job-a", 3, "RUNNING", "SUCCESS"));
    server.job(Jobs.job("job-c", "INIT"));
    server.publish("transition", Jobs.transition("job-c", 1, null, "INIT"));
    awaitRow("job-a", "Success");
    awaitRow("job-c", "Init");

    // Events that are already known change nothing.
    server.publish("transition", Jobs.transition("job-a", 2, "INIT", "RUNNING"));
    server.job(Jobs.job("job-c", "RUNNING"));
    server.publish("transition", Jobs.transition("job-c", 2, "INIT", "RUNNING"));
    awaitRow("job-c", "Running");
    assertThat(row("job-a")).contains("Success");
    assertThat(browser.text(".chip[data-status=SUCCESS]")).contains("1");
  }

  /** The sequence of its events starts at 1 again. */
  @Test
  void shouldFollowAJobThatWasForgottenAndRequestedAgain() {
    server.job(Jobs.job("job-a", "FAIL"));
    server.job(Jobs.job("job-b", "SUCCESS"));
    server.job(Jobs.job("job-c", "SUCCESS"));
    open("");
    awaitRow("job-a", "Failed");
    awaitRow("job-b", "Success");

    server.job(again("job-a", "INIT", 1));
    server.publish("transition", Jobs.transition("job-a", 1, null, "INIT"));
    awaitRow("job-a", "Init");
    assertThat(row("job-a")).doesNotContain("IMG.0020");
    server.job(again("job-a", "RUNNING", 2));
    server.publish("transition", Jobs.transition("job-a", 2, "INIT", "RUNNING"));
    awaitRow("job-a", "Running");
    // The events of its earlier end change nothing.
    JsonObject end = Jobs.completion("job-c", 3, "SUCCESS");
    end.getJsonObject("data").put("observed_at", Jobs.at(121));
    server.publish("completion", end);

    server.job(again("job-b", null, 0));
    server.publish("dropped", new JsonObject().put("reason", "slow"));
    awaitRow("job-b", "Requested");
    assertThat(row("job-c")).contains("Success");
  }

  private static JsonObject again(String id, String status, int sequence) {
    return Jobs.job(id, status).put("sequence", sequence).put("requested_at", Jobs.at(300));
  }

  @Test
  void shouldCountSubJobsAsTheyEnd() {
    // The page may request the job, but the stand-in knows only these transitions.
    expected = new String[] {"404"};
    open("");
    server.publish("transition", Jobs.transition("root", "sub-1", 1, null, "RUNNING"));
    server.publish("transition", Jobs.transition("root", "sub-2", 2, null, "RUNNING"));
    server.publish("transition", Jobs.transition("root", "root", 3, null, "RUNNING"));
    server.publish("transition", Jobs.transition("root", "sub-1", 4, "RUNNING", "SUCCESS"));
    awaitRow("root", "1/2");
  }

  @Test
  void shouldFilterSearchAndSort() {
    for (int i = 0; i < 30; i++) {
      server.job(Jobs.job("job-%02d".formatted(i), i % 3 == 0 ? "FAIL" : "RUNNING"));
    }
    server.job(Jobs.job("other", "SUCCESS").put("job_type", "imsCopyImageInRegionJob"));
    JsonObject parent = Jobs.job("parent", "RUNNING");
    parent.getJsonArray("jobs").add(Jobs.node("hidden-child", "parent", "RUNNING"));
    server.job(parent);
    open("");
    browser.awaitText(".foot", "32 of 32 jobs");

    browser.click(".chip[data-status=FAIL]");
    browser.awaitText(".foot", "10 of 32 jobs");
    assertThat(browser.driver().getCurrentUrl()).endsWith("#/?status=FAIL");
    browser.click(".filters button");
    browser.awaitText(".foot", "32 of 32 jobs");

    browser.find("body").sendKeys("/");
    browser.awaiting(
        "the search to have the focus",
        () -> "search".equals(browser.driver().switchTo().activeElement().getAttribute("id")));
    browser.find("#search").sendKeys("job-07");
    browser.awaitText(".foot", "1 of 32 jobs");
    // The list does not contain sub-jobs; the bridge finds them.
    browser.find("#search").clear();
    browser.find("#search").sendKeys("hidden-child");
    awaitRow("parent", "Running");

    open("#/?type=imsCopyImageInRegionJob");
    browser.awaitText(".foot", "1 of 32 jobs");
    open("#/?state=ended&label=order=4711&sort=id.up");
    browser.awaitText(".foot", "11 of 32 jobs");
    browser.awaiting(
        "the order", () -> browser.find(ROW + "[aria-rowindex='2']").getText().contains("job-00"));
    browser.click(".c-job button");
    browser.awaiting(
        "the other order",
        () -> browser.find(ROW + "[aria-rowindex='2']").getText().contains("other"));
  }

  @Test
  void shouldLetTheKeyboardReachEverything() {
    for (int i = 0; i < 200; i++) {
      server.job(Jobs.job("job-%03d".formatted(i), "RUNNING"));
    }
    open("#/?sort=id.up");
    awaitRow("job-000", "Running");
    browser.find(".scroller").sendKeys(Keys.ARROW_DOWN);
    assertThat(focused()).isEqualTo("job-000");
    focus().sendKeys(Keys.ARROW_DOWN);
    assertThat(focused()).isEqualTo("job-001");
    focus().sendKeys(Keys.END);
    assertThat(focused()).isEqualTo("job-199");
    focus().sendKeys(Keys.ENTER);
    browser.awaitText(".job .ident", "job-199");
  }

  private static WebElement focus() {
    return browser.driver().switchTo().activeElement();
  }

  private static String focused() {
    return focus().getText();
  }

  /**
   * Smooth scrolling on any machine requires that a frame draws once and only visible rows,
   * whatever the number of jobs and events. The measured frame times are printed.
   */
  @Test
  void shouldDrawOnceAFrameAndOnlyWhatIsInSightOfTenThousandJobs() {
    int many = 10_000;
    for (int i = 0; i < many; i++) {
      server.job(Jobs.job("job-%05d".formatted(i), i % 4 == 0 ? "SUCCESS" : "RUNNING"));
    }
    open("#/?sort=id.up");
    browser.awaitText(".foot", "10,000 of 10,000 jobs");
    browser.awaiting("the list", () -> !browser.text(".foot").contains("reading"));
    // A MutationObserver reports after each script task. The document timeline does not advance
    // within a frame.
    browser.script(
        """
        window.draws = new Map();
        window.touched = 0;
        new MutationObserver((changes) => {
          const frame = document.timeline.currentTime;
          draws.set(frame, (draws.get(frame) ?? 0) + 1);
          touched = Math.max(touched, new Set(changes.map((change) => change.target)).size);
        }).observe(document.querySelector('.space'), {subtree: true, childList: true, attributes: true, characterData: true});
        """);
    for (int i = 0; i < 2000; i++) {
      server.publish(
          "transition",
          Jobs.transition(
              "job-%05d".formatted(i * 4 + 1), 3, "RUNNING", i % 9 == 0 ? "FAIL" : "SUCCESS"));
    }
    @SuppressWarnings("unchecked")
    Map<String, Object> measured =
        (Map<String, Object>)
            browser.later(
                """
                const done = arguments[arguments.length - 1];
                const scroller = document.querySelector('.scroller');
                const frames = [];
                let most = 0, nodes = 0, last = performance.now(), n = 0;
                (function step(now) {
                  frames.push(now - last);
                  last = now;
                  most = Math.max(most, document.querySelectorAll('.space .row').length);
                  nodes = Math.max(nodes, document.querySelectorAll('*').length);
                  scroller.scrollTop = (n * 2741) % scroller.scrollHeight;
                  if (++n < 150) return requestAnimationFrame(step);
                  frames.shift();
                  frames.sort((a, b) => a - b);
                  done({rows: most, nodes, median: frames[75], p95: frames[142], worst: frames.at(-1)});
                })(last);
                """);
    browser.awaiting(
        "all events to be applied",
        () -> browser.text(".chip[data-status=FAIL] .number").equals("223"));
    System.out.println("10,000 jobs, 150 frames of scrolling: " + measured);

    assertThat(number(measured.get("rows"))).isBetween(20, 60);
    assertThat(number(measured.get("nodes"))).isLessThan(2500);
    assertThat(number(browser.script("return draws.size"))).isGreaterThan(100);
    assertThat(number(browser.script("return Math.max(...draws.values())"))).isEqualTo(1);
    assertThat(number(browser.script("return touched"))).isBetween(20, 1500);
    browser.find("#search").sendKeys("job-09999");
    browser.awaitText(".foot", "1 of 10,000 jobs");
  }

  private static int number(Object value) {
    return ((Number) value).intValue();
  }

  // ---- the connection

  @Test
  void shouldGoOnWhereItWasWhenTheBridgeComesBack() {
    expected =
        new String[] {
          "ERR_CONNECTION_REFUSED",
          "ERR_INCOMPLETE_CHUNKED",
          "ERR_EMPTY_RESPONSE",
          "ERR_CONNECTION_RESET"
        };
    server.job(Jobs.job("job-a", "RUNNING"));
    open("");
    server.job(Jobs.job("job-b", "RUNNING"));
    server.publish("transition", Jobs.transition("job-b", 1, null, "RUNNING"));
    awaitRow("job-b", "Running");

    server.down();
    browser.awaitText(".line", "Reconnecting");
    server.publish("transition", Jobs.transition("job-a", 3, "RUNNING", "SUCCESS"));
    server.up();

    browser.awaitText(".line", "Live");
    awaitRow("job-a", "Success");
    assertThat(server.seen()).contains("STREAM from 1");
  }

  @Test
  void shouldHoldChangesBackWhilePausedAndLoseNone() {
    server.job(Jobs.job("job-a", "RUNNING"));
    open("");
    awaitRow("job-a", "Running");
    browser.click(".tools button");
    for (int i = 0; i < 300; i++) {
      server.job(Jobs.job("new-" + i, "RUNNING"));
      server.publish("transition", Jobs.transition("new-" + i, 1, null, "RUNNING"));
    }
    server.publish("transition", Jobs.transition("job-a", 3, "RUNNING", "FAIL"));
    browser.awaitText(".tools button", "Resume · 301 new");
    assertThat(row("job-a")).contains("Running");
    assertThat(browser.text(".foot")).contains("1 of 1 jobs");

    browser.click(".tools button");

    browser.awaitText(".foot", "301 of 301 jobs");
    browser.click(".chip[data-status=FAIL]");
    awaitRow("job-a", "Failed");
  }

  @Test
  void shouldReadTheListAnewAfterAGap() {
    open("");
    browser.awaitText(".empty", "No jobs yet");
    server.job(Jobs.job("missed", "SUCCESS"));
    server.publish("dropped", new JsonObject().put("reason", "slow"));
    awaitRow("missed", "Success");
  }

  @Test
  void shouldAskForTheTokenAndKeepItInThisTabOnly() {
    expected = new String[] {"401"};
    server.token("secret-1");
    server.job(Jobs.job("job-a", "RUNNING"));
    browser.open(server.uri() + "/");
    browser.awaitText("dialog", "requires a token");
    assertThat(browser.all("dialog")).hasSize(1);
    browser.find("#token").sendKeys("wrong" + Keys.ENTER);
    browser.awaitText("dialog", "refused");
    browser.find("#token").sendKeys("secret-1" + Keys.ENTER);
    browser.awaitText(".line", "Live");
    awaitRow("job-a", "Running");
    assertThat(browser.script("return sessionStorage.getItem('imsbridge.token')"))
        .isEqualTo("secret-1");
    assertThat(browser.script("return localStorage.length + document.cookie.length")).isEqualTo(0L);
  }

  // ---- requesting a job

  @Test
  void shouldAskForAJobAndShowIt() {
    open("");
    browser.click(".tools .primary");
    browser.find("#new-job").sendKeys("job-new");
    browser.find("#new-deadline").sendKeys("6h");
    browser.find("#new-labels").sendKeys("order=4711\nteam=images");
    browser.click("dialog .primary");
    browser.awaitText(".job .ident", "job-new");
    assertThat(server.seen())
        .contains(
            "POST /api/v1/jobs"
                + " {\"job_id\":\"job-new\",\"deadline\":\"PT6H\",\"labels\":{\"order\":\"4711\",\"team\":\"images\"}}");
  }

  @Test
  void shouldShowWhyARequestIsRefused() {
    expected = new String[] {"400"};
    server.refuse(
        new JsonObject()
            .put("status", 400)
            .put("title", "Bad Request")
            .put("detail", "the deadline is longer than 30 days" + HOSTILE));
    open("");
    browser.click(".tools .primary");
    browser.find("#new-job").sendKeys("job-new" + Keys.ENTER);
    browser.awaitText("dialog .problem", "longer than 30 days<script>");
    assertNotHit();
  }

  // ---- a job

  private static JsonObject ova() {
    JsonObject job = Jobs.job("ova", "FAIL").put("job_type", "imsImportOvaImageJob");
    job.put("sub_jobs", new JsonObject().put("total", 2).put("ended", 2).put("failed", 1));
    job.getJsonArray("jobs")
        .add(Jobs.node("ova-1", "ova", "SUCCESS"))
        .add(
            Jobs.node("ova-2", "ova", "FAIL")
                .put("error_code", "IMG.0137")
                .put("fail_reason", "no space left"));
    return job;
  }

  private static JsonArray story() {
    return new JsonArray()
        .add(entry("audit", "ova", null, "request.accepted"))
        .add(entry("transition", "ova", "INIT", null))
        .add(entry("transition", "ova-2", "FAIL", null))
        .add(entry("completion", "ova", "FAIL", null));
  }

  private static JsonObject entry(String kind, String id, String status, String what) {
    JsonObject event =
        status == null
            ? new JsonObject()
                .put("id", "audit-1")
                .put("data", new JsonObject().put("what", what).put("why", "first asked for"))
            : kind.equals("completion")
                ? Jobs.completion(id, 5, status)
                : Jobs.transition("ova", id, 4, null, status);
    return new JsonObject()
        .put("kind", kind)
        .put("at", Jobs.at(3))
        .put("job_id", id)
        .put("status", status)
        .put("previous_status", status == null ? null : "RUNNING")
        .put("sequence", 4)
        .put("event", event)
        .put("position", Jobs.position(3));
  }

  @Test
  void shouldShowAJobOverTimeWithItsSubJobs() {
    server.job(ova());
    server.history("ova", story());
    server.evidence("{\"status\":\"FAIL\",  \"name\":\"" + HOSTILE + "\"}");
    open("#/jobs/ova");
    browser.awaitText(".title", "imsImportOvaImageJob");
    assertThat(browser.text(".reason")).contains("IMG.0020", "IMG.0137 no space left ova-2");
    assertThat(browser.all(".gantt .course")).hasSize(3);
    assertThat(browser.all(".gantt .segment[data-status=RUNNING]")).hasSize(3);
    assertThat(browser.all(".gantt .cap[data-status=FAIL]")).hasSize(2);
    browser.click("summary");
    assertThat(browser.text(".gantt tbody"))
        .contains("ova-1", "Init", "Running", "Success", "1.0 s");

    browser.awaiting("the history", () -> browser.all(".events li").size() == 4);
    browser.click(".segmented [data-kind=transition]");
    browser.awaiting("what was published", () -> browser.all(".events li").size() == 3);
    browser.click(".events [data-kind=transition] .proof button");
    browser.awaitText("pre", "{\"status\":\"FAIL\",  \"name\":\"<script>");
    assertNotHit();
  }

  @Test
  void shouldSayWhenAJobIsAskedForNextAndTakeItBack() {
    JsonObject job = Jobs.job("job-a", "RUNNING");
    job.put(
        "watches",
        new JsonArray()
            .add(
                new JsonObject()
                    .put("job_id", "job-a")
                    .put("next_poll_at", Instant.now().plusSeconds(3000).toString())
                    .put("fault", "throttled")
                    .put("attempts", 12)));
    server.job(job);
    open("#/jobs/job-a");
    browser.awaitText(".facts", "in 49m");
    assertThat(browser.text(".facts")).contains("asked 12 times");
    assertThat(browser.text(".title")).contains("throttled");
    browser.click(".title .danger");
    browser.awaitText("dialog", "Stop watching this job?");
    browser.click("dialog .danger");
    browser.awaiting("the dialog to go", () -> browser.all("dialog").isEmpty());
  }

  @Test
  void shouldFollowAJobThatIsShown() {
    expected = new String[] {"404"};
    open("#/jobs/job-x");
    browser.awaitText(".job", "does not know this job yet");
    server.job(Jobs.job("job-x", "RUNNING"));
    browser.awaitText(".title", "Running");
    server.job(Jobs.job("job-x", "SUCCESS"));
    server.publish("transition", Jobs.transition("job-x", 3, "RUNNING", "SUCCESS"));
    browser.awaitText(".title", "Success");
  }

  @Test
  void shouldTellOfAJobThatTheBridgeHasForgotten() {
    expected = new String[] {"404"};
    JsonObject past = Jobs.job("job-of-long-ago", "FAIL");
    past.getJsonArray("jobs").add(Jobs.node("its-child", "job-of-long-ago", "SUCCESS"));
    List.of("requested_at", "deadline_at", "sub_jobs", "watches", "fault").forEach(past::remove);
    past.put("root_job_id", "job-of-long-ago")
        .put("job_id", "its-child")
        .put(
            "events",
            new JsonArray()
                .add(
                    new JsonObject()
                        .put("kind", "transition")
                        .put("at", Jobs.at(121))
                        .put("job_id", "job-of-long-ago")
                        .put("status", "FAIL")
                        .put("previous_status", "RUNNING")
                        .put("sequence", 3)
                        .put("event", Jobs.transition("job-of-long-ago", 3, "RUNNING", "FAIL"))));
    server.past("its-child", past);
    open("");
    browser.find("#search").sendKeys("its-child");
    browser.awaitText(".empty", "No job");
    assertThat(browser.text(".empty")).doesNotContain("forgotten");
    server.past("its-child-with-an-id", past);
    browser.find("#search").sendKeys("-with-an-id");
    browser.click(".empty a");

    browser.awaitText(".job", "has forgotten this job");
    assertThat(browser.text(".title")).contains("Failed").contains("job-of-long-ago");
    assertThat(browser.text(".job"))
        .contains("the disk cannot be read", "1 of 1 ended", "the job has ended")
        .doesNotContain("Stop watching");
    assertThat(browser.all(".events li")).hasSize(1);

    // After a new request, it is shown as any other job.
    server.job(Jobs.job("its-child-with-an-id", "RUNNING"));
    server.publish(
        "transition", Jobs.transition("job-of-long-ago", "its-child-with-an-id", 1, null, "INIT"));
    browser.awaitText(".title", "Running");
    assertThat(browser.text(".job")).doesNotContain("has forgotten");
  }

  /** A job ends so many seconds after its begin, which covers steps of all sizes. */
  @ParameterizedTest
  @ValueSource(ints = {1440, PHONE})
  void shouldLabelTheTimelineInWholeUnits(int width) {
    browser.size(width, 900);
    open("");
    Map<Integer, String> labels =
        Map.of(
            75, "+1m10s", 600, "+4m", 5000, "+1h10m", 14400, "+1h30m", 129600, "+1d12h", 7, "+2 s");
    labels.forEach(
        (seconds, label) -> {
          String id = "long-" + seconds;
          JsonObject job = Jobs.job(id, "SUCCESS");
          job.put("begin_time", Jobs.at(0)).put("end_time", Jobs.at(seconds));
          job.getJsonArray("jobs")
              .getJsonObject(0)
              .put("begin_time", Jobs.at(0))
              .put("end_time", Jobs.at(seconds))
              .put(
                  "stages",
                  new JsonArray()
                      .add(Jobs.stage("RUNNING", 0))
                      .add(Jobs.stage("SUCCESS", seconds)));
          server.job(job);
          browser.go("#/jobs/" + id);
          browser.awaitText(".job .ident", id);
          browser.awaiting("the axis", () -> !browser.all(".gantt .tick").isEmpty());
          assertThat(browser.all(".gantt .tick"))
              .extracting(WebElement::getText)
              .startsWith("0")
              .matches(texts -> width == PHONE || texts.contains(label), label)
              .allMatch(text -> text.matches("0|[+](\\d+ (ms|s)|(\\d+[dhm]){1,2}|\\d+m\\d+s)"));
          assertReadable("the timeline of " + seconds + " s");
        });
  }

  /** Asserts that no two labels of a drawing overlap, and that none is cut off. */
  private static void assertReadable(String what) {
    assertThat(browser.script(UNREADABLE)).as("labels of " + what).isEqualTo(List.of());
  }

  /** Returns the texts of drawings that overlap another text, or extend beyond their drawing. */
  private static final String UNREADABLE =
      """
      const found = [];
      for (const drawing of document.querySelectorAll('main svg:has(text)')) {
        const edge = drawing.getBoundingClientRect();
        if (!edge.width) continue;
        const texts = [...drawing.querySelectorAll('text')].map((text) => [text.textContent, text.getBoundingClientRect()]);
        texts.forEach(([text, box], i) => {
          if (box.left < edge.left - 1 || box.right > edge.right + 1 || box.bottom > edge.bottom + 1) found.push(text + ' is cut off');
          for (const [other, with_] of texts.slice(i + 1)) {
            if (box.left < with_.right && with_.left < box.right && box.top < with_.bottom - 1 && with_.top < box.bottom - 1) found.push(text + ' overlaps ' + other);
          }
        });
      }
      return found;
      """;

  @Test
  void shouldShowALostJobThatWasAskedForAgainToItsEnd() {
    JsonObject job = Jobs.job("twice", "SUCCESS").put("requested_at", Jobs.at(60));
    JsonArray stages = new JsonArray();
    stages.add(Jobs.stage("INIT", 2)).add(Jobs.stage("RUNNING", 10)).add(Jobs.stage("LOST", 40));
    job.getJsonArray("jobs").getJsonObject(0).put("stages", stages);
    job.put("status", "LOST").put("outcome", null).put("end_time", null).put("ended_at", null);
    job.getJsonArray("jobs").getJsonObject(0).put("status", "LOST").put("end_time", null);
    server.job(job);
    open("#/jobs/twice");
    browser.awaitText(".title", "Lost");
    browser.awaiting("its later life", () -> marks().equals(List.of("LOST")));
    assertThat(browser.all(".gantt .segment[data-status=REQUESTED]")).hasSize(1);
    assertThat(browser.text(".gantt .caption")).contains("Requested again");

    stages.add(Jobs.stage("SUCCESS", 121));
    job.put("status", "SUCCESS").put("outcome", "SUCCEEDED").put("sequence", 4);
    job.put("end_time", Jobs.at(120)).put("ended_at", Jobs.at(121));
    job.getJsonArray("jobs")
        .getJsonObject(0)
        .put("status", "SUCCESS")
        .put("end_time", Jobs.at(120));
    server.job(job);
    server.publish("transition", Jobs.transition("twice", 4, "LOST", "SUCCESS"));
    browser.awaiting("its end", () -> marks().equals(List.of("LOST", "SUCCESS")));
    assertThat(browser.all(".gantt .ending"))
        .extracting(WebElement::getText)
        .containsExactly("? Lost", "✓ Success");
    assertThat(browser.all(".gantt .segment"))
        .extracting(segment -> segment.getAttribute("data-status"))
        .containsExactly("INIT", "RUNNING", "REQUESTED");
    assertThat(
            browser.script(
                """
                const edge = (shape, side) => document.querySelector(shape).getBoundingClientRect()[side];
                return Math.abs(edge('.segment[data-status=REQUESTED]', 'right') - edge('.cap[data-status=SUCCESS]', 'left')) < 4;
                """))
        .isEqualTo(true);
    assertThat(browser.text(".facts")).contains("Found after\n1.0 s");
    browser.click("summary");
    assertThat(browser.text(".gantt tbody")).contains("Lost", "1.0 s").doesNotContain("0 ms");
  }

  private static List<String> marks() {
    return browser.all(".gantt .cap").stream().map(cap -> cap.getAttribute("data-status")).toList();
  }

  @Test
  void shouldSayThatAnAddressHoldsNoJobIdAndAskForNothing() {
    open("#/jobs/bad%20id");
    for (String id : List.of("bad%20id", "a.b", "..", "%", "%2e", "a/b", "null")) {
      browser.go("#/jobs/" + id);
      String shown = id.equals("bad%20id") ? "bad id" : id.equals("%2e") ? "." : id;
      browser.awaiting(id, () -> browser.text(".job h1").equals(shown));
      assertThat(browser.text(".job"))
          .contains("This is not a job id")
          .doesNotContain("Trying again", "Watch this job");
    }
    assertThat(server.seen()).noneMatch(request -> request.startsWith("GET /api/v1/jobs/"));
    // The page can still open another address.
    server.job(Jobs.job("job-a", "RUNNING"));
    browser.go("#/jobs/job-a");
    browser.awaitText(".title", "Running");
  }

  @Test
  void shouldOfferToWatchAJobThatNobodyKnows() {
    expected = new String[] {"404"};
    open("#/jobs/nobody-asked");
    browser.awaitText(".job", "The topics have no event of this job either");
    assertThat(browser.text(".job")).doesNotContain("/api/", "No such job");
    WebElement offer =
        browser.all(".job button").stream()
            .filter(WebElement::isDisplayed)
            .findFirst()
            .orElseThrow();
    assertThat(offer.getText()).isEqualTo("Watch this job");
    browser.assertAccessible("a job that is not known");
    offer.click();
    assertThat(browser.find("#new-job").getAttribute("value")).isEqualTo("nobody-asked");
    browser.click("dialog .primary");
    browser.awaitText(".title", "Requested");
    assertThat(server.seen()).contains("POST /api/v1/jobs {\"job_id\":\"nobody-asked\"}");
  }

  @Test
  void shouldSearchTheTopicsOnceForAJobThatNobodyKnows() {
    expected = new String[] {"404"};
    open("#/jobs/nobody-asked");
    String asked = "GET /api/v1/jobs/nobody-asked";
    browser.awaiting("it to look again", () -> count(asked) > 5);
    assertThat(count(asked + "/history")).isEqualTo(1);
  }

  private long count(String request) {
    return server.seen().stream().filter(request::equals).count();
  }

  // ---- the bridge

  static JsonObject status() {
    return new JsonObject(
        """
        {"instances":[{"instance":"10.0.0.1:8080","started_at":"2026-11-24T00:00:00Z","version":"0.1.0","ready":true,
        "parts":{"kafka":true,"poller":true},"streams_state":"RUNNING","partitions":[0,1,2],
        "poller":{"open_watches":1234,"parked":2,"in_flight":7,"polls":{"answer":9000},
        "projects":[{"name":"default","project_id":"p1","region":"cn-north-4","waiting":3,"overdue_ms":250,"in_flight":7,
        "calls_per_second":9.87,"throttled":true,"credentials_refused":false,"endpoint_down":false}],
        "types":[{"job_type":"imsImportImageJob","watches":1200,"oldest_opened_at":"2026-11-24T00:00:00Z","next_poll_at":null,"faulty":2}]}}],
        "partial":false}
        """);
  }

  @Test
  void shouldSayWhatIsMissingAndWhatIsOld() {
    expected = new String[] {"ERR_"};
    server.status(status().put("partial", true));
    open("#/status");
    browser.awaitText(".bridge .notice", "An instance does not answer");
    assertThat(browser.text(".numbers")).contains("1+");

    server.status(status());
    browser.awaiting("the notice to go", () -> browser.text(".bridge .notice").isEmpty());

    server.down();
    browser.awaitText(".bridge .notice", "Below is how it was at");
  }

  @Test
  void shouldShowHowTheBridgeIs() {
    server.status(status());
    open("#/status");
    browser.awaitText(".numbers", "1,234");
    assertThat(browser.text(".bridge")).contains("throttled", "9.87", "10.0.0.1:8080", "0, 1, 2");
    server.publish("transition", Jobs.transition("job-a", 1, null, "RUNNING"));
    server.publish("transition", Jobs.transition("job-a", 2, "RUNNING", "SUCCESS"));
    browser.awaitText(".bridge", "2 transitions");
    browser.awaiting("the lag", () -> browser.all("circle.dot").size() == 1);
  }

  /** The charts of a page that is opened in the middle of an incident must show its beginning. */
  @Test
  void shouldDrawTheLastHourAlsoAfterAReload() {
    server.status(status());
    for (int minutes : List.of(-50, -30, -3)) {
      server.clock(Duration.ofMinutes(minutes));
      server.publish("transition", Jobs.transition("job-a", 1, null, "RUNNING"));
      server.publish("transition", Jobs.transition("job-a", 2, "RUNNING", "SUCCESS"));
    }
    server.clock(Duration.ZERO);
    open("#/status");
    assertHour(6, 3);

    browser.reload();
    assertHour(6, 3);

    // It goes on from there.
    server.publish("transition", Jobs.transition("job-b", 1, null, "FAIL"));
    assertHour(7, 4);
    browser.click(".bridge .segmented button");
    browser.awaitText(".bridge", "The last 5 minutes: 3 transitions");
    assertThat(browser.all("circle.dot")).hasSize(2);
    assertReadable("the charts");
  }

  private static void assertHour(int transitions, int ends) {
    browser.awaitText(".bridge", "The last hour: " + transitions + " transitions");
    assertThat(number(browser.script("return document.querySelectorAll('circle.dot').length")))
        .isEqualTo(ends);
    String bars =
        (String) browser.script("return document.querySelector('.bars').getAttribute('d')");
    assertThat(bars.split("z")).hasSize(ends);
    assertThat(browser.text(".bridge")).contains("The last " + ends + " ends of the hour");
  }

  private static JsonObject partition(int number, String state, Integer offset, Integer end) {
    return new JsonObject()
        .put("topic", "ims.jobs.observations")
        .put("partition", number)
        .put("instance", "10.0.0.1:8080")
        .put("state", state)
        .put("offset", offset)
        .put("end_offset", end)
        .put("lag", offset == null ? null : end - offset)
        .put("copied", null)
        .put("remaining", null);
  }

  private static JsonObject[] partitions() {
    return new JsonObject[] {
      partition(0, "RUNNING", 100, 100),
      partition(1, "RUNNING", 100, 1334),
      partition(2, "RESTORING", null, 2000).put("copied", 450).put("remaining", 550),
      partition(3, "STANDBY", null, null).put("remaining", 7),
      partition(4, "UNKNOWN", null, null),
      partition(5, "RUNNING", 5, 5),
      partition(6, "RUNNING", 6, 6)
    };
  }

  @Test
  void shouldShowHowFarEachPartitionIsWhatNeedsAttentionFirst() {
    server.status(status());
    server.partitions(partitions());
    open("#/status");
    browser.awaitText(
        "[aria-labelledby=partitions]", "1 no answer, 1 restoring, 4 running, 1 standby");
    assertThat(browser.text(".numbers")).contains("1,234+\nrecords behind");
    assertThat(rows())
        .containsExactly(
            "observations-4 10.0.0.1:8080 no answer – – –",
            "observations-2 10.0.0.1:8080 restoring 45% – 2,000 550 to restore",
            "observations-1 10.0.0.1:8080 running 100 1,334 1,234",
            "observations-0 10.0.0.1:8080 running 100 100 0",
            "observations-5 10.0.0.1:8080 running 5 5 0",
            "observations-6 10.0.0.1:8080 running 6 6 0");

    browser.click("[aria-labelledby=partitions] > button");
    assertThat(rows()).hasSize(7).endsWith("observations-3 10.0.0.1:8080 standby – – 7");

    server.partitions(partition(0, "RUNNING", 100, 100));
    browser.awaitText("[aria-labelledby=partitions]", "1 running. Everything is processed.");
    assertThat(browser.text(".numbers")).contains("0\nrecords behind");
  }

  private static List<String> rows() {
    return browser.all("[aria-labelledby=partitions] tbody tr").stream()
        .map(row -> row.getText().replaceAll("\\s+", " "))
        .toList();
  }

  private static JsonObject outage(String fault, String detail) {
    JsonObject state = status();
    project(state)
        .put("throttled", false)
        .put("credentials_refused", fault.equals("auth"))
        .put(
            "outage",
            new JsonObject()
                .put("since", Instant.now().minusSeconds(300).toString())
                .put("failures", 17)
                .put("fault", fault)
                .put("detail", detail));
    return state;
  }

  @Test
  void shouldSayWhoPausedAProjectAndWhy() {
    JsonObject state = status();
    project(state)
        .put("throttled", false)
        .put(
            "paused",
            new JsonObject()
                .put("since", Instant.now().minusSeconds(300).toString())
                .put("via", "cli")
                .put("by", "ops")
                .put("reason", "maintenance " + HOSTILE));
    server.status(state);
    open("#/status");
    browser.awaitText("section[aria-labelledby=api-budget]", "paused since ");
    assertThat(browser.text("section[aria-labelledby=api-budget]"))
        .contains("by ops (cli): maintenance <script>");
    assertNotHit();
  }

  private static JsonObject project(JsonObject state) {
    return state
        .getJsonArray("instances")
        .getJsonObject(0)
        .getJsonObject("poller")
        .getJsonArray("projects")
        .getJsonObject(0);
  }

  @Test
  void shouldSayOnEveryViewThatAProjectIsNotServedUntilItIs() {
    server.job(Jobs.job("job-a", "RUNNING"));
    server.status(outage("auth", "HTTP 401 " + HOSTILE));
    open("");
    String alert = ".outages [role=alert]";
    browser.awaitText(alert, "IMS refuses the credentials of project default since ");
    assertThat(browser.text(alert))
        .contains("HTTP 401 <script>", "imsbridge doctor", "No job is lost");
    assertThat(browser.text(".outages .waits")).isEqualTo("10 jobs wait, began 5m ago");
    browser.go("#/jobs/job-a");
    browser.awaitText(".title", "Running");
    assertThat(browser.find(alert).isDisplayed()).isTrue();
    assertNotHit();

    browser.go("#/status");
    server.status(outage("transient", "connection refused"));
    browser.awaitText(alert, "IMS does not answer for project default");
    assertThat(browser.text(alert)).contains("connection refused.", "Check the network");

    server.status(status());
    browser.awaiting("the outage to be over", () -> browser.all(alert).isEmpty());
    assertThat(browser.find(".outages").isDisplayed()).isFalse();
    assertThat(browser.find("#announcer").getAttribute("textContent"))
        .isEqualTo("IMS serves project default again.");
  }

  // ---- security and accessibility

  @Test
  void shouldShowWhatIsHostileAsText() {
    expected = new String[] {"404"};
    JsonObject job = Jobs.job("job-a", "FAIL").put("job_type", HOSTILE).put("project_id", HOSTILE);
    job.put("fail_reason", HOSTILE).put("error_code", HOSTILE).put("fault", HOSTILE);
    job.put("labels", new JsonObject().put(HOSTILE, HOSTILE).put("__proto__", "x"));
    job.put("image_ids", new JsonArray().add(HOSTILE));
    job.getJsonArray("jobs")
        .getJsonObject(0)
        .put("job_type", HOSTILE)
        .put("fail_reason", HOSTILE)
        .put("status", HOSTILE);
    server.job(job);
    JsonArray history = story();
    history.getJsonObject(0).getJsonObject("event").getJsonObject("data").put("why", HOSTILE);
    server.history("job-a", history);
    server.status(
        new JsonObject(status().encode().replace("cn-north-4", "<img src=x onerror=hit=1>")));
    open("");
    awaitRow("job-a", HOSTILE);
    browser.go("#/jobs/job-a");
    browser.awaitText(".reason", HOSTILE);
    browser.awaitText(".events", HOSTILE);
    browser.go("#/status");
    browser.awaitText(".bridge", "<img");
    browser.go("#/jobs/" + "%3Cimg%20src%3Dx%20onerror%3Dhit%3D1%3E");
    assertNotHit();
  }

  private static void assertNotHit() {
    assertThat(browser.script("return typeof hit")).isEqualTo("undefined");
    assertThat(browser.all("main script, main img, dialog script, dialog img")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"light", "dark"})
  void shouldKeepNobodyOut(String scheme) {
    browser.scheme(scheme);
    int i = 0;
    for (String status : List.of("INIT", "RUNNING", "SUCCESS", "FAIL", "LOST")) {
      server.job(Jobs.job("job-" + i++, status).put("fault", "throttled"));
    }
    server.job(Jobs.job("job-none", null));
    server.job(ova());
    server.history("ova", story());
    server.status(outage("auth", "HTTP 401"));
    server.partitions(partitions());
    open("");
    awaitRow("ova", "Failed");
    browser.awaitText(".outages", "IMS refuses the credentials");
    browser.assertAccessible(scheme + " board");
    browser.click(".chip[data-status=FAIL]");
    browser.assertAccessible(scheme + " board, filtered");
    browser.click(".tools .primary");
    browser.assertAccessible(scheme + " form");
    browser.find("#new-job").sendKeys(Keys.ESCAPE);
    browser.go("#/jobs/ova");
    browser.awaiting("the history", () -> browser.all(".events li").size() == 4);
    browser.click("summary");
    browser.click(".events [data-kind=transition] .proof button");
    browser.awaitText("pre", "{}");
    browser.assertAccessible(scheme + " job");
    browser.go("#/status");
    browser.awaitText(".numbers", "1,234");
    browser.awaitText("[aria-labelledby=partitions]", "45%");
    browser.assertAccessible(scheme + " bridge");
    browser.size(PHONE, 800);
    browser.assertAccessible(scheme + " bridge on a phone");
    browser.go("#/jobs/ova");
    browser.awaitText(".title", "Failed");
    browser.assertAccessible(scheme + " job on a phone");
    browser.go("#/");
    awaitRow("ova", "Failed");
    browser.assertAccessible(scheme + " board on a phone");
  }

  /** Nothing is cut off or left out: a table is stacked or scrolls within its card. */
  @ParameterizedTest
  @ValueSource(ints = {PHONE, WIDE})
  void shouldFitTheScreen(int width) {
    browser.size(width, 844);
    JsonObject long_ = ova();
    String id = "ff8080814dbd65d7014dbe0d84db0013";
    long_.put("job_id", id).getJsonObject("labels").put("a".repeat(60), "b".repeat(200));
    long_.getJsonArray("jobs").getJsonObject(0).put("job_id", id);
    server.job(long_);
    server.history(id, story());
    server.status(outage("transient", "no address for " + "x".repeat(200)));
    server.partitions(partitions());
    for (int minutes = -58; minutes < 0; minutes++) {
      server.clock(Duration.ofMinutes(minutes));
      server.publish("transition", Jobs.transition("job-a", 2, "RUNNING", "SUCCESS"));
    }
    server.clock(Duration.ZERO);
    open("");
    awaitRow(id, "Failed");
    browser.awaitText(".outages", "IMS does not answer");
    assertFits("board");
    for (WebElement chip : browser.all(".chip")) {
      assertThat(chip.getRect().getX() + chip.getRect().getWidth())
          .as(chip.getText())
          .isLessThanOrEqualTo(width);
    }
    assertThat(row(id))
        .contains("ImportOvaImage", "2/2", "IMG.0020")
        .containsPattern("\\dm ago\\s+\\d+m ago");
    if (width == PHONE) {
      assertThat(row(id)).contains("order=4711");
      assertThat(pseudo(ROW + " .c-changed") + pseudo(ROW + " .c-requested"))
          .isEqualTo("\"changed \"\"requested \"");
      browser.click(".toggle");
      browser.awaiting("the filters", () -> browser.find("[name=type]").isDisplayed());
      assertFits("board with filters");
    }
    browser.click(".tools .primary");
    assertFits("form");
    browser.find("#new-job").sendKeys(Keys.ESCAPE);

    browser.go("#/jobs/" + id);
    browser.awaiting("the history", () -> browser.all(".events li").size() == 4);
    browser.click("summary");
    browser.click(".events [data-kind=transition] .proof button");
    browser.awaitText("pre", "{}");
    assertFits("job");
    assertThat(browser.text(".names")).contains("ImportImage", "ova-1", "ova-2");

    browser.script("scrollTo(0, 500)");
    browser.go("#/status");
    browser.awaitText("[aria-labelledby=partitions]", "45%");
    assertThat(number(browser.script("return scrollY"))).as("a view begins at its top").isZero();
    browser.awaiting("the charts", () -> browser.all("circle.dot").size() == 58);
    for (WebElement span : browser.all(".bridge .segmented button")) {
      span.click();
      assertFits("bridge, " + span.getText());
    }
    if (width == PHONE) {
      assertThat(pseudo("[aria-labelledby=partitions] td:last-child")).isEqualTo("\"Behind \"");
    }
  }

  private static void assertFits(String what) {
    assertThat(number(browser.script("return document.scrollingElement.scrollWidth - innerWidth")))
        .as("overflow of " + what)
        .isNotPositive();
    assertReadable(what);
  }

  private static String pseudo(String css) {
    return (String)
        browser.script(
            "return getComputedStyle(document.querySelector(arguments[0]), '::before').content",
            css);
  }

  // ---- forecasts

  private static JsonObject forecast(int minutes, boolean overlong) {
    Instant now = Instant.now();
    return new JsonObject()
        .put("elapsed_ms", 60_000L * minutes)
        .put("expected_end_at", now.plusSeconds(60L * minutes).toString())
        .put("expected_end_by", now.plusSeconds(180L * minutes).toString())
        .put("overlong", overlong)
        .put("learned_jobs", 157);
  }

  private void expectedJobs() {
    server.job(Jobs.job("job-a", "RUNNING").put("forecast", forecast(50, true)));
    server.job(Jobs.job("job-b", "RUNNING").put("forecast", forecast(30, false)));
    server.job(Jobs.job("job-c", "INIT").put("forecast", null));
    server.request(
        "job-a",
        Jobs.position(1045)
            .put("topic", "ims.jobs.requests")
            .put("accepted_at", Jobs.at(0))
            .put("correlation_id", HOSTILE)
            .put("traceparent", null));
  }

  @Test
  void shouldSayWhenJobsAreExpectedToEnd() {
    expectedJobs();
    server.job(Jobs.job("job-d", "SUCCESS").put("forecast", null));
    open("#/?sort=ready.up");
    awaitRow("job-b", "30 min left");
    assertThat(row("job-a")).contains("overlong", "50 min left");
    assertThat(row("job-b")).doesNotContain("overlong");
    assertThat(row("job-c") + row("job-d")).doesNotContain("left");
    assertThat(browser.all(ROW))
        .extracting(each -> each.findElement(By.cssSelector(".c-job")).getText())
        .containsExactlyInAnyOrder("job-a", "job-b", "job-c", "job-d");
    assertThat(browser.find(ROW + "[aria-rowindex='2']").getText()).contains("job-b");
    assertThat(browser.find(ROW + "[aria-rowindex='3']").getText()).contains("job-a");

    browser.go("#/jobs/job-a");
    browser.awaitText(".ready", "Ready in about 50 min");
    assertThat(browser.text(".ready"))
        .contains("longer than 99 of 100", "157 earlier jobs of this type", "95 of 100 by");
    assertThat(browser.text(".title")).contains("overlong");
    // 50 of 200 min: the bar ends at the 95th percentile.
    assertThat(browser.find(".ready .progress").getAttribute("aria-valuenow")).isEqualTo("25");
    browser.awaitText(".facts", "ims.jobs.requests 1/1045");
    assertThat(browser.text(".facts")).contains("accepted 20", "correlation-id " + HOSTILE);
    assertNotHit();

    server.job(Jobs.job("job-a", "SUCCESS").put("forecast", null));
    server.publish("transition", Jobs.transition("job-a", 3, "RUNNING", "SUCCESS"));
    browser.awaitText(".title", "Success");
    assertThat(browser.find(".ready").isDisplayed()).isFalse();
    assertThat(browser.text(".title")).doesNotContain("overlong");
    browser.go("#/jobs/job-c");
    browser.awaitText(".title", "Init");
    assertThat(browser.find(".ready").isDisplayed()).isFalse();
  }

  // ---- dead letters

  private void letters() {
    server.letter(Jobs.letter("0/3", HOSTILE, "{\"order\": \"" + HOSTILE + "\"}"));
    server.letter(
        Jobs.letter("0/7", "the value begins with a zero byte", "")
            .put("value_base64", "AAAHeyJ9"));
    server.letter(
        Jobs.letter("1/2", "no such poll", "x".repeat(20_000))
            .put("kind", "ObservationRefused")
            .put("source", Jobs.position(120))
            .put("obstacle", "it comes from ims.jobs.observations"));
    server.letter(
        Jobs.letter("2/19", "the deadline is too long", "{}")
            .put("redriven_at", Jobs.at(60))
            .put("redriven_to", Jobs.position(99).put("topic", "ims.jobs.requests")));
  }

  private static List<String> letterRows() {
    return browser.all(".letters tbody tr").stream().map(WebElement::getText).toList();
  }

  @Test
  void shouldListTheRecordsThatTheBridgeCouldNotUse() {
    letters();
    open("");
    browser.click("#nav a[href='#/letters']");
    browser.awaitText(SHEET, "4 letters");
    assertThat(letterRows().get(0)).contains("2/19", "the deadline is too long", "Sent again");
    assertThat(letterRows().get(1))
        .contains("Observation refused", "ims.jobs.observations 1/120", "Cannot be sent again");
    assertThat(letterRows().get(3))
        .contains("0/3", "ims.jobs.requests 1/3", HOSTILE, "Can be sent again");

    open("#/letters?topic=observations");
    browser.awaitText(SHEET, "1 letter,");
    server.letter(Jobs.letter("1/3", "another", "").put("source", Jobs.position(121)));
    browser.click(".records .filters button");
    browser.awaitText(SHEET, "2 letters");
    assertNotHit();
  }

  @Test
  void shouldShowADeadLetterWithItsContentAndTheCommandToSendItAgain() {
    expected = new String[] {"404"};
    letters();
    open("#/letters/0/3");
    browser.awaitText(".reason", "Request refused " + HOSTILE);
    assertThat(browser.text(".command")).startsWith("imsbridge dead-letters redrive 0/3");
    browser.click(".command button");
    browser.awaitText(".command button", "Copied");
    assertThat(browser.text("pre")).isEqualTo("{\"order\": \"" + HOSTILE + "\"}");
    assertThat(browser.text(".headers")).contains("imsbridge-reason", HOSTILE);

    browser.go("#/letters/0/7");
    browser.awaitText("pre", "0000  00 00 07 7b 22 7d                                ···{\"}");
    browser.go("#/letters/1/2");
    browser.awaitText("pre", "3,616 more characters");
    assertThat(browser.text(RECORDS)).contains("cannot be sent again: it comes from ims.jobs.obs");
    assertThat(browser.all(".command")).isEmpty();
    browser.go("#/letters/2/19");
    browser.awaitText(RECORDS, "as ims.jobs.requests 1/99");
    assertThat(browser.all(".command")).isEmpty();

    browser.go("#/letters/5/5");
    browser.awaitText(RECORDS, "no such dead letter");
    browser.go("#/letters/5/x");
    browser.awaitText(RECORDS, "A letter is PARTITION/OFFSET");
    assertThat(server.seen()).noneMatch(request -> request.endsWith("/x"));
    assertNotHit();
  }

  // ---- past jobs

  private static JsonObject pastJob(String id, String status, String outcome) {
    JsonObject job = Jobs.job(id, status).put("outcome", outcome);
    job.put("labels", new JsonObject().put("order", "4711").put(HOSTILE, HOSTILE));
    return new JsonObject().put("job", job);
  }

  private static JsonObject pastProgress() {
    return new JsonObject()
        .put("progress", new JsonObject().put("read", 51_200).put("of", 90_417).put("found", 1));
  }

  private static JsonObject pastEnd(int found, String reached) {
    JsonObject end = new JsonObject().put("complete", reached == null).put("found", found);
    return new JsonObject().put("end", end.put("left_out", 12).put("reached", reached));
  }

  @Test
  void shouldSearchThePastForAJobThatTheListDoesNotHave() {
    expected = new String[] {"404"};
    server.past(pastProgress());
    server.past(pastJob("old-1", "SUCCESS", "SUCCEEDED"));
    server.past(pastJob("old-2", "FAIL", "FAILED"));
    server.past(pastJob("old-3", null, null));
    server.past(pastEnd(3, null));
    open("");
    browser.find("#search").sendKeys("order:4711");
    browser.click(".empty a");
    browser.awaitText(SHEET, "3 jobs, the latest first. 12 earlier ones match too");
    assertThat(server.seen()).contains("GET /api/v1/history?label=order%3D4711");
    List<String> rows = browser.all(".past tbody tr").stream().map(WebElement::getText).toList();
    assertThat(rows.get(0)).contains("Success", "old-1", "order=4711", "image-old-1");
    assertThat(rows.get(1)).contains("Failed", "IMG.0020 · the disk cannot be read");
    assertThat(rows.get(2)).contains("Not known");
    assertNotHit();

    browser.click(".past a");
    browser.awaitText(".job", "does not know this job");
    browser.driver().navigate().back();
    browser.awaitText(SHEET, "3 jobs");
    assertThat(server.seen().stream().filter(each -> each.contains("/history?label="))).hasSize(1);
  }

  @Test
  void shouldStopASearchOfThePast() {
    server.past(pastProgress());
    open("#/past?q=image-1&outcome=FAILED&since=2026-11-24&until=2026-11-24");
    browser.awaitText(SHEET, "Read 51,200 of 90,417 records · 1 job so far");
    assertThat(browser.find(".progress").getAttribute("aria-valuenow")).isEqualTo("57");
    // The whole last day is searched, in the time zone of the browser.
    assertThat(server.seen())
        .filteredOn(each -> each.contains("/history?"))
        .first()
        .asString()
        .contains("id=image-1&outcome=FAILED&since=2026-11-2", "&until=2026-11-2")
        .satisfies(
            each -> {
              List<String> times =
                  Pattern.compile("since=|&until=")
                      .splitAsStream(each.replaceAll("%3A", ":"))
                      .toList();
              assertThat(Duration.between(Instant.parse(times.get(1)), Instant.parse(times.get(2))))
                  .isEqualTo(Duration.ofDays(1));
            });
    // Opening the address loads the page twice.
    long before = gone();
    browser.click(".asking [type=button]");
    browser.awaitText(SHEET, "Stopped.");
    browser.awaiting("the request to end", () -> gone() == before + 1);

    browser.click(".asking .primary");
    browser.awaitText(SHEET, "Read 51,200");
    browser.go("#/");
    browser.awaiting("the next request to end", () -> gone() == before + 2);
  }

  private long gone() {
    return server.seen().stream().filter(each -> each.startsWith("GONE ")).count();
  }

  @Test
  void shouldGoOnWithASearchThatTookTooLongAndSayWhyOneFailed() {
    server.past(pastEnd(0, "2026-08-04T10:00:00.123Z"));
    open("#/past?q=old-1");
    browser.awaitText(SHEET, "has reached 2026-08-04");
    browser.click(".sheet button");
    browser.awaiting(
        "the search to go on",
        () ->
            server
                .seen()
                .contains("GET /api/v1/history?id=old-1&since=2026-08-04T10%3A00%3A00.123Z"));

    server.close();
    server = StandIn.start();
    server.past(new JsonObject().put("failed", "Kafka does not answer at present"));
    open("#/past?q=old-1");
    browser.awaitText(".records .problem", "Kafka does not answer at present");

    browser.find("#past-q").clear();
    browser.click(".asking .primary");
    browser.awaitText(".records .problem", "Give a label, an id, an outcome or a first day");
  }

  // ---- widths

  /** Shows a view on a phone and on a desk, and checks both. */
  private void assertFits(String hash, String css, String text) {
    for (int width : new int[] {390, 1280}) {
      browser.size(width, 844);
      open(hash);
      browser.awaitText(css, text);
      browser.assertAccessible(hash + " at " + width + " px");
      assertThat(browser.script("return document.documentElement.scrollWidth - innerWidth"))
          .asInstanceOf(InstanceOfAssertFactories.LONG)
          .as("pixels beyond the edge of " + hash + " at " + width + " px")
          .isNotPositive();
    }
  }

  @Test
  void shouldShowDeadLettersOnAPhoneAndOnADesk() {
    letters();
    assertFits("#/letters", SHEET, "4 letters");
    assertFits("#/letters/0/7", "pre", "00 00 07");
  }

  @Test
  void shouldShowPastJobsOnAPhoneAndOnADesk() {
    server.past(pastProgress());
    server.past(pastJob("ff8080814dbd65d7014dbe0d84db0013", "SUCCESS", "SUCCEEDED"));
    server.past(pastJob("ff8080814dbd65d7014dbe0d84db0014", "FAIL", "FAILED"));
    server.past(pastEnd(2, "2026-08-04T10:00:00Z"));
    assertFits("#/past?q=order:4711", SHEET, "2 jobs");
    assertFits("#/past", ".records h1", "Past jobs");
  }

  @Test
  void shouldShowForecastsOnAPhoneAndOnADesk() {
    expectedJobs();
    assertFits("#/?sort=ready.up", ".space", "30 min left");
    assertFits("#/jobs/job-a", ".ready", "Ready in about");
  }
}
