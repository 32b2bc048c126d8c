package dev.imsbridge.topology;

import dev.imsbridge.job.Evidence;
import dev.imsbridge.wire.DeadLetter;
import dev.imsbridge.wire.Journal;
import dev.imsbridge.wire.Requests;
import java.time.Instant;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Takes requests in: one that can be read goes to the observations topic, keyed by its job id, any
 * other to the dead letters. Keeps no state and never fails on a record.
 */
final class IntakeProcessor implements Processor<byte[], byte[], byte[], byte[]> {
  static final String JOURNAL = "accepted-requests";
  static final String DEAD_LETTERS = "refused-requests";

  private final Requests requests;
  private final FoldMeters meters;
  private ProcessorContext<byte[], byte[]> context;

  IntakeProcessor(Requests requests, FoldMeters meters) {
    this.requests = requests;
    this.meters = meters;
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> processorContext) {
    context = processorContext;
    meters.tellOn(context);
  }

  @Override
  public void process(Record<byte[], byte[]> request) {
    Evidence source = Sources.of(context);
    long now = context.currentSystemTimeMs();
    Instant at = Instant.ofEpochMilli(now);
    Requests.Read read = requests.read(request.key(), request.value(), request.headers());
    if (read instanceof Requests.Refused refused) {
      DeadLetter letter = new DeadLetter(FoldMeters.REQUEST_REFUSED, refused.reason(), source);
      meters.deadLetter(letter, at);
      context.forward(
          new Record<>(request.key(), request.value(), now, letter.headers()), DEAD_LETTERS);
      return;
    }
    Journal.Entry entry =
        read instanceof Requests.Accepted accepted
            ? Journal.accepted(accepted.request(), source, at)
            : Journal.takenBack(((Requests.TakenBack) read).jobId(), source, at);
    context.forward(new Record<>(entry.key(), entry.value(), now, entry.headers()), JOURNAL);
  }
}
