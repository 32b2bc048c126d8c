package dev.imsbridge.simulator;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * A fault to inject: its type, the requests that meet it, and the details of the answer. Details
 * that the type does not use are ignored. Times follow the simulator's clock, except that {@code
 * delay} is real time; the speed factor applies to none of them. Immutable.
 *
 * @param probability that a request meets the fault, above 0 and at most 1; decided by the seed,
 *     the job id and the number of the GET
 * @param count number of requests that meet the fault before it is used up; 0 for no limit
 * @param after time from the first GET of a job until the fault begins
 * @param lasting time from {@code after} until the fault ends; null for no end
 * @param retryAfter sent in a 429 or 503, in whole seconds; null for no such header
 * @param policy named in a 429
 * @param quota named in a 429, and enforced by {@link FaultType#RATE_LIMIT}
 * @param delay of the slow types
 * @param bytes added to an oversized body, or to the inflated body of a gzip bomb; 1 byte to 4 GiB
 * @param code error code of {@link FaultType#AUTH_400}; null to rotate through the known codes
 */
@JsonDeserialize(builder = InjectedFault.Builder.class)
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
   * @throws IllegalArgumentException if a value is out of range; the message names it
   */
  public InjectedFault {
    if (!(probability > 0 && probability <= 1)) {
      throw new IllegalArgumentException("probability must be above 0 and at most 1");
    }
    if (count < 0) {
      throw new IllegalArgumentException("count must be 0 (no limit) or more");
    }
    if (bytes < 1 || bytes > MAX_BYTES) {
      throw new IllegalArgumentException("bytes must be 1 to " + MAX_BYTES);
    }
    if (type.changesBody() && target != FaultTarget.JOBS) {
      throw new IllegalArgumentException(type.word() + " is a fault of jobs only");
    }
    if (code != null && !code.matches("[A-Za-z0-9._-]{1,32}")) {
      throw new IllegalArgumentException("code must be an error code like IMG.0030");
    }
  }

  /** Returns a fault that every GET of a job meets, with the default details of its type. */
  public static InjectedFault of(FaultType type) {
    Builder builder = new Builder();
    builder.type = type;
    return builder.build();
  }

  public InjectedFault on(FaultTarget chosen) {
    return with(copy -> copy.target = chosen);
  }

  public InjectedFault withProbability(double share) {
    return with(copy -> copy.probability = share);
  }

  /** Limits the fault to the next {@code times} requests. */
  public InjectedFault times(int times) {
    return with(copy -> copy.count = times);
  }

  /** Delays the fault until this long after the first GET of a job. */
  public InjectedFault after(Duration age) {
    return with(copy -> copy.after = age);
  }

  /** Limits the fault to this long, counted from {@link #after()}. */
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
    return with(
        copy -> {
          copy.limit = chosen.limit();
          copy.time = chosen.period();
        });
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

  private InjectedFault with(Consumer<Builder> change) {
    Builder copy = new Builder(this);
    change.accept(copy);
    return copy.build();
  }

  /** The JSON form of a fault. Fields that are absent keep the defaults given here. */
  @JsonAutoDetect(fieldVisibility = JsonAutoDetect.Visibility.ANY)
  static final class Builder {
    private FaultType type;

    @JsonProperty("on")
    private FaultTarget target = FaultTarget.JOBS;

    private double probability = 1;
    private int count;
    private Duration after = Duration.ZERO;

    @JsonProperty("for")
    private Duration lasting;

    private Duration retryAfter;
    private ThrottlePolicy policy = ThrottlePolicy.USER;
    private int limit = 200;
    private String time = "5 minute";
    private Duration delay = Duration.ofSeconds(30);
    private Long bytes;
    private String code;

    Builder() {}

    private Builder(InjectedFault fault) {
      type = fault.type;
      target = fault.target;
      probability = fault.probability;
      count = fault.count;
      after = fault.after;
      lasting = fault.lasting;
      retryAfter = fault.retryAfter;
      policy = fault.policy;
      limit = fault.quota.limit();
      time = fault.quota.period();
      delay = fault.delay;
      bytes = fault.bytes;
      code = fault.code;
    }

    InjectedFault build() {
      if (type == null) {
        throw new IllegalArgumentException("a fault needs a type");
      }
      long defaultBytes = type == FaultType.GZIP_BOMB ? 256L << 20 : 8L << 20;
      try {
        return new InjectedFault(
            type,
            target,
            probability,
            count,
            after,
            lasting,
            retryAfter,
            policy,
            CallQuota.of(limit, time),
            delay,
            bytes == null ? defaultBytes : bytes,
            code);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(type.word() + ": " + e.getMessage(), e);
      }
    }
  }
}
