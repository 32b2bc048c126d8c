package dev.imsbridge.service;

import static java.util.Comparator.comparing;

import dev.imsbridge.config.BridgeConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;

/** Detects transactions that block the consumers of the bridge's topics. */
public final class TransactionCheck {
  static final String SUBJECT = "transactions";
  private static final String RUNBOOK = "ImsBridgeTransactionHangs in docs/operations.md";

  /** Kafka aborts the transaction of a dead bridge after 12 to 22 s. */
  private static final Duration MAX_WAIT = Duration.ofSeconds(30);

  private static final int PAUSE_MS = 500;
  private static final int MAX_DESCRIBED = 3;

  private final KafkaAccess kafka;
  private final Set<String> topics;

  public TransactionCheck(KafkaAccess kafka, BridgeConfig config) {
    this.kafka = kafka;
    topics = new KafkaRights(config, Roles.ALL, true).needed().keySet();
  }

  /**
   * Checks that all transactions that are open now end. Waits for up to 30 s; the transactions of a
   * running bridge end several times a second.
   */
  public Finding check(Admin admin) throws InterruptedException {
    return check(admin, MAX_WAIT);
  }

  Finding check(Admin admin, Duration maxWait) throws InterruptedException {
    long begin = System.nanoTime();
    Set<OpenTransaction> open = OpenTransaction.find(admin, topics);
    while (!open.isEmpty() && System.nanoTime() - begin < maxWait.toNanos()) {
      TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
      open.retainAll(OpenTransaction.find(admin, topics));
    }
    return open.isEmpty() ? Finding.ok(SUBJECT, "none stays open") : found(admin, open);
  }

  private Finding found(Admin admin, Set<OpenTransaction> open) throws InterruptedException {
    List<String> texts = new ArrayList<>();
    List<String> commands = new ArrayList<>();
    for (OpenTransaction each :
        open.stream()
            .sorted(comparing(one -> one.partition().toString()))
            .limit(MAX_DESCRIBED)
            .toList()) {
      texts.add(each.describe(admin));
      commands.add(each.abortCommand(kafka.bootstrap()));
    }
    if (open.size() > MAX_DESCRIBED) {
      texts.add("and " + (open.size() - MAX_DESCRIBED) + " more");
    }
    return Finding.fail(
        SUBJECT,
        String.join("; ", texts) + "; consumers wait for its end",
        "unless its producer still runs: %s (see %s)"
            .formatted(String.join("; ", commands), RUNBOOK));
  }
}
