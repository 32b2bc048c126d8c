package dev.imsbridge.web.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imsbridge.history.PublishedEvent;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A published event as an HTTP message, in the binary mode of the CloudEvents HTTP binding: the
 * body is the data, and each other attribute is a header {@code ce-NAME}. Immutable; the buffer is
 * shared by all responses.
 */
public record EventMessage(Map<String, String> headers, Buffer body) {
  private static final Set<String> NO_HEADERS = Set.of("data", "data_base64", "datacontenttype");

  public static EventMessage of(PublishedEvent event) {
    Map<String, String> headers = new TreeMap<>();
    event
        .cloudEvent()
        .properties()
        .forEach(
            attribute -> {
              if (!NO_HEADERS.contains(attribute.getKey()) && attribute.getValue().isValueNode()) {
                headers.put("ce-" + attribute.getKey(), encoded(attribute.getValue().asText()));
              }
            });
    return new EventMessage(
        Collections.unmodifiableMap(headers),
        Buffer.buffer(event.data().toString().getBytes(UTF_8)));
  }

  /** Percent-encodes the characters that the binding excludes from a header. */
  static String encoded(String value) {
    StringBuilder text = new StringBuilder();
    for (byte each : value.getBytes(UTF_8)) {
      if (each > ' ' && each <= '~' && each != '"' && each != '%') {
        text.append((char) each);
      } else {
        text.append('%').append(HexFormat.of().toHexDigits(each));
      }
    }
    return text.toString();
  }

  /** Sends the message with status 200. */
  public void send(HttpServerResponse response) {
    headers.forEach(response::putHeader);
    response.putHeader("content-type", "application/json").end(body);
  }
}
