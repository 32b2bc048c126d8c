package example;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Properties;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.KTable;

/**
 * Joins completions with orders: each job was requested with the label {@code order}. Reads the
 * topic {@code orders} (key: order number, value: JSON) and {@code ims.jobs.completions}; writes
 * {@code order-outcomes}. Create these two topics first. Argument: BOOTSTRAP.
 */
public final class OrderOutcomes {
  private static final ObjectMapper JSON = new ObjectMapper();

  private OrderOutcomes() {}

  static Topology topology() {
    StreamsBuilder builder = new StreamsBuilder();
    KTable<String, String> orders = builder.table("orders");
    KStream<String, String> completions = builder.stream("ims.jobs.completions");
    completions
        .filter((job, completion) -> order(completion) != null)
        .selectKey((job, completion) -> order(completion))
        .join(orders, OrderOutcomes::outcome)
        .to("order-outcomes");
    return builder.build();
  }

  /** Returns the label of the request, or null. */
  private static String order(String completion) {
    return read(completion).path("labels").path("order").textValue();
  }

  private static String outcome(String completion, String order) {
    JsonNode data = read(completion);
    ObjectNode outcome = JSON.createObjectNode();
    outcome.set("order", read(order));
    outcome.set("job_id", data.get("job_id"));
    outcome.set("outcome", data.get("outcome"));
    outcome.set("image_ids", data.get("image_ids"));
    return outcome.toString();
  }

  private static JsonNode read(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
    }
  }

  public static void main(String[] args) {
    Properties config = new Properties();
    config.put(StreamsConfig.APPLICATION_ID_CONFIG, "order-outcomes");
    config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, args[0]);
    config.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    config.put(StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG, Serdes.StringSerde.class);
    config.put(StreamsConfig.DEFAULT_VALUE_SERDE_CLASS_CONFIG, Serdes.StringSerde.class);
    config.put("auto.offset.reset", "earliest");
    KafkaStreams streams = new KafkaStreams(topology(), config);
    Runtime.getRuntime().addShutdownHook(new Thread(streams::close));
    streams.start();
  }
}
