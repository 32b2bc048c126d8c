package dev.imsbridge.web.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imsbridge.history.PublishedEvent;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A published event as an HTTP message, in the binary mode of the CloudEvents HTTP binding: the
 * body is the data, and each other attribute is a header {@code ce-NAME}. Immutable; the buffer is
 * shared by all responses.
 */
public final class EventMessage {
  private static final Set<String> NO_HEADERS = Set.of("data", "data_base64", "datacontenttype");

  private final Map<String, String> headers = new TreeMap<>();
  private final Buffer body;

  private EventMessage(Buffer body) {
    this.body = body;
  }

  public static EventMessage of(PublishedEvent event) {
    EventMessage message = new EventMessage(Buffer.buffer(event.data().toString().getBytes(UTF_8)));
    event
        .cloudEvent()
        .properties()
        .forEach(
            attribute -> {
              if (!NO_HEADERS.contains(attribute.getKey()) && attribute.getValue().isValueNode()) {
                message.headers.put(
                    "ce-" + attribute.getKey(), encoded(attribute.getValue().asText()));
              }
            });
    return message;
  }

  /** Percent-encodes the characters that the binding excludes from a header. */
  static String encoded(String value) {
    StringBuilder text = new StringBuilder();
    for (byte each : value.getBytes(UTF_8)) {
      if (each > ' ' && each <= '~' && each != '"' && each != '%') {
        text.append((char) each);
      } else {
        text.append('%').append(Character.forDigit((each >> 4) & 15, 16));
        text.append(Character.forDigit(each & 15, 16));
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
