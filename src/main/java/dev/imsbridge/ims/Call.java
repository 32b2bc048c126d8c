package dev.imsbridge.ims;

import io.vertx.core.http.HttpMethod;
import java.util.Map;

/**
 * One HTTP request to be sent once.
 *
 * @param headers those beside what HTTP itself needs
 * @param body null for none
 * @param direct whether a configured proxy is left aside
 */
record Call(
    HttpMethod method,
    Endpoint endpoint,
    String path,
    Map<String, String> headers,
    byte[] body,
    boolean direct) {

  static Call get(Endpoint endpoint, String path, Map<String, String> headers) {
    return new Call(HttpMethod.GET, endpoint, path, headers, null, false);
  }

  @Override
  public String toString() {
    return method + " " + endpoint + path;
  }
}
