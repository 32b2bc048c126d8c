package dev.imsbridge.cli.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.job.Evidence;
import dev.imsbridge.service.GroupCheck;
import dev.imsbridge.service.KafkaAccess;
import dev.imsbridge.terminal.Columns;
import dev.imsbridge.terminal.CommandFailure;
import dev.imsbridge.terminal.Terminal;
import dev.imsbridge.wire.HeaderNames;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Requests that Kafka has acknowledged. Immutable.
 *
 * @param topic the topic of the requests
 * @param positions the positions by job id, in the order in which they were sent
 */
public record SentRequests(String topic, Map<String, Evidence> positions) {
  /** More positions are summed up by partition. */
  private static final int LISTED = 20;

  /**
   * Sends requests, and returns when Kafka has acknowledged all of them.
   *
   * @param requests at most one for each job
   * @param correlationId null for none
   * @throws CommandFailure if some are not acknowledged
   */
  public static SentRequests send(
      KafkaAccess kafka, String topic, List<NewRequest> requests, String correlationId)
      throws InterruptedException {
    List<Future<RecordMetadata>> acknowledgements = new ArrayList<>();
    Map<String, Evidence> positions = new LinkedHashMap<>();
    try (KafkaProducer<byte[], byte[]> producer = kafka.producer()) {
      for (NewRequest request : requests) {
        RecordHeaders headers = new RecordHeaders();
        HeaderNames.add(headers, HeaderNames.CORRELATION_ID, correlationId);
        acknowledgements.add(
            producer.send(
                new ProducerRecord<>(
                    topic, null, request.jobId().getBytes(UTF_8), request.value(), headers)));
      }
      producer.flush();
      for (int i = 0; i < requests.size(); i++) {
        RecordMetadata written = acknowledgements.get(i).get();
        positions.put(
            requests.get(i).jobId(), new Evidence(topic, written.partition(), written.offset()));
      }
      return new SentRequests(topic, positions);
    } catch (ExecutionException | KafkaException e) {
      Throwable cause = e instanceof ExecutionException ? e.getCause() : e;
      throw CommandFailure.fault(
          "%s of %s requests were written to %s: %s"
              .formatted(
                  positions.size(),
                  requests.size(),
                  topic,
                  kafka.reason(KafkaAccess.named(cause, topic), each -> AclOperation.WRITE)),
          cause);
    }
  }

  /**
   * Prints the positions of the requests, and whether a bridge runs.
   *
   * @param to receives the text
   * @param what the operation, such as {@code submitted}
   */
  void print(Terminal terminal, PrintStream to, String what, KafkaAccess kafka, BridgeConfig config)
      throws InterruptedException {
    Optional<Boolean> runs = new GroupCheck(kafka, config).bridgeRuns();
    to.print(text(what, runs.orElse(false)));
    if (runs.equals(Optional.of(false))) {
      terminal.say(
          "no bridge runs at %s: requests wait on %s until one does"
              .formatted(kafka.bootstrap(), topic));
    }
  }

  /** Prints one JSON document with the positions and whether a bridge runs. */
  void printJson(PrintStream to, KafkaAccess kafka, BridgeConfig config)
      throws InterruptedException {
    ObjectNode document = JsonNodeFactory.instance.objectNode().put("topic", topic);
    ArrayNode requests = document.putArray("requests");
    positions.forEach(
        (jobId, at) ->
            requests
                .addObject()
                .put("job_id", jobId)
                .put("partition", at.partition())
                .put("offset", at.offset()));
    document.put("bridge_runs", new GroupCheck(kafka, config).bridgeRuns().orElse(null));
    to.println(document);
  }

  String text(String what, boolean bridgeRuns) {
    Evidence one = positions.size() == 1 ? positions.values().iterator().next() : null;
    String heading =
        "%s %s to %s%s%s%n"
            .formatted(
                what,
                one == null ? Columns.number(positions.size()) + " jobs" : "1 job",
                topic,
                one == null
                    ? ""
                    : " (partition %s, offset %s)".formatted(one.partition(), one.offset()),
                bridgeRuns ? "; a bridge is running" : "");
    return one != null ? heading : heading + (positions.size() <= LISTED ? each() : byPartition());
  }

  private String each() {
    Columns table = new Columns("JOB", "PARTITION", "OFFSET");
    positions.forEach(
        (jobId, at) ->
            table.row(jobId, Integer.toString(at.partition()), Long.toString(at.offset())));
    return table.text();
  }

  private String byPartition() {
    Columns table = new Columns("PARTITION", "JOBS", "FIRST OFFSET", "LAST OFFSET");
    Map<Integer, LongSummaryStatistics> partitions =
        positions.values().stream()
            .collect(
                Collectors.groupingBy(
                    Evidence::partition,
                    TreeMap::new,
                    Collectors.summarizingLong(Evidence::offset)));
    partitions.forEach(
        (partition, offsets) ->
            table.row(
                Integer.toString(partition),
                Long.toString(offsets.getCount()),
                Long.toString(offsets.getMin()),
                Long.toString(offsets.getMax())));
    return table.text();
  }
}
