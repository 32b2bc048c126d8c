package dev.imsbridge.job;

import java.time.Duration;
import java.time.Instant;

/** When a job began and ended, as IMS reports it. A time that IMS did not report is null. */
public record JobTimes(Instant beginTime, Instant endTime) {
  static final JobTimes UNKNOWN = new JobTimes(null, null);

  /** These times; a missing one is taken from {@code earlier}. */
  JobTimes orElse(JobTimes earlier) {
    return new JobTimes(
        beginTime == null ? earlier.beginTime : beginTime,
        endTime == null ? earlier.endTime : endTime);
  }

  /** From begin to end in milliseconds; null if either is missing or the end is earlier. */
  public Long durationMs() {
    return beginTime == null || endTime == null || endTime.isBefore(beginTime)
        ? null
        : Duration.between(beginTime, endTime).toMillis();
  }
}
