package dev.imsbridge.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imsbridge.job.JobId;
import java.util.function.Function;

/** The simulator's own endpoints under {@code /simulator}, for whoever drives it. Thread-safe. */
final class ControlEndpoint {
  private static final int MAX_BODY_BYTES = 256 * 1024;
  private static final int MAX_LISTED = 10_000;
  private static final int USUALLY_LISTED = 100;

  private final Simulation simulation;

  ControlEndpoint(Simulation simulation) {
    this.simulation = simulation;
  }

  /**
   * @param path what follows {@code /simulator}
   */
  void handle(SimulatorExchange exchange, String path) {
    String call = exchange.request().method().name() + " " + path;
    switch (call) {
      case "POST /jobs" -> withBody(exchange, this::create);
      case "GET /stats" -> exchange.send(stats(exchange.request().getParam("jobs")));
      case "GET /catalogue" ->
          exchange.send(
              SimulatorResponse.json(200, SpecWriter.catalogue(simulation.catalogue().demo())));
      case "GET /faults" -> exchange.send(faults());
      case "PUT /faults" -> withBody(exchange, this::replaceFaults);
      case "DELETE /faults" -> {
        simulation.clearFaults();
        exchange.send(faults());
      }
      case "DELETE /tokens" -> {
        simulation.revokeTokens();
        exchange.send(
            SimulatorResponse.json(
                200,
                JsonText.bytes(
                    json -> {
                      json.writeStartObject();
                      json.writeEndObject();
                    })));
      }
      default -> other(exchange, call);
    }
  }

  private void other(SimulatorExchange exchange, String call) {
    String prefix = "GET /jobs/";
    String jobId = call.startsWith(prefix) ? call.substring(prefix.length()) : null;
    if (JobId.valid(jobId)) {
      exchange.send(
          SimulatorResponse.json(
              200, SpecWriter.expected(simulation.expected(jobId), simulation.gets(jobId))));
    } else {
      exchange.send(
          SimulatorResponse.refused(
              404,
              "no such endpoint; there are POST /simulator/jobs, GET /simulator/jobs/{job_id}, GET"
                  + " /simulator/stats, GET /simulator/catalogue, GET, PUT and DELETE"
                  + " /simulator/faults, DELETE /simulator/tokens"));
    }
  }

  private static void withBody(
      SimulatorExchange exchange, Function<JsonNode, SimulatorResponse> action) {
    exchange
        .body(MAX_BODY_BYTES)
        .map(body -> action.apply(JsonText.parse(body.getBytes())))
        .onSuccess(exchange::send)
        .onFailure(failure -> refuse(exchange, failure));
  }

  private static void refuse(SimulatorExchange exchange, Throwable failure) {
    if (exchange.open()) {
      String message =
          failure instanceof BadInputException
              ? failure.getMessage()
              : "the request could not be read";
      exchange.send(SimulatorResponse.refused(400, message));
    }
  }

  private SimulatorResponse create(JsonNode body) {
    JobSpec spec = SpecReader.job(body);
    return simulation
        .create(spec)
        .map(jobId -> SimulatorResponse.json(201, SpecWriter.created(jobId)))
        .orElseGet(
            () ->
                SimulatorResponse.refused(
                    409, "there is already a job " + spec.jobId() + "; choose another job_id"));
  }

  private SimulatorResponse replaceFaults(JsonNode body) {
    simulation.replaceFaults(SpecReader.faultList(body));
    return faults();
  }

  private SimulatorResponse faults() {
    return SimulatorResponse.json(200, SpecWriter.faults(simulation.faultsInForce()));
  }

  private SimulatorResponse stats(String listed) {
    int limit = USUALLY_LISTED;
    if (listed != null) {
      if (!listed.matches("[0-9]{1,5}") || Integer.parseInt(listed) > MAX_LISTED) {
        return SimulatorResponse.refused(400, "jobs must be a number of 0 to " + MAX_LISTED);
      }
      limit = Integer.parseInt(listed);
    }
    return SimulatorResponse.json(
        200, SpecWriter.stats(simulation.stats(), simulation.busiest(limit)));
  }
}
