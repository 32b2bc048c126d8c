package dev.imsbridge.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Requests to all paths of an OpenAPI document, with unusual values of their parameters, and
 * mutated as bytes. Used by one thread.
 */
public final class HttpInputs {
  private static final Pattern IN_PATH = Pattern.compile("\\{(\\w+)}");
  private static final int MOST_BYTES = 1 << 20;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** Valid values of some parameter. */
  private static final List<String> VALID =
      List.of(
          "root",
          "0",
          "1",
          "5",
          "p1",
          "ended",
          "SUCCESS",
          "failed",
          "order:4711",
          "order=4711",
          "csv",
          "true",
          "2024-11-06T06:00:00Z",
          "transition",
          "500ms");

  private final int port;
  private final String token;
  private final JsonNode paths;

  /**
   * @param token the bearer token of the requests, which no response may contain
   * @param document the OpenAPI document
   */
  public HttpInputs(int port, String token, JsonNode document) {
    this.port = port;
    this.token = token;
    paths = document.path("paths");
  }

  /**
   * Sends requests for a time. Each must get a response that is no internal error. {@code
   * -Dfuzz.seconds} and {@code -Dseed} are those of {@link FuzzTest}.
   *
   * @return a line with the number of requests and the first seed
   */
  public String run() {
    Long only = Long.getLong("seed");
    long first = only != null ? only : System.nanoTime() & 0xffff_ffffL;
    long end = System.nanoTime() + Duration.ofSeconds(Long.getLong("fuzz.seconds", 2)).toNanos();
    long seed = first;
    do {
      byte[] request = request(new Random(seed));
      try {
        answered(request);
      } catch (Throwable failure) {
        throw new AssertionError(
            "fails for a request; replay it with -Dseed=%s: %s%n%s"
                .formatted(seed, failure, new String(request, ISO_8859_1)),
            failure);
      }
      seed++;
    } while (only == null && System.nanoTime() - end < 0);
    return "http: %s requests from seed %s".formatted(seed - first, first);
  }

  private byte[] request(Random random) {
    List<Map.Entry<String, JsonNode>> all = new ArrayList<>(paths.properties());
    // The stream of events has no end.
    all.removeIf(path -> path.getKey().equals("/api/v1/events"));
    Map.Entry<String, JsonNode> path = all.get(random.nextInt(all.size()));
    List<String> methods = new ArrayList<>(List.of("GET", "POST", "DELETE"));
    methods.removeIf(method -> random.nextInt(8) != 0 && !path.getValue().has(lower(method)));
    String method = methods.isEmpty() ? "HEAD" : methods.get(random.nextInt(methods.size()));
    StringBuilder target = new StringBuilder();
    Matcher inPath = IN_PATH.matcher(path.getKey());
    while (inPath.find()) {
      inPath.appendReplacement(target, Matcher.quoteReplacement(value(random)));
    }
    inPath.appendTail(target);
    JsonNode parameters = path.getValue().path(lower(method)).path("parameters");
    // Few, because one bad parameter is enough for a refusal.
    int share = 1 + parameters.size() / 2;
    char separator = '?';
    for (JsonNode parameter : parameters) {
      String name = parameter.path("name").asText();
      if (parameter.path("in").asText().equals("query") && random.nextInt(share) == 0) {
        target.append(separator).append(name).append('=').append(value(random));
        separator = '&';
      }
    }
    Mutator mutator = new Mutator(random);
    byte[] body =
        method.equals("POST") ? mutator.mutated(FuzzTargets.requestValues()) : new byte[0];
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    request.writeBytes(
        ("%s %s HTTP/1.1\r\nhost: 127.0.0.1:%s\r\nauthorization: Bearer %s\r\n"
                    .formatted(method, target, port, token)
                + "content-length: %s\r\nconnection: close\r\n\r\n".formatted(body.length))
            .getBytes(ISO_8859_1));
    request.writeBytes(body);
    return random.nextInt(3) == 0
        ? mutator.mutated(List.of(request.toByteArray()))
        : request.toByteArray();
  }

  private static String lower(String method) {
    return method.toLowerCase(Locale.ROOT);
  }

  private static String value(Random random) {
    if (random.nextBoolean()) {
      return VALID.get(random.nextInt(VALID.size()));
    }
    StringBuilder encoded = new StringBuilder();
    for (byte each : Mutator.value(random)) {
      encoded.append('%').append(String.format(Locale.ROOT, "%02x", each & 0xff));
    }
    return encoded.toString();
  }

  /** A connection that is closed without a response is fine: the request may have no end. */
  private void answered(byte[] request) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", port)) {
      socket.setSoTimeout((int) PATIENCE.toMillis());
      String response;
      try {
        socket.getOutputStream().write(request);
        socket.shutdownOutput();
        response = new String(read(socket.getInputStream()), ISO_8859_1);
      } catch (SocketTimeoutException e) {
        throw new AssertionError("no response within " + PATIENCE, e);
      } catch (SocketException e) {
        // Refused before it was sent as a whole.
        return;
      }
      if (!response.isEmpty()) {
        // The server repeats an unknown protocol before 501.
        assertThat(response).matches("(?s)\\S+ [1-5]\\d\\d .*").doesNotContain(token);
        assertThat(response).doesNotMatch("(?s)\\S+ 50[02] .*");
      }
    }
  }

  private static byte[] read(InputStream in) throws IOException {
    return in.readNBytes(MOST_BYTES);
  }
}
