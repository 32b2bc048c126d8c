package dev.imsbridge.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;

/** Reads server-sent events on its own thread. */
public final class SseClient implements AutoCloseable {
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /**
   * @param id the last id received, with this event or an earlier one
   */
  public record Message(String id, String name, String data) {}

  private final HttpResponse<InputStream> response;
  private final Semaphore pace;
  private final List<Message> messages = new CopyOnWriteArrayList<>();
  private volatile String lastId;
  private volatile boolean ended;
  private volatile int comments;
  private volatile String retry;

  private SseClient(HttpResponse<InputStream> response, Semaphore pace) {
    this.response = response;
    this.pace = pace;
  }

  /**
   * Connects.
   *
   * @param lastId the id after which to resume; null for new events only
   */
  public static SseClient open(int port, String query, String lastId)
      throws IOException, InterruptedException {
    return lastId == null
        ? connect(port, query, null)
        : connect(port, query, null, "Last-Event-ID", lastId);
  }

  /** Connects, and acquires a permit after each message. */
  public static SseClient paced(int port, String lastId, Semaphore pace)
      throws IOException, InterruptedException {
    return connect(port, "", pace, "Last-Event-ID", lastId);
  }

  /** Connects as a browser does, with an {@code Accept} header. */
  public static SseClient browser(int port, String query) throws IOException, InterruptedException {
    return connect(port, query, null, "Accept", "text/event-stream");
  }

  private static SseClient connect(int port, String query, Semaphore pace, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1/events" + query));
    if (headers.length > 0) {
      request.headers(headers);
    }
    SseClient client =
        new SseClient(HTTP.send(request.build(), HttpResponse.BodyHandlers.ofInputStream()), pace);
    if (client.status() == 200) {
      Thread thread = new Thread(client::read, "sse-client");
      thread.setDaemon(true);
      thread.start();
    }
    return client;
  }

  private void read() {
    try (BufferedReader lines = new BufferedReader(new InputStreamReader(response.body(), UTF_8))) {
      String name = "message";
      StringBuilder data = new StringBuilder();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("id: ")) {
          lastId = line.substring(4);
        } else if (line.startsWith("event: ")) {
          name = line.substring(7);
        } else if (line.startsWith("data: ")) {
          data.append(line.substring(6));
        } else if (line.startsWith("retry: ")) {
          retry = line.substring(7);
        } else if (line.startsWith(":")) {
          comments = comments + 1;
        } else if (line.isEmpty() && data.length() > 0) {
          messages.add(new Message(lastId, name, data.toString()));
          if (pace != null) {
            pace.acquire();
          }
          name = "message";
          data.setLength(0);
        }
      }
    } catch (IOException | InterruptedException e) {
      // The connection has ended.
    }
    ended = true;
  }

  public int status() {
    return response.statusCode();
  }

  public String header(String name) {
    return response.headers().firstValue(name).orElse(null);
  }

  public String body() throws IOException {
    return new String(response.body().readAllBytes(), UTF_8);
  }

  public List<Message> messages() {
    return messages;
  }

  /** Returns transitions and completions as job ids and statuses. */
  public List<String> events() {
    return messages.stream()
        .filter(each -> each.name().equals("transition") || each.name().equals("completion"))
        .map(each -> each.data().replaceAll(".*\"id\":\"([^\"]+)\".*", "$1"))
        .toList();
  }

  public String lastId() {
    return lastId;
  }

  /** Returns the reconnection time in milliseconds; null if the server sent none. */
  public String retry() {
    return retry;
  }

  public int comments() {
    return comments;
  }

  public boolean ended() {
    return ended;
  }

  @Override
  public void close() throws IOException {
    response.body().close();
  }
}
