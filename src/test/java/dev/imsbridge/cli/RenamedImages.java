package dev.imsbridge.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** A proxy for an IMS that replaces the names of images. */
final class RenamedImages implements AutoCloseable {
  private final HttpClient client = HttpClient.newHttpClient();
  private final HttpServer server;
  private final URI behind;
  private final String name;

  private RenamedImages(HttpServer server, URI behind, String name) {
    this.server = server;
    this.behind = behind;
    this.name = name;
  }

  /**
   * @param name as written between the quotes of a JSON string
   */
  static RenamedImages before(URI behind, String name) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    RenamedImages images = new RenamedImages(server, behind, name);
    server.createContext("/", images::answer);
    server.start();
    return images;
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      HttpResponse<String> told =
          client.send(
              HttpRequest.newBuilder(behind.resolve(exchange.getRequestURI())).build(),
              HttpResponse.BodyHandlers.ofString());
      String body = told.body().replaceAll("(\"image_name\"\\s*:\\s*\")[^\"]*", "$1" + name);
      exchange.getResponseHeaders().set("content-type", "application/json");
      byte[] bytes = body.getBytes(UTF_8);
      exchange.sendResponseHeaders(told.statusCode(), bytes.length);
      exchange.getResponseBody().write(bytes);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
