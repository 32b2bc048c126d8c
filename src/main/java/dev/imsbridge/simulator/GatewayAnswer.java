package dev.imsbridge.simulator;

import io.vertx.core.buffer.Buffer;
import java.util.Map;

/** An answer that is not about a job: a gateway's error, in the forms seen in the field. */
record GatewayAnswer(int status, String contentType, Map<String, String> headers, Buffer body) {
  static final String JSON = "application/json";

  GatewayAnswer {
    headers = Map.copyOf(headers);
  }

  static GatewayAnswer json(int status, byte[] json) {
    return new GatewayAnswer(status, JSON, Map.of(), Buffer.buffer(json));
  }

  /** The API gateway's form. */
  static GatewayAnswer gateway(int status, String code, String message, String requestId) {
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
  static GatewayAnswer ims(int status, String code, String message) {
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
  static GatewayAnswer plain(int status, String message, String requestId) {
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

  static GatewayAnswer html(int status, String message) {
    String page =
        "<html><head><title>" + status + "</title></head><body>" + message + "</body></html>\n";
    return new GatewayAnswer(status, "text/html", Map.of(), Buffer.buffer(page));
  }

  /** The simulator's own word to whoever drives it. */
  static GatewayAnswer refused(int status, String message) {
    return json(
        status,
        JsonText.bytes(
            json -> {
              json.writeStartObject();
              json.writeStringField("error", message);
              json.writeEndObject();
            }));
  }

  static GatewayAnswer unauthorized(String why, String requestId) {
    return gateway(
        401, "APIGW.0301", "Incorrect IAM authentication information: " + why, requestId);
  }

  static GatewayAnswer tokenExpired(String requestId) {
    return gateway(401, "APIGW.0307", "The token must be updated.", requestId);
  }

  static GatewayAnswer noSuchPath(String requestId) {
    return gateway(
        404,
        "APIGW.0101",
        "The API does not exist or has not been published in the environment",
        requestId);
  }

  static GatewayAnswer noSuchJob() {
    return ims(404, "IMG.0021", "The job does not exist.");
  }

  GatewayAnswer with(Map<String, String> extra) {
    return new GatewayAnswer(status, contentType, extra, body);
  }
}
