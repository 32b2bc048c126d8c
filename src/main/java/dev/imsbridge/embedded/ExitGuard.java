package dev.imsbridge.embedded;

import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import org.apache.kafka.common.utils.internals.Exit;

/**
 * Prevents Kafka from ending the process. If a broker calls exit or halt, the guard reports a fault
 * to all nodes of this process and throws an {@link Error} that ends the calling thread.
 *
 * <p>Kafka holds its exit procedures in static fields and does not identify the calling broker. The
 * guard is therefore static, and every node receives every fault. The procedures stay installed,
 * because a thread that outlives its broker must not halt the process either. Thread-safe.
 */
final class ExitGuard {

  private static final Set<FaultReporter> REPORTERS = new CopyOnWriteArraySet<>();

  private ExitGuard() {}

  static void add(FaultReporter reporter) {
    Exit.setExitProcedure(ExitGuard::refuse);
    Exit.setHaltProcedure(ExitGuard::refuse);
    REPORTERS.add(reporter);
  }

  static void remove(FaultReporter reporter) {
    REPORTERS.remove(reporter);
  }

  private static void refuse(int status, String message) {
    var reason =
        message == null
            ? "it exited with status " + status + "; see its log for the cause"
            : message;
    var refused = new ExitRefused(reason);
    REPORTERS.forEach(each -> each.failed(reason, refused));
    throw refused;
  }

  /** Thrown instead of exit or halt, because the code after such a call must not run. */
  private static final class ExitRefused extends Error {
    private static final long serialVersionUID = 1L;

    ExitRefused(String reason) {
      super("The broker must not end this process: " + reason);
    }
  }
}
