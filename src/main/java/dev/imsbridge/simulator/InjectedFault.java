package dev.imsbridge.simulator;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * A fault to show, when, and with what particulars. Particulars that its type has no use for are
 * ignored. Times are real, or rather the simulator's clock's: the speed factor does not touch them.
 *
 * @param probability of meeting a request, decided by seed, job id and the number of the GET
 * @param count how many requests it meets before it is used up; 0: any number
 * @param after how long after a job's first GET it begins
 * @param lasting how long it lasts from then on; null: for ever
 * @param retryAfter sent in a 429 or 503, in whole seconds; null: not sent
 * @param delay of the slow ones
 * @param bytes of an oversized body, or of a bomb when inflated
 * @param code of {@link FaultType#AUTH_400}; null: they take turns
 */
public record InjectedFault(
    FaultType type,
    FaultTarget target,
    double probability,
    int count,
    Duration after,
    Duration lasting,
    Duration retryAfter,
    ThrottlePolicy policy,
    CallQuota quota,
    Duration delay,
    long bytes,
    String code) {
  private static final long MAX_BYTES = 4L << 30;

  /**
   * @throws IllegalArgumentException when a number is out of its range; the message says which
   */
  public InjectedFault {
    if (!(probability > 0 && probability <= 1)) {
      throw new IllegalArgumentException("probability must be above 0 and at most 1");
    }
    if (count < 0) {
      throw new IllegalArgumentException("count must be 0 (any number) or more");
    }
    if (bytes < 1 || bytes > MAX_BYTES) {
      throw new IllegalArgumentException("bytes must be 1 to " + MAX_BYTES);
    }
    if (type.bodyFault() != BodyFault.NONE && target != FaultTarget.JOBS) {
      throw new IllegalArgumentException(type.word() + " is a fault of jobs only");
    }
    if (code != null && !code.matches("[A-Za-z0-9._-]{1,32}")) {
      throw new IllegalArgumentException("code must be an error code like IMG.0030");
    }
  }

  /** That fault for every GET of a job. */
  public static InjectedFault of(FaultType type) {
    return new InjectedFault(
        type,
        FaultTarget.JOBS,
        1,
        0,
        Duration.ZERO,
        null,
        null,
        ThrottlePolicy.USER,
        CallQuota.of(200, "5 minute"),
        Duration.ofSeconds(30),
        type == FaultType.GZIP_BOMB ? 256L << 20 : 8L << 20,
        null);
  }

  public InjectedFault on(FaultTarget chosen) {
    return with(copy -> copy.target = chosen);
  }

  public InjectedFault withProbability(double share) {
    return with(copy -> copy.probability = share);
  }

  /** Only the next {@code times} requests. */
  public InjectedFault times(int times) {
    return with(copy -> copy.count = times);
  }

  /** Only from this long after a job's first GET on. */
  public InjectedFault after(Duration age) {
    return with(copy -> copy.after = age);
  }

  /** Only for this long, counted from {@link #after()}. */
  public InjectedFault lasting(Duration length) {
    return with(copy -> copy.lasting = length);
  }

  public InjectedFault withRetryAfter(Duration wait) {
    return with(copy -> copy.retryAfter = wait);
  }

  public InjectedFault withPolicy(ThrottlePolicy chosen) {
    return with(copy -> copy.policy = chosen);
  }

  public InjectedFault withQuota(CallQuota chosen) {
    return with(copy -> copy.quota = chosen);
  }

  public InjectedFault withDelay(Duration chosen) {
    return with(copy -> copy.delay = chosen);
  }

  public InjectedFault withBytes(long chosen) {
    return with(copy -> copy.bytes = chosen);
  }

  public InjectedFault withCode(String chosen) {
    return with(copy -> copy.code = chosen);
  }

  private InjectedFault with(Consumer<Copy> change) {
    Copy copy = new Copy(this);
    change.accept(copy);
    return copy.fault();
  }

  /** What a fault consists of, to be changed. */
  private static final class Copy {
    private final FaultType type;
    private FaultTarget target;
    private double probability;
    private int count;
    private Duration after;
    private Duration lasting;
    private Duration retryAfter;
    private ThrottlePolicy policy;
    private CallQuota quota;
    private Duration delay;
    private long bytes;
    private String code;

    Copy(InjectedFault fault) {
      type = fault.type;
      target = fault.target;
      probability = fault.probability;
      count = fault.count;
      after = fault.after;
      lasting = fault.lasting;
      retryAfter = fault.retryAfter;
      policy = fault.policy;
      quota = fault.quota;
      delay = fault.delay;
      bytes = fault.bytes;
      code = fault.code;
    }

    InjectedFault fault() {
      return new InjectedFault(
          type,
          target,
          probability,
          count,
          after,
          lasting,
          retryAfter,
          policy,
          quota,
          delay,
          bytes,
          code);
    }
  }
}
