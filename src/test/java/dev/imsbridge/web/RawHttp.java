package dev.imsbridge.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.net.ssl.SSLSession;

/** Sends requests that other HTTP clients reject. */
final class RawHttp {
  private RawHttp() {}

  /** Sends a request with the given request line, headers and body. Returns the whole response. */
  static HttpResponse<String> send(
      int port, String method, String target, String body, String... headers) throws IOException {
    StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\n");
    boolean named = false;
    for (int i = 0; i < headers.length; i += 2) {
      named |= headers[i].equalsIgnoreCase("host");
      head.append(headers[i]).append(": ").append(headers[i + 1]).append("\r\n");
    }
    if (!named) {
      head.append("host: 127.0.0.1:").append(port).append("\r\n");
    }
    byte[] bytes = body.getBytes(UTF_8);
    head.append("content-length: ").append(bytes.length).append("\r\nconnection: close\r\n\r\n");
    try (Socket socket = new Socket("127.0.0.1", port)) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(head.toString().getBytes(UTF_8));
      socket.getOutputStream().write(bytes);
      return read(socket.getInputStream());
    }
  }

  private static HttpResponse<String> read(InputStream in) throws IOException {
    String all = new String(in.readAllBytes(), UTF_8);
    int end = all.indexOf("\r\n\r\n");
    String[] head = all.substring(0, end).split("\r\n");
    Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (int i = 1; i < head.length; i++) {
      String[] header = head[i].split(": ?", 2);
      headers.computeIfAbsent(header[0], name -> new ArrayList<>()).add(header[1]);
    }
    return new Answer(
        Integer.parseInt(head[0].split(" ")[1]),
        HttpHeaders.of(headers, (name, value) -> true),
        all.substring(end + 4));
  }

  private record Answer(int statusCode, HttpHeaders headers, String body)
      implements HttpResponse<String> {
    @Override
    public HttpRequest request() {
      return null;
    }

    @Override
    public Optional<HttpResponse<String>> previousResponse() {
      return Optional.empty();
    }

    @Override
    public Optional<SSLSession> sslSession() {
      return Optional.empty();
    }

    @Override
    public URI uri() {
      return null;
    }

    @Override
    public HttpClient.Version version() {
      return HttpClient.Version.HTTP_1_1;
    }
  }
}
