package dev.imsbridge.simulator;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The faults that the simulator can inject between a client and IMS. */
public enum FaultType {
  /** 429 with the gateway's text, at any rate. */
  THROTTLED,
  /** 429 to calls beyond a quota. Refused calls count against the quota too. */
  RATE_LIMIT,
  /** 500. */
  INTERNAL_ERROR,
  /** 502 with an HTML page. */
  BAD_GATEWAY,
  /** 503. */
  UNAVAILABLE,
  /** 504 with the gateway's JSON. */
  GATEWAY_TIMEOUT,
  /** No bytes until the delay has passed, then the answer. */
  SLOW_HEADERS,
  /** Headers and half of the body, then the rest after the delay. */
  SLOW_BODY,
  /** Half of the announced body, then the end of the connection. */
  TRUNCATED_BODY,
  /** Valid JSON with a given number of extra bytes. */
  OVERSIZED_BODY,
  /** 200 with half of a JSON document. */
  BROKEN_JSON,
  /** A TCP reset instead of an answer. */
  RESET,
  /** 401 APIGW.0301. */
  UNAUTHORIZED,
  /** 401 APIGW.0307: the token must be renewed. */
  TOKEN_EXPIRED,
  /** 400 with one of the IMS codes for failed authentication. */
  AUTH_400,
  /** 400 IMG.0023: the query failed, and a later one may succeed. */
  QUERY_FAILED,
  /** 404: the job does not exist. Limit it in time to hide a job at first, or to lose it later. */
  NOT_FOUND,
  /** 404 APIGW.0101: the path does not exist. */
  WRONG_PATH,
  /** 302 to a host that must not receive the request. */
  REDIRECT,
  /** A small gzip body that inflates to a given number of bytes. */
  GZIP_BOMB,
  /** The job's previous status; never the first answer about a job. */
  STALE,
  /** SUCCESS for a job that failed, and FAIL for a job that succeeded. */
  CONTRADICTION,
  /** An undocumented status, until the job ends. */
  UNKNOWN_STATUS,
  /** An answer about another job. */
  OTHER_JOB,
  /** A correct answer with empty entities, lower case, legacy times and numbers as text. */
  QUIRKS;

  /** The name in JSON, such as {@code slow-body}. */
  @JsonValue
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Whether the body of an answer about a job is well-formed, but wrong or unusual. */
  boolean changesBody() {
    return switch (this) {
      case STALE, CONTRADICTION, UNKNOWN_STATUS, OTHER_JOB, QUIRKS -> true;
      default -> false;
    };
  }
}
