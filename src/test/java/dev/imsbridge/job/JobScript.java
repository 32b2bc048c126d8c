package dev.imsbridge.job;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.UUID;

/**
 * A job as IMS describes it in a test: {@code job("j").is("RUNNING").with(job("k"))}. Builds the
 * answer both as input of the fold and as JSON, with its sub-jobs listed in any form that IMS and
 * similar services use.
 */
public final class JobScript {

  /** The fields that list described sub-jobs. */
  public enum Listing {
    /** In {@code sub_jobs_result}, with their ids in {@code sub_jobs_list}, as IMS documents. */
    RESULT_AND_LIST,
    /** Only in {@code sub_jobs_result}. */
    RESULT,
    /** In {@code sub_jobs}, with {@code sub_jobs_total}, as ECS answers. */
    ECS
  }

  private final String id;
  private String status = "RUNNING";
  private String type;
  private Instant began;
  private Instant ended;
  private String errorCode;
  private String failReason;
  private int percent = -1;
  private Listing listing = Listing.RESULT_AND_LIST;
  private final List<String> images = new ArrayList<>();
  private final List<JobScript> subJobs = new ArrayList<>();
  private final List<String> named = new ArrayList<>();

  private JobScript(String id) {
    this.id = id;
  }

  public static JobScript job(String id) {
    return new JobScript(id);
  }

  public String id() {
    return id;
  }

  public JobScript is(String newStatus) {
    status = newStatus;
    return this;
  }

  public JobScript init() {
    return is("INIT");
  }

  public JobScript running() {
    return is("RUNNING");
  }

  public JobScript success() {
    return is("SUCCESS");
  }

  public JobScript fail(String code, String reason) {
    errorCode = code;
    failReason = reason;
    return is("FAIL");
  }

  public JobScript type(String newType) {
    type = newType;
    return this;
  }

  public JobScript began(String time) {
    began = Instant.parse(time);
    return this;
  }

  public JobScript ended(String time) {
    ended = Instant.parse(time);
    return this;
  }

  /** The progress in percent. Makes one answer differ from the next at the same status. */
  public JobScript percent(int newPercent) {
    percent = newPercent;
    return this;
  }

  public JobScript image(String imageId) {
    images.add(imageId);
    return this;
  }

  /** Adds sub-jobs that the answer describes. */
  public JobScript with(JobScript... described) {
    subJobs.addAll(List.of(described));
    return this;
  }

  /** Adds sub-jobs that the answer names but does not describe. */
  public JobScript naming(String... ids) {
    named.addAll(List.of(ids));
    return this;
  }

  public JobScript listing(Listing newListing) {
    listing = newListing;
    return this;
  }

  public JobAnswer answer() {
    return new JobAnswer(
        id,
        type,
        // The parser reads a blank status as null.
        status == null || status.isBlank() ? null : status,
        new JobTimes(began, ended),
        percent < 0 ? null : percent / 100.0,
        new JobDetails(errorCode, failReason, images),
        entities(),
        null,
        List.of(),
        List.of(),
        subJobs.stream().map(JobScript::answer).toList(),
        named,
        UUID.nameUUIDFromBytes(json().getBytes(StandardCharsets.UTF_8)).toString());
  }

  /** The answer as JSON. */
  public String json() {
    StringJoiner json = new StringJoiner(",", "{", "}");
    if (id != null) {
      json.add("\"job_id\":" + quoted(id));
    }
    json.add("\"job_type\":" + quoted(type));
    json.add("\"begin_time\":" + quoted(began == null ? null : began.toString()));
    json.add("\"end_time\":" + quoted(ended == null ? null : ended.toString()));
    if (status != null) {
      json.add("\"status\":" + quoted(status));
    }
    json.add("\"error_code\":" + quoted(errorCode));
    json.add("\"fail_reason\":" + quoted(failReason));
    json.add("\"entities\":" + entities());
    return json.toString();
  }

  private String entities() {
    StringJoiner json = new StringJoiner(",", "{", "}");
    if (!images.isEmpty()) {
      json.add("\"image_id\":" + quoted(images.get(0)));
      StringJoiner more = new StringJoiner(",", "[", "]");
      images.stream().skip(1).forEach(image -> more.add("{\"image_id\":" + quoted(image) + "}"));
      if (images.size() > 1) {
        json.add("\"results\":" + more);
      }
    }
    if (percent >= 0) {
      json.add("\"process_percent\":" + percent / 100.0);
    }
    if (!subJobs.isEmpty()) {
      StringJoiner described = new StringJoiner(",", "[", "]");
      subJobs.forEach(subJob -> described.add(subJob.json()));
      json.add((listing == Listing.ECS ? "\"sub_jobs\":" : "\"sub_jobs_result\":") + described);
    }
    List<String> listed = new ArrayList<>(named);
    if (listing == Listing.RESULT_AND_LIST) {
      subJobs.stream().map(JobScript::id).filter(id -> id != null).forEach(listed::add);
    }
    if (!listed.isEmpty()) {
      StringJoiner ids = new StringJoiner(",", "[", "]");
      listed.forEach(id -> ids.add(quoted(id)));
      json.add("\"sub_jobs_list\":" + ids);
    }
    return json.toString();
  }

  private static String quoted(String text) {
    if (text == null) {
      return "null";
    }
    StringBuilder quoted = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      if (c < ' ' || c > '~' || c == '"' || c == '\\') {
        quoted.append("\\u%04x".formatted((int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }

  @Override
  public String toString() {
    return json();
  }
}
