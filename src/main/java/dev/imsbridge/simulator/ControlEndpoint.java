package dev.imsbridge.simulator;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.JsonNode;
import dev.imsbridge.job.JobId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The control API under {@code /simulator}: creates jobs, injects faults and reports statistics.
 * Errors are answered as {@code {"error": "..."}}. Thread-safe.
 */
final class ControlEndpoint {
  private static final int MAX_BODY_BYTES = 256 * 1024;
  private static final int MAX_LISTED = 10_000;
  private static final int DEFAULT_LISTED = 100;

  private final SimulatorServer simulator;

  private record ObservedJob(int gets, ExpectedJob expected) {}

  private record FaultView(
      FaultType type,
      double probability,
      @JsonInclude(JsonInclude.Include.NON_NULL) Integer left) {}

  private record StatsView(@JsonUnwrapped SimulatorStats stats, Map<String, Integer> gets) {}

  ControlEndpoint(SimulatorServer simulator) {
    this.simulator = simulator;
  }

  /**
   * Answers one request.
   *
   * @param path the part of the path after {@code /simulator}
   */
  void handle(SimulatorExchange exchange, String path) {
    String call = exchange.request().method().name() + " " + path;
    switch (call) {
      case "POST /jobs" -> withBody(exchange, this::create);
      case "GET /stats" -> exchange.send(stats(exchange.request().getParam("jobs")));
      case "GET /catalogue" -> exchange.send(json(200, simulator.catalogue().demo()));
      case "GET /faults" -> exchange.send(faults());
      case "PUT /faults" -> withBody(exchange, this::replaceFaults);
      case "DELETE /faults" -> {
        simulator.clearFaults();
        exchange.send(faults());
      }
      case "DELETE /tokens" -> {
        simulator.revokeTokens();
        exchange.send(json(200, Map.of()));
      }
      default -> other(exchange, call);
    }
  }

  private void other(SimulatorExchange exchange, String call) {
    String prefix = "GET /jobs/";
    String jobId = call.startsWith(prefix) ? call.substring(prefix.length()) : null;
    if (JobId.valid(jobId)) {
      exchange.send(json(200, new ObservedJob(simulator.gets(jobId), simulator.expected(jobId))));
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
    JobSpec spec = JsonText.read(body, JobSpec.class);
    return simulator
        .tryCreate(spec)
        .map(jobId -> json(201, Map.of("job_id", jobId)))
        .orElseGet(
            () ->
                SimulatorResponse.refused(
                    409, "there is already a job " + spec.jobId() + "; choose another job_id"));
  }

  /** The body is a list of faults, or an object with the list as its field {@code faults}. */
  private SimulatorResponse replaceFaults(JsonNode body) {
    JsonNode object = body.isArray() ? JsonText.object().set("faults", body) : body;
    simulator.replaceFaults(JsonText.read(object, FaultList.class).faults());
    return faults();
  }

  private SimulatorResponse faults() {
    List<FaultView> faults = simulator.faultsInForce().stream().map(ControlEndpoint::view).toList();
    return json(200, Map.of("faults", faults));
  }

  private static FaultView view(ActiveFault active) {
    InjectedFault fault = active.fault();
    return new FaultView(
        fault.type(), fault.probability(), fault.count() > 0 ? active.left() : null);
  }

  private SimulatorResponse stats(String listed) {
    int limit = DEFAULT_LISTED;
    if (listed != null) {
      if (!listed.matches("[0-9]{1,5}") || Integer.parseInt(listed) > MAX_LISTED) {
        return SimulatorResponse.refused(400, "jobs must be a number of 0 to " + MAX_LISTED);
      }
      limit = Integer.parseInt(listed);
    }
    Map<String, Integer> gets = new LinkedHashMap<>();
    simulator.busiest(limit).forEach(job -> gets.put(job.plan().jobId(), job.gets()));
    return json(200, new StatsView(simulator.stats(), gets));
  }

  private static SimulatorResponse json(int status, Object body) {
    return SimulatorResponse.json(status, JsonText.bytes(body));
  }
}
