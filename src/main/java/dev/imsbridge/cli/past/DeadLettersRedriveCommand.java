package dev.imsbridge.cli.past;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imsbridge.cli.common.ConfiguredCommand;
import dev.imsbridge.cli.common.ProgressBar;
import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.history.letters.LetterFilter;
import dev.imsbridge.history.letters.LetterJson;
import dev.imsbridge.history.letters.LetterPosition;
import dev.imsbridge.history.letters.Redrive;
import dev.imsbridge.service.KafkaAccess;
import dev.imsbridge.terminal.CommandFailure;
import dev.imsbridge.terminal.SafeText;
import dev.imsbridge.terminal.Terminal;
import dev.imsbridge.wire.TopicNames;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code imsbridge dead-letters redrive}: sends refused requests again, each exactly once. */
@Command(
    name = "redrive",
    description =
        "Sends refused requests again, with the same key and value, when the cause of the refusal"
            + " is removed. Each letter is sent once: a record on the topic of the dead letters"
            + " marks it. Letters of other topics and letters with truncated values cannot be sent."
            + " --all skips requests that were sent again before and refused again.")
final class DeadLettersRedriveCommand extends ConfiguredCommand {
  @Mixin private LetterSpan span;

  @Parameters(
      paramLabel = "PARTITION/OFFSET",
      arity = "0..*",
      description = "The letters, as `dead-letters list` names them.")
  private List<String> names = List.of();

  @Option(
      names = "--all",
      description = "Send all letters of requests; with --since and --until, those of that time.")
  private boolean all;

  @Option(
      names = "--refused-again",
      description = "With --all: also send requests that were sent again before and refused again.")
  private boolean refusedAgain;

  @Option(names = "--json", description = "Print JSON: one line per letter.")
  private boolean json;

  private final Map<Class<?>, Integer> counts = new HashMap<>();

  DeadLettersRedriveCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  public Integer call() throws Exception {
    Set<LetterPosition> positions = new TreeSet<>();
    names.forEach(name -> positions.add(LetterTopic.position(name)));
    if (all != positions.isEmpty()) {
      throw CommandFailure.usage(
          all
              ? "give either --all or letters, not both"
              : "dead-letters redrive: name letters (PARTITION/OFFSET), or give --all");
    }
    if ((span.given() || refusedAgain) && !all) {
      throw CommandFailure.usage("--since, --until and --refused-again need --all");
    }
    BridgeConfig config = config();
    TopicNames topics = config.topics();
    LetterFilter filter = all ? span.filter(topics.requests()) : LetterFilter.of(positions);
    LetterTopic letters = LetterTopic.of(config);
    KafkaAccess kafka = letters.kafka();
    try (Admin admin = kafka.admin();
        KafkaProducer<byte[], byte[]> producer = kafka.producer(Redrive.producer(topics));
        ProgressBar bar = new ProgressBar(terminal)) {
      new Redrive(producer, admin, letters.letters(), topics)
          .run(filter, refusedAgain || !all, this::print, bar::show);
    } catch (KafkaException e) {
      throw failure(kafka, topics, e);
    }
    terminal
        .err()
        .printf(
            "%s sent again, %s sent earlier, %s refused again, %s refused%n",
            letters(Redrive.Sent.class),
            letters(Redrive.SentEarlier.class),
            letters(Redrive.RefusedAgain.class),
            letters(Redrive.Refused.class));
    return counts.containsKey(Redrive.Refused.class) && !all ? CommandFailure.FAULT : 0;
  }

  private void print(Redrive.Outcome outcome) {
    ObjectNode line =
        JsonNodeFactory.instance.objectNode().put("letter", outcome.letter().toString());
    counts.merge(outcome.getClass(), 1, Integer::sum);
    String text;
    if (outcome instanceof Redrive.Sent done) {
      line.put("outcome", "sent").set("to", LetterJson.position(done.to()));
      text = "sent to " + done.to();
    } else if (outcome instanceof Redrive.SentEarlier earlier) {
      line.put("outcome", "sent-earlier").put("at", earlier.marker().at().toString());
      line.set("to", LetterJson.position(earlier.marker().to()));
      text =
          "not sent: it was sent at %s%s"
              .formatted(
                  earlier.marker().at(),
                  earlier.marker().to() == null ? "" : " to " + earlier.marker().to());
    } else if (outcome instanceof Redrive.RefusedAgain again) {
      line.put("outcome", "refused-again").put("from", again.from());
      text =
          "not sent: it is %s, which was sent again and refused again; name it, or give --refused-again"
              .formatted(again.from());
    } else {
      String reason = ((Redrive.Refused) outcome).reason();
      line.put("outcome", "refused").put("reason", reason);
      text = "refused: " + SafeText.safe(reason);
    }
    terminal.out().println(json ? line : outcome.letter() + "  " + text);
  }

  private String letters(Class<?> outcome) {
    int count = counts.getOrDefault(outcome, 0);
    return count == 1 ? "1 letter" : count + " letters";
  }

  private CommandFailure failure(KafkaAccess kafka, TopicNames topics, KafkaException e) {
    String so = "the redrive ended after %s: ".formatted(letters(Redrive.Sent.class));
    // A producer wraps the failure that ended its transaction.
    Throwable root = SafeText.root(e);
    if (root instanceof ProducerFencedException || root instanceof InvalidProducerEpochException) {
      return CommandFailure.fault(
          so + "another redrive has begun; call again when it has ended", e);
    }
    if (root instanceof TransactionalIdAuthorizationException) {
      return CommandFailure.fault(
          so
              + "this user lacks rights in Kafka at %s: WRITE on transactional id %s; see Rights in Kafka in docs/operations.md"
                  .formatted(kafka.bootstrap(), topics.redriveTransactions()),
          e);
    }
    return CommandFailure.fault(
        so
            + kafka.reason(
                e, each -> each.equals(topics.requests()) ? AclOperation.WRITE : AclOperation.READ)
            + "; call again: no letter is sent twice",
        e);
  }
}
