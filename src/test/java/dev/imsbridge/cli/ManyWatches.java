package dev.imsbridge.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imsbridge.embedded.EmbeddedKafka;
import dev.imsbridge.job.ProjectRef;
import dev.imsbridge.job.Watch;
import dev.imsbridge.simulator.SimulatorOptions;
import dev.imsbridge.simulator.SimulatorServer;
import dev.imsbridge.wire.RootPartition;
import dev.imsbridge.wire.TopicNames;
import dev.imsbridge.wire.Watches;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Writes many watches to a real broker, starts one poller with a heap of 1 GiB, and prints the time
 * to read them and their cost. A program and not a test, because it takes about a minute.
 *
 * <pre>{@code
 * mvn -q test-compile && java -cp 'target/test-classes:target/classes:target/lib/*' \
 *     dev.imsbridge.cli.ManyWatches [watches]
 * }</pre>
 */
final class ManyWatches {
  private static final int PARTITIONS = 6;
  private static final Duration IDLE = Duration.ofSeconds(20);
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private ManyWatches() {}

  public static void main(String[] arguments) throws Exception {
    int watches = arguments.length == 0 ? 200_000 : Integer.parseInt(arguments[0]);
    Path directory = Files.createTempDirectory("imsbridge-many");
    try (EmbeddedKafka kafka = EmbeddedKafka.start(directory.resolve("kafka"), 0);
        SimulatorServer simulator =
            SimulatorServer.start(SimulatorOptions.defaults().withSpeed(0.001))) {
      Map<String, String> settings = new TreeMap<>();
      settings.put("IMSBRIDGE_KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers());
      settings.put("IMSBRIDGE_TOPICS_PARTITIONS", Integer.toString(PARTITIONS));
      settings.put("IMSBRIDGE_DATA_DIR", directory.toString());
      settings.put("IMSBRIDGE_HTTP_LISTEN", "127.0.0.1:0");
      settings.put("IMSBRIDGE_IMS_ENDPOINT", simulator.uri().toString());
      settings.put("IMSBRIDGE_IMS_PROJECT_ID", "p1");
      settings.put("IMSBRIDGE_IMS_AUTH", "none");
      InProcess applied = InProcess.run(settings, "topics", "apply");
      if (applied.exitCode() != 0) {
        throw new IllegalStateException(applied.err());
      }
      write(kafka.bootstrapServers(), watches);
      // One GET at the start and then none for minutes: measures the cost of waiting.
      measure(directory, settings, watches, "0.001", "idle");
      measure(directory, settings, watches, "10", "10 GETs/s");
      measure(directory, settings, watches, "500", "500 GETs/s");
    }
    System.out.println("Left behind: " + directory);
    System.exit(0);
  }

  private static void write(String bootstrapServers, int watches) {
    SplittableRandom random = new SplittableRandom(1);
    HexFormat hex = HexFormat.of();
    String topic = new TopicNames(TopicNames.DEFAULT_PREFIX).watches();
    ProjectRef project = new ProjectRef("local", "p1");
    Instant at = Instant.now();
    long from = System.nanoTime();
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers", bootstrapServers, "linger.ms", 20, "compression.type", "lz4"),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (int i = 0; i < watches; i++) {
        String id = hex.toHexDigits(random.nextLong()) + hex.toHexDigits(random.nextLong());
        Watch watch = new Watch(id, id, project, null, 1, at, at.plus(Duration.ofDays(2)));
        var unused =
            producer.send(
                new ProducerRecord<>(
                    topic,
                    RootPartition.of(id, PARTITIONS),
                    id.getBytes(UTF_8),
                    Watches.encode(watch)));
      }
    }
    System.out.printf("%d watches written in %.1f s%n", watches, since(from));
  }

  private static void measure(
      Path directory, Map<String, String> settings, int watches, String rate, String what)
      throws Exception {
    settings.put("IMSBRIDGE_IMS_RATE", rate);
    settings.put("IMSBRIDGE_IMS_BURST", "1");
    Path out = Files.createTempFile(directory, "out", "");
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-cp",
                System.getProperty("java.class.path"),
                ImsBridge.class.getName(),
                "run",
                "--only",
                "poller")
            .redirectOutput(out.toFile())
            .redirectErrorStream(true);
    builder.environment().putAll(settings);
    long from = System.nanoTime();
    Process poller = builder.start();
    try {
      String url = awaitReady(poller, out);
      double ready = since(from);
      awaitOpen(url, watches);
      double open = since(from);
      long before = collected(poller, url);
      Duration cpu = cpu(poller);
      long gets = (long) meter(url, "imsbridge_polls_total");
      long began = System.nanoTime();
      poller.waitFor(IDLE.toSeconds(), TimeUnit.SECONDS);
      double seconds = since(began);
      double used = cpu(poller).minus(cpu).toMillis() / 1e3;
      long polled = (long) meter(url, "imsbridge_polls_total") - gets;
      System.out.printf(
          "%-11s ready to read after %.1f s, all %d open %.1f s later; heap after GC %.0f MiB, of"
              + " 1024; then %.1f %% of a core, %.0f GETs/s; heap after GC %.0f MiB%n",
          what + ":",
          ready,
          watches,
          open - ready,
          before / 1048576.0,
          100 * used / seconds,
          polled / seconds,
          collected(poller, url) / 1048576.0);
    } finally {
      poller.destroy();
      poller.waitFor();
    }
  }

  private static String awaitReady(Process poller, Path out) throws Exception {
    Pattern url = Pattern.compile("HTTP (http://\\S+)");
    while (poller.isAlive()) {
      Matcher matcher = url.matcher(Files.readString(out));
      if (matcher.find()) {
        return matcher.group(1).replaceAll("/+$", "");
      }
      poller.waitFor(20, TimeUnit.MILLISECONDS);
    }
    throw new IllegalStateException(Files.readString(out));
  }

  private static void awaitOpen(String url, int watches) throws Exception {
    long until = System.nanoTime() + Duration.ofMinutes(3).toNanos();
    while (get(url + "/readyz").statusCode() != 200
        || meter(url, "imsbridge_watches_open") < watches) {
      if (until - System.nanoTime() < 0) {
        throw new IllegalStateException("not all watches are open: " + get(url + "/readyz").body());
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  private static long collected(Process poller, String url) throws Exception {
    for (int i = 0; i < 2; i++) {
      String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
      new ProcessBuilder(jcmd, Long.toString(poller.pid()), "GC.run").start().waitFor();
    }
    return (long) meter(url, "jvm_memory_used_bytes\\{area=\"heap\"");
  }

  private static Duration cpu(Process process) {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /** Returns the sum of all meters whose names start with this prefix. */
  private static double meter(String url, String begin) throws Exception {
    Matcher lines =
        Pattern.compile("(?m)^" + begin + ".* (\\S+)$").matcher(get(url + "/metrics").body());
    double sum = 0;
    while (lines.find()) {
      sum += Double.parseDouble(lines.group(1));
    }
    return sum;
  }

  private static HttpResponse<String> get(String url) throws IOException, InterruptedException {
    return HTTP.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
  }

  private static double since(long from) {
    return (System.nanoTime() - from) / 1e9;
  }
}
