package dev.imsbridge.history;

import dev.imsbridge.bench.replay.SampleTransitions;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Measures the size of transitions on the topic and the CPU time to write and read them, for each
 * codec and for small and large batches, as with few and many jobs. A program, not a test. The
 * default of {@code topics.compression} is based on its results. Run it with {@code java -cp ...
 * dev.imsbridge.history.CompressionBench}.
 */
public final class CompressionBench {
  private static final int EVENTS = 20_000;
  private static final int LARGEST_EVENT = 4_096;
  private static final int ROUNDS = 3;
  private static final int[] BATCHES = {1, 10, 100};

  private CompressionBench() {}

  public static void main(String[] arguments) {
    List<ProducerRecord<byte[], byte[]>> events = events();
    Map<String, Compression> codecs = new LinkedHashMap<>();
    codecs.put("none", Compression.NONE);
    codecs.put("gzip, level 1", Compression.gzip().level(1).build());
    codecs.put("gzip, default level", Compression.gzip().build());
    codecs.put("lz4", Compression.lz4().build());
    codecs.put("zstd", Compression.zstd().build());
    for (int batch : BATCHES) {
      for (int round = 1; round <= ROUNDS; round++) {
        for (Map.Entry<String, Compression> codec : codecs.entrySet()) {
          String line = measure(events, codec.getKey(), codec.getValue(), batch);
          if (round == ROUNDS) {
            System.out.println(line);
          }
        }
      }
    }
  }

  private static List<ProducerRecord<byte[], byte[]>> events() {
    try (MockProducer<byte[], byte[]> producer =
        new MockProducer<>(
            Cluster.empty(), true, null, new ByteArraySerializer(), new ByteArraySerializer())) {
      new SampleTransitions(1).write(producer, "transitions", EVENTS);
      return producer.history();
    }
  }

  private static String measure(
      List<ProducerRecord<byte[], byte[]>> events, String name, Compression codec, int batch) {
    List<MemoryRecords> written = new ArrayList<>();
    long begin = cpu();
    for (int from = 0; from + batch <= events.size(); from += batch) {
      written.add(batch(events.subList(from, from + batch), codec));
    }
    long middle = cpu();
    long count = 0;
    long bytes = 0;
    for (MemoryRecords each : written) {
      bytes += each.sizeInBytes();
      for (var record : each.records()) {
        count += record.hasValue() ? 1 : 0;
      }
    }
    long end = cpu();
    return "%3d events a batch, %-20s %5d bytes an event, %5.1f us to write, %5.1f us to read"
        .formatted(
            batch,
            name,
            bytes / count,
            (middle - begin) / 1e3 / count,
            (end - middle) / 1e3 / count);
  }

  private static MemoryRecords batch(
      List<ProducerRecord<byte[], byte[]>> events, Compression codec) {
    try (MemoryRecordsBuilder builder =
        MemoryRecords.builder(
            ByteBuffer.allocate(events.size() * LARGEST_EVENT),
            codec,
            TimestampType.CREATE_TIME,
            0)) {
      events.forEach(
          each ->
              builder.append(each.timestamp(), each.key(), each.value(), each.headers().toArray()));
      return builder.build();
    }
  }

  private static long cpu() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }
}
