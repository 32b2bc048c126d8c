package dev.imsbridge.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;

/** A fault for a test, field by field as users send it to the simulator. Immutable. */
public final class ScriptedFault {
  private final ObjectNode json;

  private ScriptedFault(ObjectNode json) {
    this.json = json;
  }

  /** Returns a fault that every GET of a job meets, with the default details of its type. */
  public static ScriptedFault of(FaultType type) {
    return new ScriptedFault(JsonText.object().put("type", type.word()));
  }

  public ScriptedFault on(FaultTarget target) {
    return with("on", target);
  }

  public ScriptedFault withProbability(double share) {
    return with("probability", share);
  }

  /** Limits the fault to the next {@code times} requests. */
  public ScriptedFault times(int times) {
    return with("count", times);
  }

  /** Delays the fault until this long after the first GET of a job. */
  public ScriptedFault after(Duration age) {
    return with("after", age);
  }

  /** Limits the fault to this long, counted from its begin. */
  public ScriptedFault lasting(Duration length) {
    return with("for", length);
  }

  public ScriptedFault withRetryAfter(Duration wait) {
    return with("retry_after", wait);
  }

  public ScriptedFault withPolicy(ThrottlePolicy policy) {
    return with("policy", policy);
  }

  public ScriptedFault withQuota(int limit, String time) {
    return with("limit", limit).with("time", time);
  }

  public ScriptedFault withDelay(Duration delay) {
    return with("delay", delay);
  }

  public ScriptedFault withBytes(long bytes) {
    return with("bytes", bytes);
  }

  public ScriptedFault withCode(String code) {
    return with("code", code);
  }

  private ScriptedFault with(String field, Object value) {
    Object plain = value instanceof Duration ? value.toString() : value;
    return new ScriptedFault(json.deepCopy().set(field, JsonText.MAPPER.valueToTree(plain)));
  }

  ObjectNode json() {
    return json;
  }

  public InjectedFault build() {
    return JsonText.read(json, InjectedFault.class);
  }
}
