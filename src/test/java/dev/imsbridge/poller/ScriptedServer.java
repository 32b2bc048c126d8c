package dev.imsbridge.poller;

import dev.imsbridge.ims.BudgetSettings;
import dev.imsbridge.ims.Credentials;
import dev.imsbridge.ims.Endpoint;
import dev.imsbridge.ims.Project;
import dev.imsbridge.job.ProjectRef;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * IMS over HTTP with scripted answers: a function from job id to answer, and a list of requested
 * jobs.
 */
final class ScriptedServer implements AutoCloseable {

  /** An HTTP answer. */
  record Reply(int status, String body) {}

  private final HttpServer server;
  private final Queue<String> asked = new ConcurrentLinkedQueue<>();
  private final Map<String, Function<String, Reply>> scripts = new ConcurrentHashMap<>();
  private volatile Function<String, Reply> otherwise = jobId -> job(jobId, "RUNNING");

  ScriptedServer(Vertx vertx) throws Exception {
    server =
        vertx
            .createHttpServer()
            .requestHandler(
                request -> {
                  String jobId = request.path().substring(request.path().lastIndexOf('/') + 1);
                  asked.add(jobId);
                  Reply reply = scripts.getOrDefault(jobId, otherwise).apply(jobId);
                  request
                      .response()
                      .setStatusCode(reply.status())
                      .putHeader("content-type", "application/json")
                      .end(reply.body());
                })
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS);
  }

  static Reply job(String jobId, String status) {
    return new Reply(
        200,
        """
        {"job_id": "%s", "job_type": "imsImportImageJob", "status": "%s", "entities": {}}"""
            .formatted(jobId, status));
  }

  void say(String jobId, Function<String, Reply> script) {
    scripts.put(jobId, script);
  }

  void say(Function<String, Reply> script) {
    otherwise = script;
  }

  /** The requested job ids, in order. */
  List<String> asked() {
    return List.copyOf(asked);
  }

  long asked(String jobId) {
    return asked.stream().filter(jobId::equals).count();
  }

  void forgetAsked() {
    asked.clear();
  }

  Project project(ProjectRef ref, BudgetSettings budget) {
    Endpoint endpoint = Endpoint.of("http://127.0.0.1:" + server.actualPort());
    return new Project("test", ref, endpoint, new Credentials.None(), budget);
  }

  @Override
  public void close() throws Exception {
    server.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }
}
