package dev.imsbridge.ims;

import io.vertx.core.http.HttpMethod;
import java.util.Map;

/**
 * One HTTP request, to be sent once.
 *
 * @param headers headers in addition to those that {@link Transport} sets
 * @param body null for none
 * @param direct whether to bypass a configured proxy
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
