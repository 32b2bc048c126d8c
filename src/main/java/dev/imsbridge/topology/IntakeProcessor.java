package dev.imsbridge.topology;

import dev.imsbridge.job.Evidence;
import dev.imsbridge.ledger.DeadLetter;
import dev.imsbridge.ledger.LogCodec;
import dev.imsbridge.ledger.OutputRecord;
import dev.imsbridge.wire.Requests;
import dev.imsbridge.wire.StoreCodec;
import java.time.Instant;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads requests. Valid requests go to the observations topic, keyed by job id. Invalid requests go
 * to {@code dead-letters} and never make it fail. Confined to its task's thread.
 *
 * <p>The store holds the position of the last request, because the consumer group can lose its
 * offsets. Requests that are read again are skipped. Producers own the requests topic, so one that
 * was created again is read from its beginning without confirmation.
 */
final class IntakeProcessor implements Processor<byte[], byte[], byte[], byte[]> {
  /** The name of the store: the position of the last request. */
  static final String STORE = "intake";

  static final String OBSERVATIONS = "accepted-requests";
  static final String DEAD_LETTERS = "refused-requests";

  private static final Logger LOG = LoggerFactory.getLogger(IntakeProcessor.class);
  private static final String POSITION = "#position";

  private final String topic;
  private final Requests requests;
  private final TopicLookup topics;
  private final FoldMeters meters;
  private ProcessorContext<byte[], byte[]> context;
  private KeyValueStore<String, byte[]> store;
  private InputPosition position;

  IntakeProcessor(String topic, Requests requests, TopicLookup topics, FoldMeters meters) {
    this.topic = topic;
    this.requests = requests;
    this.topics = topics;
    this.meters = meters;
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> processorContext) {
    context = processorContext;
    store = context.getStateStore(STORE);
    restore(store.get(POSITION));
    meters.logDeadLettersOn(context);
  }

  private void restore(byte[] stored) {
    int partition = context.taskId().partition();
    TopicLookup.Found found = topics.find(topic, partition);
    position = new InputPosition(stored == null ? null : StoreCodec.position(stored), found);
    position
        .replaced()
        .ifPresent(
            reason -> {
              LOG.atWarn()
                  .addKeyValue("partition", partition)
                  .log("{}-{} {}: continuing with it", topic, partition, reason);
              position.acceptReplaced();
            });
  }

  @Override
  public void process(Record<byte[], byte[]> request) {
    Evidence source = StreamRecords.position(context);
    if (!position.hasPassed(source)) {
      position.advance(source, request.timestamp());
      store.put(POSITION, StoreCodec.encode(position.last()));
      intake(request, source);
    }
  }

  private void intake(Record<byte[], byte[]> request, Evidence source) {
    long now = context.currentSystemTimeMs();
    Instant at = Instant.ofEpochMilli(now);
    Requests.Read read = requests.read(request.key(), request.value(), request.headers());
    if (read instanceof Requests.Accepted accepted) {
      String redrivenFrom = Requests.redrivenFrom(request.headers());
      forward(LogCodec.encodeRequest(accepted.request(), source, redrivenFrom, at), OBSERVATIONS);
    } else if (read instanceof Requests.Cancelled cancelled) {
      forward(LogCodec.encodeCancel(cancelled.jobId(), source, at), OBSERVATIONS);
    } else if (read instanceof Requests.Refused refused) {
      DeadLetter letter = new DeadLetter(FoldMeters.REQUEST_REFUSED, refused.reason(), source);
      meters.deadLetter(letter, at);
      OutputRecord record = letter.record(request.key(), request.value(), now);
      Requests.copyHeaders(request.headers(), record.headers());
      forward(record, DEAD_LETTERS);
    }
  }

  private void forward(OutputRecord record, String sink) {
    context.forward(StreamRecords.of(record), sink);
  }
}
