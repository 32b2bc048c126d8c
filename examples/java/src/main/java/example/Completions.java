package example;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Waits for image jobs: for one over HTTP, or for all of them on the topic {@code completions}. Copy
 * it into your service. Needs kafka-clients and jackson-databind.
 */
public final class Completions {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private Completions() {}

  /**
   * The end of a job and of all its sub-jobs.
   *
   * @param ceId identifies the event, also when it is delivered or replayed again
   * @param outcome SUCCEEDED, FAILED or LOST
   * @param data the whole event, as docs/events.md describes it
   */
  public record Completion(String ceId, String jobId, String outcome, JsonNode data) {

    static Completion of(String ceId, byte[] value) throws IOException {
      JsonNode data = JSON.readTree(value);
      return new Completion(ceId, data.path("job_id").asText(), data.path("outcome").asText(), data);
    }
  }

  /**
   * Waits until a job that was requested has ended.
   *
   * @param bridge the address of a bridge, such as {@code http://127.0.0.1:8080}
   * @throws TimeoutException if the job is not complete after {@code patience}
   * @throws IOException if the bridge does not answer or does not know the job
   */
  public static Completion await(URI bridge, String jobId, Duration patience)
      throws IOException, InterruptedException, TimeoutException {
    Instant end = Instant.now().plus(patience);
    while (true) {
      long left = Duration.between(Instant.now(), end).toSeconds();
      if (left < 0) {
        throw new TimeoutException("job " + jobId + " is not complete after " + patience);
      }
      // One request waits for at most a minute; proxies close longer ones.
      URI uri =
          bridge.resolve("/api/v1/jobs/" + jobId + "/completion?wait=" + Math.min(60, left) + "s");
      HttpResponse<byte[]> response =
          HTTP.send(
              HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(90)).build(),
              HttpResponse.BodyHandlers.ofByteArray());
      switch (response.statusCode()) {
        case 200:
          return Completion.of(response.headers().firstValue("ce-id").orElseThrow(), response.body());
        case 204:
          break; // not complete yet
        case 503:
          Thread.sleep(1_000); // its partition moves to another instance
          break;
        default:
          throw new IOException(
              "HTTP " + response.statusCode() + ": " + new String(response.body(), StandardCharsets.UTF_8));
      }
    }
  }

  /** Does the work for one completion. May be called again with the same {@code ceId}. */
  public interface Handler {
    void completed(Completion completion) throws Exception;
  }

  /**
   * Gives each completion to the handler, oldest first, until the thread is interrupted or the
   * handler fails. A completion counts as done when the handler returns. After a crash some are
   * given again, so the handler stores the {@code ceId} in the transaction of its own work.
   *
   * @param group the consumer group of your service
   */
  public static void forEach(String bootstrap, String group, Handler handler) throws Exception {
    Map<String, Object> config =
        Map.of(
            "bootstrap.servers", bootstrap,
            "group.id", group,
            "isolation.level", "read_committed",
            "auto.offset.reset", "earliest",
            "enable.auto.commit", false);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.subscribe(List.of("ims.jobs.completions"));
      while (!Thread.interrupted()) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
          handler.completed(Completion.of(ceId(record), record.value()));
        }
        consumer.commitSync();
      }
    }
  }

  private static String ceId(ConsumerRecord<byte[], byte[]> record) {
    return Optional.ofNullable(record.headers().lastHeader("ce_id"))
        .map(header -> new String(header.value(), StandardCharsets.UTF_8))
        .orElseThrow(() -> new IllegalStateException("no ce_id at offset " + record.offset()));
  }
}
