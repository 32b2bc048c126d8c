package dev.imsbridge.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.job.Evidence;
import dev.imsbridge.job.Fold;
import dev.imsbridge.job.JobRequest;
import dev.imsbridge.job.JobTree;
import dev.imsbridge.job.Output;
import dev.imsbridge.job.Output.Audited;
import dev.imsbridge.job.Output.Completion;
import dev.imsbridge.job.Output.Status;
import dev.imsbridge.job.Output.Transition;
import dev.imsbridge.job.Output.WatchOpened;
import dev.imsbridge.job.RandomScenario;
import dev.imsbridge.job.Seeds;
import dev.imsbridge.job.Step;
import dev.imsbridge.job.Story;
import dev.imsbridge.wire.AuditChain;
import dev.imsbridge.wire.Checkpoint;
import dev.imsbridge.wire.CloudEvent.Mode;
import dev.imsbridge.wire.Event;
import dev.imsbridge.wire.Events;
import dev.imsbridge.wire.ImsExamples;
import dev.imsbridge.wire.LogPosition;
import dev.imsbridge.wire.StepObservation;
import dev.imsbridge.wire.StoreCodec;
import dev.imsbridge.wire.Watches;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Test;

/**
 * Runs random histories through all encodings: each step as a record of the observations topic,
 * through the fold, to the bytes of every event. With restarts, the tree also passes through the
 * store after each step.
 */
class LogCodecLawsTest {
  private static final int CASES = 80;
  private static final byte[] KEY = Story.ROOT.getBytes(UTF_8);
  private static final AuditChain.Source SOURCE =
      new AuditChain.Source(
          new Evidence("observations", 0, 0), AuditChain.ORIGIN, AuditChain.ORIGIN);

  /** Everything that one history published, as bytes. */
  private record Published(List<String> events, List<Event> audit, List<String> moves) {}

  @Test
  void shouldPublishTheSameBytesForTheSameInputsWithOrWithoutARestartAtAnyStep() {
    Seeds.each(
        CASES,
        random -> {
          List<Step> steps = RandomScenario.anything(random);
          Published straight = publish(steps, Mode.BINARY, false);
          Published restarted = publish(steps, Mode.BINARY, true);
          assertThat(restarted.events()).isEqualTo(straight.events());
          assertThat(restarted.audit().stream().map(LogCodecLawsTest::text))
              .containsExactlyElementsOf(
                  straight.audit().stream().map(LogCodecLawsTest::text).toList());
        });
  }

  @Test
  void shouldUnderstandFromTheBytesWhatTheHistorySays() {
    Seeds.each(
        CASES,
        random -> {
          List<Step> steps = RandomScenario.anything(random);
          List<String> direct = new ArrayList<>();
          JobTree tree = null;
          for (Step step : steps) {
            Fold.Folded folded = Fold.fold(RandomScenario.rules(), tree, step.input());
            tree = folded.tree();
            direct.addAll(moves(folded.outputs()));
          }
          assertThat(publish(steps, Mode.STRUCTURED, true).moves()).isEqualTo(direct);
        });
  }

  @Test
  void shouldChainTheAuditSoThatAnyChangeOfItShows() {
    Seeds.each(
        CASES / 4,
        random -> {
          List<Event> audit =
              new ArrayList<>(publish(RandomScenario.anything(random), Mode.BINARY, true).audit());
          assertThat(verified(audit)).isTrue();

          int at = random.nextInt(audit.size());
          List<Event> missing = new ArrayList<>(audit);
          missing.remove(at);
          assertThat(verified(missing)).as("one missing").isEqualTo(at == audit.size() - 1);
          if (at < audit.size() - 1) {
            List<Event> swapped = new ArrayList<>(audit);
            swapped.set(at, swapped.set(at + 1, swapped.get(at)));
            assertThat(verified(swapped)).as("two swapped").isFalse();
            List<Event> changed = new ArrayList<>(audit);
            byte[] other = changed.get(at).value().clone();
            other[other.length - 5] ^= 1;
            changed.set(at, new Event(other, changed.get(at).headers()));
            assertThat(verified(changed)).as("one changed").isFalse();
          }
        });
  }

  private static boolean verified(List<Event> audit) {
    AuditChain.Head head = AuditChain.Head.START;
    for (Event entry : audit) {
      AuditChain.Link link = head.next(SOURCE);
      String text = new String(entry.value(), UTF_8);
      if (!text.contains("\"position\":" + link.position() + ",")
          || !text.contains("\"previous_hash\":\"" + link.previousHash() + "\"")) {
        return false;
      }
      head = head.afterEntry(AuditChain.hash(KEY, entry.value(), entry.headers(), 0));
    }
    return true;
  }

  // ---- encoding and decoding

  private static Published publish(List<Step> steps, Mode mode, boolean restarts) {
    Events events = new Events(mode);
    Published published = new Published(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    Set<String> ids = new HashSet<>();
    AuditChain.Head head = AuditChain.Head.START;
    JobTree tree = null;
    for (Step step : steps) {
      LogCodec.Decoded read = read(step);
      if (!(read instanceof LogCodec.Valid understood)) {
        throw new AssertionError("not understood: " + step + ": " + read);
      }
      Fold.Folded folded = Fold.fold(RandomScenario.rules(), tree, understood.input());
      tree = folded.tree();
      published.moves().addAll(moves(folded.outputs()));
      for (Output output : folded.outputs()) {
        Event event = event(events, output, step, tree, head);
        if (event == null) {
          continue;
        }
        published.events().add(text(event));
        assertThat(ImsExamples.json(event.value()).isObject()).isTrue();
        if (output instanceof Audited) {
          published.audit().add(event);
          head = head.afterEntry(AuditChain.seal(KEY, event, 0));
        }
        Header id = event.headers().lastHeader("ce_id");
        assertThat(id == null || ids.add(new String(id.value(), UTF_8)))
            .as("an id used twice: %s", output)
            .isTrue();
      }
      if (restarts && tree != null) {
        JobTree back = StoreCodec.tree(StoreCodec.encode(tree));
        assertThat(StoreCodec.encode(back)).isEqualTo(StoreCodec.encode(tree));
        assertThat(back.nodes().keySet()).containsExactlyElementsOf(tree.nodes().keySet());
        tree = back;
        head =
            StoreCodec.checkpoint(
                    StoreCodec.encode(new Checkpoint(head, LogPosition.before("topic"))))
                .head();
      }
    }
    return published;
  }

  private static Event event(
      Events events, Output output, Step step, JobTree tree, AuditChain.Head head) {
    JobRequest request = tree == null ? null : tree.request();
    if (output instanceof Transition transition) {
      return events.transition(transition);
    } else if (output instanceof Completion completion) {
      return events.completion(completion);
    } else if (output instanceof Status status) {
      return new Event(
          events.status(status.state()),
          new org.apache.kafka.common.header.internals.RecordHeaders());
    } else if (output instanceof WatchOpened opened) {
      assertThat(Watches.decode(Watches.encode(opened.watch()))).contains(opened.watch());
      return null;
    } else if (output instanceof Audited audited) {
      return events.audit(
          audited, Story.ROOT, request, step.evidence(), step.at(), head.next(SOURCE));
    }
    return null;
  }

  private static LogCodec.Decoded read(Step step) {
    if (step.kind() == Step.Kind.REQUEST) {
      OutputRecord entry = LogCodec.encodeRequest(step.request(), step.evidence(), step.at());
      return LogCodec.decode(
          new LogRecord(
              step.evidence(), entry.key(), entry.value(), entry.headers(), Long.MAX_VALUE));
    } else if (step.kind() == Step.Kind.CANCEL) {
      OutputRecord entry = LogCodec.encodeCancel(Story.ROOT, step.evidence(), step.at());
      return LogCodec.decode(
          new LogRecord(
              step.evidence(), entry.key(), entry.value(), entry.headers(), Long.MAX_VALUE));
    }
    ProducerRecord<byte[], byte[]> record = StepObservation.of(step).record("observations", 0);
    return LogCodec.decode(
        new LogRecord(
            step.evidence(), record.key(), record.value(), record.headers(), Long.MAX_VALUE));
  }

  private static List<String> moves(List<Output> outputs) {
    return outputs.stream()
        .filter(output -> output instanceof Transition || output instanceof Completion)
        .map(
            output ->
                output instanceof Transition transition
                    ? transition.state().jobId() + " " + transition.state().status()
                    : ((Completion) output).outcome().name())
        .toList();
  }

  private static String text(Event event) {
    StringBuilder text = new StringBuilder();
    Set<String> names = new HashSet<>();
    for (Header header : event.headers()) {
      assertThat(names.add(header.key())).as("a header twice: %s", header).isTrue();
      text.append(header.key()).append('=').append(new String(header.value(), UTF_8)).append('\n');
    }
    return text.append(new String(event.value(), UTF_8)).toString();
  }
}
