package dev.imsbridge.simulator;

import io.vertx.core.buffer.Buffer;
import java.util.Map;

/** An answer that is not about a job: a gateway's error, in the forms seen in the field. */
record SimulatorResponse(int status, String contentType, Map<String, String> headers, Buffer body) {
  static final String JSON = "application/json";

  SimulatorResponse {
    headers = Map.copyOf(headers);
  }

  static SimulatorResponse json(int status, byte[] json) {
    return new SimulatorResponse(status, JSON, Map.of(), Buffer.buffer(json));
  }

  /** The API gateway's form. */
  static SimulatorResponse gateway(int status, String code, String message, String requestId) {
    return json(
        status,
        JsonText.bytes(
            json -> {
              json.writeStartObject();
              json.writeStringField("error_msg", message);
              json.writeStringField("error_code", code);
              json.writeStringField("request_id", requestId);
              json.writeEndObject();
            }));
  }

  /** IMS's own form. */
  static SimulatorResponse ims(int status, String code, String message) {
    return json(
        status,
        JsonText.bytes(
            json -> {
              json.writeStartObject();
              json.writeObjectFieldStart("error");
              json.writeStringField("message", message);
              json.writeStringField("code", code);
              json.writeEndObject();
              json.writeEndObject();
            }));
  }

  /** The form of a gateway that waited in vain. */
  static SimulatorResponse plain(int status, String message, String requestId) {
    return json(
        status,
        JsonText.bytes(
            json -> {
              json.writeStartObject();
              json.writeStringField("message", message);
              json.writeStringField("request_id", requestId);
              json.writeEndObject();
            }));
  }

  static SimulatorResponse html(int status, String message) {
    String page =
        "<html><head><title>" + status + "</title></head><body>" + message + "</body></html>\n";
    return new SimulatorResponse(status, "text/html", Map.of(), Buffer.buffer(page));
  }

  /** The simulator's own word to whoever drives it. */
  static SimulatorResponse refused(int status, String message) {
    return json(
        status,
        JsonText.bytes(
            json -> {
              json.writeStartObject();
              json.writeStringField("error", message);
              json.writeEndObject();
            }));
  }

  static SimulatorResponse unauthorized(String why, String requestId) {
    return gateway(
        401, "APIGW.0301", "Incorrect IAM authentication information: " + why, requestId);
  }

  static SimulatorResponse tokenExpired(String requestId) {
    return gateway(401, "APIGW.0307", "The token must be updated.", requestId);
  }

  static SimulatorResponse noSuchPath(String requestId) {
    return gateway(
        404,
        "APIGW.0101",
        "The API does not exist or has not been published in the environment",
        requestId);
  }

  static SimulatorResponse noSuchJob() {
    return ims(404, "IMG.0021", "The job does not exist.");
  }

  SimulatorResponse with(Map<String, String> extra) {
    return new SimulatorResponse(status, contentType, extra, body);
  }
}
