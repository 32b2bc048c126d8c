package dev.imsbridge.embedded;

import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.function.Consumer;
import org.apache.kafka.common.utils.Exit;

/**
 * Stands between Kafka and the end of the process: where the broker would halt the JVM, the nodes
 * of this process hear of it instead, and the thread that asked is ended by an {@link Error}.
 *
 * <p>Kafka keeps its exit procedures in static fields and does not say which broker calls, so this
 * is static too, and every node hears of every fault. Once set, the procedures stay: a thread that
 * outlives its broker must not halt the process either. Safe for any thread.
 */
final class ExitGuard {

  private static final Set<Consumer<BrokerFault>> NODES = new CopyOnWriteArraySet<>();

  private ExitGuard() {}

  static void add(Consumer<BrokerFault> node) {
    Exit.setExitProcedure(ExitGuard::refuse);
    Exit.setHaltProcedure(ExitGuard::refuse);
    NODES.add(node);
  }

  static void remove(Consumer<BrokerFault> node) {
    NODES.remove(node);
  }

  private static void refuse(int status, String message) {
    var reason =
        message == null ? "it gave up with status " + status + "; its log says why" : message;
    var refused = new Refused(reason);
    NODES.forEach(node -> node.accept(BrokerFault.of(reason, refused)));
    throw refused;
  }

  /** Ends the thread that wanted to end the process: its caller does not expect to come back. */
  private static final class Refused extends Error {
    private static final long serialVersionUID = 1L;

    Refused(String reason) {
      super("The broker may not end this process: " + reason);
    }
  }
}
