package dev.imsbridge.bench.topology;

import dev.imsbridge.ledger.LedgerEntry;
import dev.imsbridge.ledger.OutputRecord;
import dev.imsbridge.topology.BridgeTopology;
import dev.imsbridge.topology.TopologyService;
import dev.imsbridge.wire.TopicNames;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/**
 * The speed limit of a topology with the bridge's store and outputs. For each answer it reads and
 * writes one value, and sends the records that the bridge has computed for the same answer of
 * another job ({@link SampleResults}), but decodes, decides and encodes nothing. Thread-safe.
 */
final class BareTopology implements AutoCloseable {
  private static final String STORE = "values";

  private final KafkaStreams streams;

  private BareTopology(KafkaStreams streams) {
    this.streams = streams;
  }

  /**
   * Starts the topology.
   *
   * @param topics those of a bridge that does not run
   * @param results returns the {@link SampleResults} of a partition
   * @param config as for {@link TopologyService#start}
   */
  static BareTopology start(
      TopicNames topics,
      IntFunction<List<List<LedgerEntry>>> results,
      Map<String, ?> config,
      Consumer<Throwable> onFailure) {
    Topology topology = new Topology();
    topology.addSource(
        "answers", new ByteArrayDeserializer(), new ByteArrayDeserializer(), topics.observations());
    topology.addProcessor("copy", () -> new Copy(results), "answers");
    topology.addStateStore(
        Stores.keyValueStoreBuilder(
                Stores.persistentKeyValueStore(STORE), Serdes.ByteArray(), Serdes.ByteArray())
            .withCachingDisabled()
            .withLoggingEnabled(BridgeTopology.CHANGELOG),
        "copy");
    for (OutputRecord.Target target : OutputRecord.Target.values()) {
      if (target != OutputRecord.Target.OBSERVATIONS) {
        topology.addSink(
            target.name(),
            topic(topics, target),
            new ByteArraySerializer(),
            new ByteArraySerializer(),
            "copy");
      }
    }
    Properties properties = TopologyService.properties(config);
    KafkaStreams streams = new KafkaStreams(topology, properties);
    streams.setUncaughtExceptionHandler(
        failure -> {
          onFailure.accept(failure);
          return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
    streams.start();
    return new BareTopology(streams);
  }

  private static String topic(TopicNames topics, OutputRecord.Target target) {
    return switch (target) {
      case OBSERVATIONS -> topics.observations();
      case TRANSITIONS -> topics.transitions();
      case COMPLETIONS -> topics.completions();
      case STATUS -> topics.status();
      case WATCHES -> topics.watches();
      case AUDIT -> topics.audit();
      case DEAD_LETTERS -> topics.deadLetters();
    };
  }

  private static final class Copy implements Processor<byte[], byte[], byte[], byte[]> {
    private final IntFunction<List<List<LedgerEntry>>> results;
    private ProcessorContext<byte[], byte[]> context;
    private KeyValueStore<byte[], byte[]> store;
    private List<List<LedgerEntry>> steps;
    private int next;

    Copy(IntFunction<List<List<LedgerEntry>>> results) {
      this.results = results;
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> processorContext) {
      context = processorContext;
      store = context.getStateStore(STORE);
      steps = results.apply(context.taskId().partition());
    }

    @Override
    public void process(Record<byte[], byte[]> answer) {
      byte[] stored = store.get(answer.key());
      int step = stored == null ? 0 : stored[0] + 1;
      List<LedgerEntry> jobs = steps.get(step);
      LedgerEntry result = jobs.get(next++ % jobs.size());
      byte[] value = result.change().bytes().clone();
      value[0] = (byte) step;
      store.put(answer.key(), value);
      for (OutputRecord record : result.records()) {
        context.forward(
            new Record<>(
                record.key(),
                record.value(),
                record.timestamp(),
                new RecordHeaders(record.headers().toArray())),
            record.target().name());
      }
    }
  }

  KafkaStreams streams() {
    return streams;
  }

  @Override
  public void close() {
    streams.close();
  }
}
