package dev.imsbridge.cli.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.imsbridge.cli.common.BridgeOption;
import dev.imsbridge.cli.common.ForecastText;
import dev.imsbridge.cli.common.TerminalLine;
import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.job.JobOutcome;
import dev.imsbridge.terminal.CommandOutput;
import dev.imsbridge.terminal.Lifecycle;
import dev.imsbridge.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JobWaitTest {
  private static final String FORECAST = "{\"forecast\": {\"elapsed_ms\": 60000}}";

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final AwaitedJobs jobs = new AwaitedJobs(List.of("a"));
  private final Lifecycle parts = new Lifecycle(Duration.ofSeconds(1));
  private final AtomicInteger asked = new AtomicInteger();
  private HttpServer server;
  private String shownAtEvent;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/api/v1/jobs/a",
        exchange -> {
          asked.incrementAndGet();
          exchange.sendResponseHeaders(200, FORECAST.length());
          exchange.getResponseBody().write(FORECAST.getBytes(UTF_8));
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    parts.close();
  }

  private JobWait waiting(OutputStream to, Duration timeout, boolean atTerminal) {
    PrintStream errors = new PrintStream(err, true, UTF_8);
    Terminal terminal =
        new Terminal(Map.of(), InputStream.nullInputStream(), new CommandOutput(to), errors, false);
    BridgeConfig config =
        BridgeConfig.load(
            null, Map.of(), List.of("http.listen=127.0.0.1:" + server.getAddress().getPort()));
    JobProgress progress =
        new JobProgress(
            new BridgeOption().bridge(config), new ForecastText(true), () -> Instant.EPOCH);
    return new JobWait(
        terminal,
        new TerminalLine(errors, atTerminal),
        jobs,
        new TimeLimit(timeout),
        progress,
        false);
  }

  /** Prints a line at the second step, and ends the job at the third. */
  private JobWait.Source story(JobWait waiting, AwaitedJobs jobs) {
    int[] steps = new int[1];
    return wait -> {
      steps[0]++;
      if (steps[0] == 2) {
        waiting.print("an event");
        shownAtEvent = err.toString(UTF_8);
      } else if (steps[0] == 3) {
        jobs.ended("a", JobOutcome.LOST);
      }
    };
  }

  @Test
  void shouldShowHowFarTheJobIsBelowTheEvents() throws Exception {
    JobWait waiting = waiting(out, null, true);
    assertThat(waiting.run(parts, story(waiting, jobs))).isEqualTo(4);
    assertThat(out.toString(UTF_8)).isEqualTo("an event\n");
    assertThat(err.toString(UTF_8))
        .isEqualTo("\r\u001b[K\u001b[?7lafter 1m00s\u001b[?7h\r\u001b[K");
    assertThat(shownAtEvent).as("erased before the event").isEqualTo(err.toString(UTF_8));
  }

  @Test
  void shouldNotAskForTheForecastWithoutATerminal() throws Exception {
    JobWait waiting = waiting(out, null, false);
    assertThat(waiting.run(parts, story(waiting, jobs))).isEqualTo(4);
    assertThat(asked).hasValue(0);
    assertThat(err.toString(UTF_8)).isEmpty();
  }

  @Test
  void shouldEndWhenTheTimeIsOver() throws Exception {
    assertThat(waiting(out, Duration.ofNanos(1), true).run(parts, wait -> {})).isEqualTo(5);
    assertThat(err.toString(UTF_8)).endsWith("imsbridge: not ended within 0 ms: a\n");
  }

  /** Such as head, which closes its input after some lines. */
  @Test
  void shouldEndWhenNobodyReadsTheOutput() throws Exception {
    OutputStream closed =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("Broken pipe");
          }
        };
    JobWait waiting = waiting(closed, null, false);
    assertThat(waiting.run(parts, wait -> waiting.print("an event"))).isZero();
  }
}
