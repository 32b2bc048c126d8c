package dev.imsbridge.web.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.deser.std.StdDelegatingDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.StdDelegatingSerializer;
import com.fasterxml.jackson.databind.util.StdConverter;
import dev.imsbridge.wire.TimeRange;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Locale;

/**
 * The JSON of the API: names in snake case, times in UTC with milliseconds, null for unknown
 * values. Thread-safe.
 */
public final class ApiJson {
  private static final DateTimeFormatter MILLIS =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT);

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .addModule(
              new SimpleModule()
                  .addSerializer(
                      new StdDelegatingSerializer(
                          Instant.class,
                          new StdConverter<Instant, String>() {
                            @Override
                            public String convert(Instant time) {
                              return MILLIS.format(time);
                            }
                          }))
                  .addDeserializer(
                      Instant.class,
                      new StdDelegatingDeserializer<>(
                          new StdConverter<String, Instant>() {
                            @Override
                            public Instant convert(String time) {
                              return TimeRange.parse(time);
                            }
                          })))
          .build();

  private static final ObjectReader STRICT =
      MAPPER.reader(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private ApiJson() {}

  /** Returns a new object. Its POJO values may be records, times, enums and collections of them. */
  public static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /**
   * Parses the response of another instance.
   *
   * @throws UncheckedIOException if it has another form
   */
  static <T> T read(Buffer json, TypeReference<T> type) {
    try {
      return MAPPER.readValue(json.getBytes(), type);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Parses a small body of a request.
   *
   * @return a missing node if it is not JSON
   */
  static JsonNode parse(byte[] body) {
    try {
      return STRICT.readTree(body);
    } catch (IOException e) {
      return MAPPER.missingNode();
    }
  }

  /** Returns the JSON of an {@link #object} without POJO values. */
  static JsonNode plain(JsonNode object) {
    try {
      return MAPPER.readTree(MAPPER.writeValueAsBytes(object));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends the result with status 200, or the response to its failure. */
  static void send(RoutingContext routing, Future<?> body) {
    body.onSuccess(value -> send(routing, 200, value))
        .onFailure(failure -> Failures.send(routing, failure));
  }

  /** Sends a response: a record or an {@link #object}. */
  static void send(RoutingContext routing, int status, Object body) {
    try {
      byte[] json = MAPPER.writeValueAsBytes(body);
      routing
          .response()
          .setStatusCode(status)
          .putHeader("content-type", "application/json")
          .end(Buffer.buffer(json));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write a response as JSON", e);
    }
  }
}
