package dev.imsbridge.simulator;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What can go wrong between a client and IMS. */
public enum FaultType {
  /** 429 with the gateway's text, whatever the rate. */
  THROTTLED,
  /** 429 to calls beyond a quota. Refused calls count against it as well. */
  RATE_LIMIT,
  /** 500. */
  INTERNAL_ERROR,
  /** 502 with an HTML page. */
  BAD_GATEWAY,
  /** 503. */
  UNAVAILABLE,
  /** 504 with the gateway's JSON. */
  GATEWAY_TIMEOUT,
  /** Nothing at all for the delay, then the answer. */
  SLOW_HEADERS,
  /** Headers and half the body, then nothing for the delay, then the rest. */
  SLOW_BODY,
  /** Half of the announced body, then the connection ends. */
  TRUNCATED_BODY,
  /** Valid JSON of as many bytes as wished. */
  OVERSIZED_BODY,
  /** 200 with half of a JSON document. */
  BROKEN_JSON,
  /** A TCP reset instead of an answer. */
  RESET,
  /** 401 APIGW.0301. */
  UNAUTHORIZED,
  /** 401 APIGW.0307: the token has to be renewed. */
  TOKEN_EXPIRED,
  /** 400 with one of the codes that mean a refused login. */
  AUTH_400,
  /** 400 IMG.0023: the query itself failed, for now. */
  QUERY_FAILED,
  /** 404: no such job. With a window: for its first seconds, or from some time on. */
  NOT_FOUND,
  /** 404 APIGW.0101: no such path. */
  WRONG_PATH,
  /** 302 to somewhere that must not be followed. */
  REDIRECT,
  /** A small gzip body that inflates to as many bytes as wished. */
  GZIP_BOMB,
  /** The job as it was one status ago; never the first answer about a job. */
  STALE(BodyFault.STALE),
  /** SUCCESS where it should be FAIL, and FAIL where it should be SUCCESS. */
  CONTRADICTION(BodyFault.CONTRADICTION),
  /** A status that nobody documented, until the job has ended. */
  UNKNOWN_STATUS(BodyFault.UNKNOWN_STATUS),
  /** An answer about another job. */
  OTHER_JOB(BodyFault.OTHER_JOB),
  /** A true answer in odd forms: empty entities, lower case, legacy times, numbers as text. */
  QUIRKS(BodyFault.QUIRKS);

  private final BodyFault bodyFault;

  FaultType() {
    this(BodyFault.NONE);
  }

  FaultType(BodyFault bodyFault) {
    this.bodyFault = bodyFault;
  }

  /** The word for it in JSON, like {@code slow-body}. */
  @JsonValue
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** What it makes of a body; NONE when it is not the body's content that is wrong. */
  BodyFault bodyFault() {
    return bodyFault;
  }
}
