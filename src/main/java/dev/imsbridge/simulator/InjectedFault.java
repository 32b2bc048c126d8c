package dev.imsbridge.simulator;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.regex.Pattern;

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
 * @param limit number of calls per {@code time}; named in a 429, and enforced by {@link
 *     FaultType#RATE_LIMIT}
 * @param time a number and a unit, such as {@code 5 minute}
 * @param delay of the slow types
 * @param bytes added to an oversized body, or to the inflated body of a gzip bomb; 1 byte to 4 GiB
 * @param code error code of {@link FaultType#AUTH_400}; null to rotate through the known codes
 */
public record InjectedFault(
    FaultType type,
    @JsonProperty("on") FaultTarget target,
    Double probability,
    Integer count,
    Duration after,
    @JsonProperty("for") Duration lasting,
    Duration retryAfter,
    ThrottlePolicy policy,
    Integer limit,
    String time,
    Duration delay,
    Long bytes,
    String code) {
  private static final long MAX_BYTES = 4L << 30;
  private static final Pattern TIME = Pattern.compile("[1-9][0-9]{0,5} (second|minute|hour|day)");

  /**
   * Replaces each null by the default of its component.
   *
   * @throws IllegalArgumentException if a value is out of range; the message names it
   */
  public InjectedFault {
    if (type == null) {
      throw new IllegalArgumentException("a fault needs a type");
    }
    target = requireNonNullElse(target, FaultTarget.JOBS);
    probability = requireNonNullElse(probability, 1.0);
    count = requireNonNullElse(count, 0);
    after = requireNonNullElse(after, Duration.ZERO);
    policy = requireNonNullElse(policy, ThrottlePolicy.USER);
    limit = requireNonNullElse(limit, 200);
    time = requireNonNullElse(time, "5 minute");
    delay = requireNonNullElse(delay, Duration.ofSeconds(30));
    bytes = requireNonNullElse(bytes, type == FaultType.GZIP_BOMB ? 256L << 20 : 8L << 20);
    require(
        TIME.matcher(time).matches(),
        type,
        "time must be a number and second, minute, hour or day, like \"5 minute\"");
    require(limit >= 1, type, "a quota needs a limit and a time of at least 1");
    require(probability > 0 && probability <= 1, type, "probability must be above 0 and at most 1");
    require(count >= 0, type, "count must be 0 (no limit) or more");
    require(bytes >= 1 && bytes <= MAX_BYTES, type, "bytes must be 1 to " + MAX_BYTES);
    require(
        !type.changesBody() || target == FaultTarget.JOBS,
        type,
        type.word() + " is a fault of jobs only");
    require(
        code == null || code.matches("[A-Za-z0-9._-]{1,32}"),
        type,
        "code must be an error code like IMG.0030");
  }

  private static void require(boolean condition, FaultType type, String message) {
    if (!condition) {
      throw new IllegalArgumentException(type.word() + ": " + message);
    }
  }

  /** The length of {@link #time}. */
  Duration window() {
    String[] parts = time.split(" ", -1);
    ChronoUnit unit = ChronoUnit.valueOf(parts[1].toUpperCase(Locale.ROOT) + "S");
    return Duration.of(Integer.parseInt(parts[0]), unit);
  }
}
