package dev.imsbridge.ims;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Credentials that expire. They are renewed ahead of their expiry, and at once if a server refuses
 * them. At most one renewal is in progress, and all waiting calls share it.
 *
 * <p>An interval between renewals protects an issuer that is down and a server that refuses
 * everything. The interval applies after a failed renewal and after a refusal. It doubles from 1 s
 * to 5 min. A successful renewal resets the interval after failed renewals. An accepted call at
 * least 1 min after the issue resets the interval after refusals. If a renewal fails, the current
 * credentials are used until they expire. Thread-safe.
 */
final class RenewingCredentials implements CredentialSource {
  private static final Logger LOG = LoggerFactory.getLogger(RenewingCredentials.class);
  private static final Duration MAX_LEAD = Duration.ofMinutes(10);
  private static final Duration MIN_INTERVAL = Duration.ofSeconds(1);
  private static final Duration MAX_INTERVAL = Duration.ofMinutes(5);
  private static final Duration PROVEN_AFTER = Duration.ofMinutes(1);

  private final String name;
  private final Issuer issuer;
  private final InstantSource clock;
  private final List<Consumer<Supply>> waiting = new ArrayList<>();
  private Ready current;
  private Instant issuedAt;
  private boolean issuing;
  private Instant notBefore = Instant.EPOCH;
  private int failures;
  private Unavailable lastFailure;
  private volatile int refusals;

  /**
   * @param name the project's name, for logs
   */
  RenewingCredentials(String name, Issuer issuer, InstantSource clock) {
    this.name = name;
    this.issuer = issuer;
    this.clock = clock;
  }

  @Override
  public void supply(Consumer<Supply> resultHandler) {
    Supply now = null;
    boolean issue;
    synchronized (this) {
      Instant time = clock.instant();
      if (current != null && time.isBefore(current.expiresAt())) {
        now = current;
        issue = !issuing && !time.isBefore(renewAt()) && !early(time, notBefore);
      } else if (!issuing && early(time, notBefore)) {
        now = lastFailure;
        issue = false;
      } else {
        waiting.add(resultHandler);
        issue = !issuing;
      }
      issuing |= issue;
    }
    if (now != null) {
      resultHandler.accept(now);
    }
    if (issue) {
      issuer.issue(this::issued);
    }
  }

  @Override
  public synchronized boolean refused(Credentials used) {
    if (current == null || !current.credentials().equals(used)) {
      return true;
    }
    Instant time = clock.instant();
    if (refusals > 0 && early(time, issuedAt.plus(interval(refusals)))) {
      return false;
    }
    refusals++;
    current = null;
    return true;
  }

  @Override
  public void accepted() {
    if (refusals != 0) {
      forgetRefusals();
    }
  }

  // Do not reset at the first accepted call. If one of many servers refuses all credentials, each
  // request to it would cause a renewal.
  private synchronized void forgetRefusals() {
    if (current != null && !clock.instant().isBefore(issuedAt.plus(PROVEN_AFTER))) {
      refusals = 0;
    }
  }

  private void issued(Supply answer) {
    Supply supply =
        answer instanceof Ready fresh && !clock.instant().isBefore(fresh.expiresAt())
            ? new Unavailable("the issued credentials have already expired: check the clock")
            : answer;
    List<Consumer<Supply>> waiters;
    synchronized (this) {
      issuing = false;
      if (supply instanceof Ready fresh) {
        current = fresh;
        issuedAt = clock.instant();
        failures = 0;
      } else {
        failures++;
        notBefore = clock.instant().plus(interval(failures));
        lastFailure = (Unavailable) supply;
      }
      waiters = List.copyOf(waiting);
      waiting.clear();
    }
    if (supply instanceof Ready fresh) {
      LOG.atInfo()
          .addKeyValue("project", name)
          .log("project {}: credentials renewed, valid until {}", name, fresh.expiresAt());
    } else {
      LOG.atWarn()
          .addKeyValue("project", name)
          .log("project {}: cannot renew credentials: {}", name, ((Unavailable) supply).detail());
    }
    waiters.forEach(resultHandler -> resultHandler.accept(supply));
  }

  private Instant renewAt() {
    Duration quarter = Duration.between(issuedAt, current.expiresAt()).dividedBy(4);
    return current.expiresAt().minus(quarter.compareTo(MAX_LEAD) < 0 ? quarter : MAX_LEAD);
  }

  // No interval exceeds the longest. A later time was computed before the clock was set back.
  private static boolean early(Instant time, Instant notBefore) {
    return time.isBefore(notBefore) && !time.plus(MAX_INTERVAL).isBefore(notBefore);
  }

  private static Duration interval(int timesInARow) {
    Duration interval = MIN_INTERVAL.multipliedBy(1L << Math.min(timesInARow - 1, 16));
    return interval.compareTo(MAX_INTERVAL) < 0 ? interval : MAX_INTERVAL;
  }
}
