package dev.imsbridge.cli;

import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.service.ClusterClock;
import dev.imsbridge.service.Finding;
import dev.imsbridge.service.GroupCheck;
import dev.imsbridge.service.KafkaAccess;
import dev.imsbridge.service.KafkaRights;
import dev.imsbridge.service.Roles;
import dev.imsbridge.service.TopicAccess;
import dev.imsbridge.service.TransactionCheck;
import dev.imsbridge.terminal.CommandFailure;
import dev.imsbridge.terminal.SafeText;
import dev.imsbridge.topics.TopicAccessException;
import dev.imsbridge.topics.TopicPlan;
import dev.imsbridge.topics.Topics;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterResult;

/** Checks the configured cluster and its topics. Used by one thread. */
final class KafkaCheck {
  private static final String CLUSTER = "kafka";
  private static final String TOPICS = "topics";
  private static final String RIGHTS = "rights";
  private static final String GRANTS =
      "the user of the bridge the rights that `imsbridge topics acls` prints";
  private static final int TIMEOUT_SECONDS = 12;
  private static final int FEW = 3;
  private static final Duration SLOW = Duration.ofMillis(500);

  private final BridgeConfig config;
  private final KafkaAccess kafka;
  private boolean reachable;

  KafkaCheck(BridgeConfig config) {
    this.config = config;
    kafka = KafkaAccess.of(config);
  }

  /** Whether {@link #cluster} found a cluster. */
  boolean reachable() {
    return reachable;
  }

  Finding cluster() throws InterruptedException {
    try (Admin admin = kafka.admin()) {
      // The first call connects; only the second is measured.
      describe(admin);
      long from = System.nanoTime();
      String found = describe(admin);
      Duration took = Duration.ofNanos(System.nanoTime() - from);
      reachable = true;
      String text =
          "%s: %s; answers within %s ms"
              .formatted(kafka.bootstrap(), found, Math.max(1, took.toMillis()));
      return took.compareTo(SLOW) < 0
          ? Finding.ok(CLUSTER, text)
          : Finding.warn(
              CLUSTER, text, "run the bridge nearer to its brokers, or check their load");
    } catch (CommandFailure e) {
      return Finding.fail(CLUSTER, e.getMessage(), "correct the settings under kafka.");
    } catch (ExecutionException | TimeoutException e) {
      return unreachable(e);
    }
  }

  private static String describe(Admin admin)
      throws InterruptedException, ExecutionException, TimeoutException {
    DescribeClusterResult cluster = admin.describeCluster();
    int brokers = cluster.nodes().get(TIMEOUT_SECONDS, TimeUnit.SECONDS).size();
    return "cluster %s, %s %s"
        .formatted(
            SafeText.line(cluster.clusterId().get(TIMEOUT_SECONDS, TimeUnit.SECONDS)),
            brokers,
            brokers == 1 ? "broker" : "brokers");
  }

  private Finding unreachable(Exception cause) {
    if (config.embedded()) {
      return Finding.warn(
          CLUSTER,
          "none is configured, and none runs at " + kafka.bootstrap(),
          "nothing for an embedded broker: `imsbridge run` starts it;"
              + " otherwise set kafka.bootstrap.servers");
    }
    return kafka
        .refusal()
        .in(cause, "", topic -> null)
        .map(refused -> Finding.fail(CLUSTER, refused, "correct the settings under kafka."))
        .orElseGet(() -> noAnswer(cause));
  }

  private Finding noAnswer(Exception cause) {
    return Finding.fail(
        CLUSTER,
        "no broker answers at " + kafka.bootstrap() + ": " + SafeText.reason(cause),
        "check kafka.bootstrap.servers, the network, and kafka.security.protocol");
  }

  /** Compares this machine's clock with Kafka's. */
  Finding clock() throws InterruptedException {
    try (Admin admin = kafka.admin()) {
      return ClusterClock.check(admin, InstantSource.system());
    }
  }

  Finding topics() throws InterruptedException {
    TopicAccess access = new TopicAccess(kafka, config);
    TopicPlan plan;
    try {
      plan = access.with(Topics::plan);
    } catch (TopicAccessException | CommandFailure e) {
      return Finding.fail(
          TOPICS,
          SafeText.safe(String.valueOf(e.getMessage())),
          "see Topics and Rights in Kafka in docs/operations.md");
    }
    TopicPlan obstacles = access.obstacles(plan);
    if (obstacles.drift()) {
      return Finding.fail(TOPICS, text(obstacles), TopicAccess.cure(obstacles));
    }
    if (plan.drift()) {
      return Finding.warn(TOPICS, text(plan), "run `imsbridge topics apply`");
    }
    return Finding.ok(TOPICS, "as declared");
  }

  /** Checks whether the user has all rights that a bridge needs. */
  Finding rights() throws InterruptedException {
    try (Admin admin = kafka.admin()) {
      new KafkaRights(config, Roles.ALL, true).check(kafka, admin);
      return Finding.ok(RIGHTS, "all that topics need");
    } catch (CommandFailure e) {
      return Finding.fail(RIGHTS, e.getMessage(), "give " + GRANTS);
    }
  }

  /** Checks that no other program uses the bridge's consumer groups. */
  Finding groups() throws InterruptedException {
    try (Admin admin = kafka.admin()) {
      return new GroupCheck(kafka, config).check(admin);
    } catch (CommandFailure e) {
      return Finding.fail(
          GroupCheck.SUBJECT,
          e.getMessage(),
          "correct the settings under kafka., or give " + GRANTS);
    }
  }

  /** Checks that no open transaction blocks the consumers of the bridge's topics. */
  Finding transactions() throws InterruptedException {
    try (Admin admin = kafka.admin()) {
      return new TransactionCheck(kafka, config).check(admin);
    }
  }

  private static String text(TopicPlan plan) {
    List<String> lines = plan.text().lines().map(SafeText::safe).toList();
    String few = lines.stream().limit(FEW).collect(Collectors.joining("; "));
    return lines.size() <= FEW ? few : few + "; and " + (lines.size() - FEW) + " more";
  }
}
