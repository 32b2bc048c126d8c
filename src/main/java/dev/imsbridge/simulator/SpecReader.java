package dev.imsbridge.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imsbridge.job.JobStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Reads wishes for jobs and faults from JSON; what it can't read is a {@link BadInputException}.
 */
final class SpecReader {
  private static final int MAX_FAULTS = 100;

  private SpecReader() {}

  static JobSpec job(JsonNode node) {
    Fields fields =
        new Fields(
            node,
            "job_id",
            "job_type",
            "duration",
            "outcome",
            "sub_jobs",
            "listing",
            "error_code",
            "fail_reason",
            "faults");
    try {
      return new JobSpec(
          fields.text("job_id"),
          type(fields.text("job_type")),
          fields.duration("duration"),
          succeeds(fields.choice("outcome", JobStatus.class)),
          fields.integer("sub_jobs"),
          fields.choice("listing", SubJobListing.class),
          fields.text("error_code"),
          fields.text("fail_reason"),
          faults(fields.node("faults")));
    } catch (IllegalArgumentException e) {
      throw new BadInputException(e.getMessage());
    }
  }

  /** A list of faults, bare or as the field {@code faults}. */
  static List<InjectedFault> faultList(JsonNode node) {
    return faults(node.isObject() ? new Fields(node, "faults").node("faults") : node);
  }

  private static List<InjectedFault> faults(JsonNode node) {
    if (node == null) {
      return List.of();
    }
    if (!node.isArray() || node.size() > MAX_FAULTS) {
      throw new BadInputException("faults must be a list of at most " + MAX_FAULTS);
    }
    List<InjectedFault> faults = new ArrayList<>();
    node.forEach(element -> faults.add(fault(element)));
    return faults;
  }

  private static InjectedFault fault(JsonNode node) {
    Fields fields =
        new Fields(
            node,
            "type",
            "on",
            "probability",
            "count",
            "after",
            "for",
            "retry_after",
            "policy",
            "limit",
            "time",
            "delay",
            "bytes",
            "code");
    FaultType type = fields.choice("type", FaultType.class);
    if (type == null) {
      throw new BadInputException("a fault needs a type");
    }
    InjectedFault base = InjectedFault.of(type);
    try {
      return new InjectedFault(
          type,
          or(fields.choice("on", FaultTarget.class), base.target()),
          or(fields.number("probability"), base.probability()),
          or(fields.integer("count"), base.count()),
          or(fields.duration("after"), Duration.ZERO),
          fields.duration("for"),
          fields.duration("retry_after"),
          or(fields.choice("policy", ThrottlePolicy.class), base.policy()),
          CallQuota.of(
              or(fields.integer("limit"), base.quota().limit()),
              or(fields.text("time"), base.quota().period())),
          or(fields.duration("delay"), base.delay()),
          or(fields.longInteger("bytes"), base.bytes()),
          fields.text("code"));
    } catch (IllegalArgumentException e) {
      throw new BadInputException(type.word() + ": " + e.getMessage());
    }
  }

  private static <T> T or(T chosen, T otherwise) {
    return Objects.requireNonNullElse(chosen, otherwise);
  }

  private static ImsJobType type(String wireName) {
    if (wireName == null) {
      return null;
    }
    return ImsJobType.of(wireName)
        .orElseThrow(
            () ->
                new BadInputException(
                    "job_type must be one of "
                        + Arrays.stream(ImsJobType.values())
                            .map(ImsJobType::wireName)
                            .collect(Collectors.joining(", "))));
  }

  private static Boolean succeeds(JobStatus outcome) {
    if (outcome == null) {
      return null;
    }
    return switch (outcome) {
      case SUCCESS -> true;
      case FAIL -> false;
      default -> throw new BadInputException("outcome must be SUCCESS or FAIL");
    };
  }
}
