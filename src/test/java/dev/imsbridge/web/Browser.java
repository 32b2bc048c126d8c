package dev.imsbridge.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.args.AxeRunOptions;
import com.deque.html.axecore.results.Rule;
import com.deque.html.axecore.selenium.AxeBuilder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/**
 * A headless Chromium that reaches only this machine and records all requests and console messages
 * of the page. Used by one thread.
 *
 * <p>The system properties {@code chromium} and {@code chromedriver} name the programs. The default
 * is Debian's packages, which are installed if they are missing and the user is root.
 */
public final class Browser implements AutoCloseable {
  // After a kill, Kafka waits 12 s for the dead instance before its partitions move.
  private static final Duration PATIENCE = Duration.ofSeconds(45);
  private static final ObjectMapper JSON = new ObjectMapper();

  // At each start, Selenium warns that it does not support the latest features of this browser.
  private static final Logger DRIVER_LOG = Logger.getLogger("org.openqa.selenium");

  private static final AxeBuilder AXE = axe();

  private final Path profile;
  private final ChromeDriver driver;
  private final List<String> requests = new ArrayList<>();

  private Browser(Path profile, ChromeDriver driver) {
    this.profile = profile;
    this.driver = driver;
  }

  public static Browser start() {
    DRIVER_LOG.setLevel(Level.SEVERE);
    Path chromium = program("chromium");
    Path chromedriver = program("chromedriver");
    // Otherwise Selenium looks for a driver on the network.
    System.setProperty("webdriver.chrome.driver", chromedriver.toString());
    try {
      Path profile = Files.createTempDirectory("imsbridge-browser");
      ChromeOptions options = new ChromeOptions();
      options.setBinary(chromium.toFile());
      options.addArguments(
          "--headless=new",
          "--no-sandbox",
          "--disable-gpu",
          "--disable-dev-shm-usage",
          "--disable-quic",
          "--no-first-run",
          "--no-default-browser-check",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync",
          "--disable-extensions",
          "--no-proxy-server",
          "--lang=en",
          "--force-color-profile=srgb",
          "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
          "--window-size=1440,900",
          "--user-data-dir=" + profile);
      LoggingPreferences logs = new LoggingPreferences();
      logs.enable(LogType.BROWSER, Level.ALL);
      logs.enable(LogType.PERFORMANCE, Level.ALL);
      options.setCapability("goog:loggingPrefs", logs);
      ChromeDriverService service =
          new ChromeDriverService.Builder()
              .usingDriverExecutable(chromedriver.toFile())
              .usingAnyFreePort()
              .withLogFile(new File("/dev/null"))
              .build();
      return new Browser(profile, new ChromeDriver(service, options));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path program(String name) {
    String told = System.getProperty(name, System.getenv(name.toUpperCase(Locale.ROOT)));
    Path path = told == null ? Path.of("/usr/bin", name) : Path.of(told);
    if (!Files.isExecutable(path) && told == null) {
      install();
    }
    if (!Files.isExecutable(path)) {
      throw new IllegalStateException(
          "%s is missing: install Debian's packages chromium and chromium-driver, or say where it is with -D%s=PATH"
              .formatted(path, name));
    }
    return path;
  }

  private static void install() {
    if (!"root".equals(System.getProperty("user.name"))
        || !Files.isExecutable(Path.of("/usr/bin/apt-get"))) {
      return;
    }
    try {
      for (List<String> command :
          List.of(
              List.of("apt-get", "-qq", "update"),
              List.of(
                  "apt-get",
                  "-qq",
                  "install",
                  "-y",
                  "--no-install-recommends",
                  "chromium",
                  "chromium-driver"))) {
        Process process = new ProcessBuilder(command).inheritIO().start();
        if (!process.waitFor(5, TimeUnit.MINUTES)) {
          process.destroyForcibly();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  // ---- navigation

  /**
   * Opens an address, also if only its hash differs from the present one. The session storage of an
   * address is empty when it is first opened: each test has its own port.
   */
  public void open(String uri) {
    driver.get("about:blank");
    drain();
    requests.clear();
    driver.get(uri);
  }

  public void reload() {
    driver.navigate().refresh();
  }

  public void go(String hash) {
    driver.executeScript("location.hash = arguments[0]", hash);
  }

  public void size(int width, int height) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
  }

  public void scheme(String scheme) {
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
  }

  public ChromeDriver driver() {
    return driver;
  }

  public WebElement find(String css) {
    return driver.findElement(By.cssSelector(css));
  }

  public List<WebElement> all(String css) {
    return driver.findElements(By.cssSelector(css));
  }

  public Object script(String script, Object... arguments) {
    return driver.executeScript(script, arguments);
  }

  public Object later(String script, Object... arguments) {
    driver.manage().timeouts().scriptTimeout(Duration.ofMinutes(1));
    return driver.executeAsyncScript(script, arguments);
  }

  /** Returns the text of the first match; empty if there is none. */
  public String text(String css) {
    try {
      return all(css).stream().findFirst().map(WebElement::getText).orElse("");
    } catch (StaleElementReferenceException e) {
      return "";
    }
  }

  public void click(String css) {
    awaiting("to click " + css, () -> all(css).stream().anyMatch(WebElement::isDisplayed));
    all(css).stream().filter(WebElement::isDisplayed).findFirst().orElseThrow().click();
  }

  public void awaitText(String css, String text) {
    awaiting(css + " to say " + text, () -> text(css).contains(text));
  }

  public void awaiting(String what, java.util.concurrent.Callable<Boolean> condition) {
    Awaitility.await(what)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .ignoreExceptionsInstanceOf(StaleElementReferenceException.class)
        .until(condition);
  }

  public byte[] picture() {
    return driver.getScreenshotAs(OutputType.BYTES);
  }

  // ---- checks

  /**
   * Asserts that the console has no warnings and that no request went to another server.
   *
   * @param expected parts of the warnings that the test causes
   */
  public void assertQuiet(String uri, String... expected) {
    List<String> complaints = drain();
    assertThat(complaints)
        .as("complaints on the console")
        .allMatch(complaint -> Stream.of(expected).anyMatch(complaint::contains));
    assertThat(requests).as("requests").isNotEmpty().allMatch(url -> url.startsWith(uri + "/"));
  }

  private List<String> drain() {
    for (var entry : driver.manage().logs().get(LogType.PERFORMANCE)) {
      url(entry.getMessage())
          // The browser draws its own controls with data URLs.
          .filter(url -> !url.startsWith("about:") && !url.startsWith("data:"))
          .ifPresent(requests::add);
    }
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
        .map(entry -> entry.getLevel() + " " + entry.getMessage())
        .toList();
  }

  private static Optional<String> url(String entry) {
    try {
      JsonNode message = JSON.readTree(entry).path("message");
      return message.path("method").asText().equals("Network.requestWillBeSent")
          ? Optional.of(message.path("params").path("request").path("url").asText())
          : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Asserts that axe finds no serious accessibility problem. */
  public void assertAccessible(String what) {
    assertThat(AXE.analyze(driver).getViolations())
        .as("findings of axe on " + what)
        .filteredOn(rule -> Set.of("serious", "critical").contains(rule.getImpact()))
        .map(Browser::finding)
        .isEmpty();
  }

  /**
   * Most of the time of axe is spent on frames, which the page does not have, and on its passes.
   */
  private static AxeBuilder axe() {
    AxeRunOptions options = new AxeRunOptions();
    options.setResultTypes(List.of("violations"));
    return new AxeBuilder().withOptions(options).setLegacyMode(true);
  }

  private static String finding(Rule rule) {
    return rule.getId()
        + ": "
        + rule.getHelp()
        + rule.getNodes().stream()
            .limit(4)
            .map(node -> "\n    " + node.getHtml() + "\n    " + node.getFailureSummary())
            .toList();
  }

  @Override
  public void close() {
    driver.quit();
    try (Stream<Path> files = Files.walk(profile)) {
      files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
