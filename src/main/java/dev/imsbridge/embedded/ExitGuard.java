package dev.imsbridge.embedded;

import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import org.apache.kafka.common.utils.internals.Exit;

/**
 * Keeps Kafka from ending the process. When a broker calls exit or halt, the guard reports a fault
 * to all nodes of this process instead and ends the calling thread with an {@link Error}.
 *
 * <p>Kafka holds its exit procedures in static fields and does not identify the calling broker. The
 * guard is therefore static, and every node receives every fault. The procedures stay installed,
 * because a thread that outlives its broker must not halt the process either. Thread-safe.
 */
final class ExitGuard {

  private static final Set<FaultReporter> NODES = new CopyOnWriteArraySet<>();

  private ExitGuard() {}

  static void add(FaultReporter node) {
    Exit.setExitProcedure(ExitGuard::refuse);
    Exit.setHaltProcedure(ExitGuard::refuse);
    NODES.add(node);
  }

  static void remove(FaultReporter node) {
    NODES.remove(node);
  }

  private static void refuse(int status, String message) {
    var reason =
        message == null
            ? "it ended with exit status " + status + "; see its log for the cause"
            : message;
    var refused = new ExitRefused(reason);
    NODES.forEach(node -> node.failed(reason, refused));
    throw refused;
  }

  /** Ends the calling thread, because code after a call of exit or halt must not run. */
  private static final class ExitRefused extends Error {
    private static final long serialVersionUID = 1L;

    ExitRefused(String reason) {
      super("The broker must not end this process: " + reason);
    }
  }
}
