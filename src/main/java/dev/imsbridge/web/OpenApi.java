package dev.imsbridge.web;

import dev.imsbridge.web.http.Query;
import dev.imsbridge.web.http.Routes;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * {@code GET /api/v1/openapi.json}: serves the OpenAPI document from the classpath. Thread-safe.
 */
final class OpenApi {
  private final Buffer document;

  private OpenApi(byte[] document) {
    this.document = Buffer.buffer(document);
  }

  static OpenApi load() {
    try (InputStream in = OpenApi.class.getResourceAsStream("openapi.json")) {
      if (in == null) {
        throw new FileNotFoundException("openapi.json");
      }
      return new OpenApi(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void mount(Router router) {
    Routes.get(router, "/api/v1/openapi.json")
        .handler(
            Query.none(
                routing ->
                    routing
                        .response()
                        .putHeader("content-type", "application/json")
                        .end(document)));
  }
}
