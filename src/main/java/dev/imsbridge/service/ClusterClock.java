package dev.imsbridge.service;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.QuorumInfo;
import org.apache.kafka.clients.admin.QuorumInfo.ReplicaState;

/**
 * Compares this machine's clock with the cluster's. Kafka has no request for its time, but the
 * controller returns it in the description of its quorum. This needs DESCRIBE on the cluster.
 */
public final class ClusterClock {
  static final String SUBJECT = "clock kafka";

  /**
   * Brokers reject records from this far in the future ({@code message.timestamp.after.max.ms}).
   */
  private static final Duration REJECTED = Duration.ofHours(1);

  private static final Duration TOLERATED = Duration.ofMinutes(1);
  private static final int PATIENCE_SECONDS = 5;

  private ClusterClock() {}

  public static Finding check(Admin admin, InstantSource clock) throws InterruptedException {
    Optional<Duration> measured = ahead(admin, clock);
    if (measured.isEmpty()) {
      return Finding.ok(SUBJECT, "not compared: Kafka did not return its time");
    }
    Duration ahead = measured.get();
    if (ahead.abs().compareTo(TOLERATED) < 0) {
      return Finding.ok(SUBJECT, "agrees with the clock of Kafka");
    }
    String text =
        "this machine's clock is %s s %s the clock of Kafka"
            .formatted(ahead.abs().toSeconds(), ahead.isNegative() ? "behind" : "ahead of");
    String cure = "set this machine's clock, and keep it by NTP";
    return ahead.compareTo(REJECTED) >= 0
        ? Finding.fail(SUBJECT, text + ": Kafka rejects its records", cure)
        : Finding.warn(SUBJECT, text + ": events get wrong times", cure);
  }

  /**
   * Returns how far this machine's clock is ahead; empty if the cluster does not return its time.
   */
  private static Optional<Duration> ahead(Admin admin, InstantSource clock)
      throws InterruptedException {
    try {
      QuorumInfo quorum =
          admin.describeMetadataQuorum().quorumInfo().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      Instant now = clock.instant();
      return quorum.voters().stream()
          .filter(voter -> voter.replicaId() == quorum.leaderId())
          .map(ReplicaState::lastCaughtUpTimestamp)
          .flatMapToLong(OptionalLong::stream)
          .filter(millis -> millis > 0)
          .mapToObj(millis -> Duration.between(Instant.ofEpochMilli(millis), now))
          .findFirst();
    } catch (ExecutionException | TimeoutException e) {
      return Optional.empty();
    }
  }
}
