package dev.imsbridge.campaign;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imsbridge.wire.TopicNames;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Requests jobs at a steady rate, with duplicates, late and hostile requests, and hostile records
 * on other topics. Remembers what Kafka or a bridge has accepted. {@link #run} is called once, on a
 * thread of its own; the rest is read after it has returned.
 */
final class RequestLoad {
  private static final long TICK_MILLIS = 200;
  private static final List<byte[]> HOSTILE =
      List.of(
          "[\"a\",\"b\"]".getBytes(UTF_8),
          "{\"job_id\":".getBytes(UTF_8),
          "null".getBytes(UTF_8),
          "not a job id!".getBytes(UTF_8),
          "{\"job_id\":5}".getBytes(UTF_8),
          "{\"job_id\":\"x\",\"project_id\":\"of-nobody\"}".getBytes(UTF_8),
          "{\"job_id\":\"x\",\"deadline\":\"PT999999H\"}".getBytes(UTF_8),
          new byte[] {0, 0, 0, 0, 1, 2, 'x'},
          new byte[] {(byte) 0xfe, (byte) 0xff, 0, 'x'},
          new byte[] {(byte) 0x80, (byte) 0x81, (byte) 0xff},
          filled(100_000),
          filled(900_000));

  private final String bootstrapServers;
  private final TopicNames topics;
  private final List<String> urls;
  private final Random random;
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();
  private final AtomicReference<Exception> failure = new AtomicReference<>();
  private final Set<String> accepted = ConcurrentHashMap.newKeySet();
  private final Set<String> hostile = ConcurrentHashMap.newKeySet();
  private final AtomicInteger records = new AtomicInteger();
  private final Set<String> cancelled = new HashSet<>();
  private int overHttp;

  /**
   * @param bootstrapServers addresses that no fault of the network concerns
   * @param urls the bridges, for requests over HTTP
   */
  RequestLoad(String bootstrapServers, TopicNames topics, List<String> urls, long seed) {
    this.bootstrapServers = bootstrapServers;
    this.topics = topics;
    this.urls = urls;
    random = new Random(seed);
  }

  private static byte[] filled(int size) {
    byte[] value = new byte[size];
    Arrays.fill(value, (byte) 'a');
    return value;
  }

  /**
   * Requests all jobs within a period, and returns when each is accepted.
   *
   * @throws IllegalStateException if Kafka has not accepted a request within 10 min
   */
  void run(List<String> jobs, Duration period) throws InterruptedException {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "acks",
                "all",
                // An idempotent producer whose sequence a broker has lost waits until the end of
                // its delivery timeout. With one request in flight the order of a key stays.
                "enable.idempotence",
                false,
                "max.in.flight.requests.per.connection",
                1,
                "delivery.timeout.ms",
                600_000,
                "request.timeout.ms",
                5_000,
                "max.block.ms",
                600_000,
                "linger.ms",
                5),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      long begin = System.nanoTime();
      int next = 0;
      List<String> late = new ArrayList<>();
      while (next < jobs.size()) {
        double share = (System.nanoTime() - begin) / (double) period.toNanos();
        int due = (int) Math.min(jobs.size(), Math.ceil(share * jobs.size()));
        for (; next < due; next++) {
          request(producer, jobs.get(next), late);
        }
        disturb(producer, late);
        Thread.sleep(TICK_MILLIS);
      }
      late.forEach(job -> send(producer, null, job));
      producer.flush();
    }
    if (failure.get() != null) {
      throw new IllegalStateException("a request was not accepted", failure.get());
    }
  }

  private void request(KafkaProducer<byte[], byte[]> producer, String job, List<String> late)
      throws InterruptedException {
    int kind = random.nextInt(100);
    if (kind < 2) {
      // A bridge that does not answer in time may still have accepted it.
      if (post(job)) {
        overHttp++;
      } else {
        send(producer, null, job);
      }
    } else if (kind < 4) {
      // Cancelled while it runs, or after its end. Both records have the key and so their order.
      send(producer, job, job);
      write(producer, topics.requests(), job.getBytes(UTF_8), null, false);
      cancelled.add(job);
    } else if (kind < 20) {
      String labels = "{\"job_id\":\"%s\",\"labels\":{\"order\":\"%s\"}}".formatted(job, kind);
      send(producer, job, labels);
    } else {
      send(producer, null, job);
    }
    accepted.add(job);
    // A lost job that is requested again is watched again.
    if (!cancelled.contains(job) && !job.startsWith(Campaign.ABSENT) && random.nextInt(10) == 0) {
      late.add(job);
    }
  }

  /** Sends some duplicates in random order, and one hostile record in two ticks. */
  private void disturb(KafkaProducer<byte[], byte[]> producer, List<String> late) {
    while (late.size() > 20) {
      send(producer, null, late.remove(random.nextInt(late.size())));
    }
    switch (random.nextInt(10)) {
      case 0, 1, 2 ->
          write(
              producer, topics.requests(), null, HOSTILE.get(random.nextInt(HOSTILE.size())), true);
      case 3 -> write(producer, topics.requests(), "no id!".getBytes(UTF_8), null, true);
      case 4 ->
          write(
              producer,
              topics.observations(),
              "hostile".getBytes(UTF_8),
              HOSTILE.get(random.nextInt(HOSTILE.size())),
              true);
      case 5 ->
          // Ends the watch of a running job, which the bridge has to open again.
          accepted.stream()
              .skip(random.nextInt(accepted.size() + 1))
              .findFirst()
              .ifPresent(
                  job -> write(producer, topics.watches(), job.getBytes(UTF_8), null, false));
      case 6 ->
          write(
              producer,
              topics.watches(),
              "forged".getBytes(UTF_8),
              "{\"job_id\":\"forged\"}".getBytes(UTF_8),
              false);
      default -> {}
    }
  }

  /** Requests a job over HTTP. Returns whether a bridge has promised to watch it. */
  private boolean post(String job) throws InterruptedException {
    String url = urls.get(random.nextInt(urls.size()));
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + "/api/v1/jobs"))
            .timeout(Duration.ofSeconds(3))
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofString("{\"job_id\":\"" + job + "\"}"))
            .build();
    try {
      return http.send(request, BodyHandlers.discarding()).statusCode() == 202;
    } catch (IOException e) {
      return false;
    }
  }

  private void send(KafkaProducer<byte[], byte[]> producer, String key, String value) {
    write(
        producer,
        topics.requests(),
        key == null ? null : key.getBytes(UTF_8),
        value.getBytes(UTF_8),
        false);
  }

  private void write(
      KafkaProducer<byte[], byte[]> producer,
      String topic,
      byte[] key,
      byte[] value,
      boolean refused) {
    records.incrementAndGet();
    var unused =
        producer.send(
            new ProducerRecord<>(topic, key, value),
            (metadata, e) -> {
              if (e != null) {
                failure.compareAndSet(null, e);
              } else if (refused) {
                hostile.add(topic + "/" + metadata.partition() + "/" + metadata.offset());
              }
            });
  }

  /** The jobs that must be completed. */
  Set<String> accepted() {
    return accepted;
  }

  /** Those of them that were cancelled, which may have ended before. */
  Set<String> cancelled() {
    return cancelled;
  }

  /** The records that must become dead letters, as {@code TOPIC/PARTITION/OFFSET}. */
  Set<String> hostile() {
    return hostile;
  }

  /** All records that were written, duplicates included. */
  int records() {
    return records.get();
  }

  int overHttp() {
    return overHttp;
  }
}
