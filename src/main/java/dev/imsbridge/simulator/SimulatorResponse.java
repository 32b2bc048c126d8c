package dev.imsbridge.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import java.util.Map;

/**
 * A complete HTTP response. The factory methods give errors in the forms that the cloud's gateway
 * and services are observed to use.
 */
record SimulatorResponse(int status, String contentType, Map<String, String> headers, Buffer body) {
  SimulatorResponse {
    headers = Map.copyOf(headers);
  }

  static SimulatorResponse json(int status, byte[] json) {
    return new SimulatorResponse(status, "application/json", Map.of(), Buffer.buffer(json));
  }

  static SimulatorResponse json(int status, ObjectNode json) {
    return json(status, JsonText.bytes(json));
  }

  /** An error of the API gateway. */
  static SimulatorResponse gateway(int status, String code, String message, String requestId) {
    return json(
        status,
        JsonText.object()
            .put("error_msg", message)
            .put("error_code", code)
            .put("request_id", requestId));
  }

  /** An error of IMS itself. */
  static SimulatorResponse ims(int status, String code, String message) {
    return json(
        status,
        JsonText.object()
            .set("error", JsonText.object().put("message", message).put("code", code)));
  }

  /** An error of a gateway that cannot reach the service or times out. */
  static SimulatorResponse plain(int status, String message, String requestId) {
    return json(status, JsonText.object().put("message", message).put("request_id", requestId));
  }

  static SimulatorResponse html(int status, String message) {
    String page =
        "<html><head><title>" + status + "</title></head><body>" + message + "</body></html>\n";
    return new SimulatorResponse(status, "text/html", Map.of(), Buffer.buffer(page));
  }

  /** An error of the simulator's control API. */
  static SimulatorResponse refused(int status, String message) {
    return json(status, JsonText.object().put("error", message));
  }

  static SimulatorResponse unauthorized(String reason, String requestId) {
    return gateway(
        401, "APIGW.0301", "Incorrect IAM authentication information: " + reason, requestId);
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
