package dev.imsbridge.web;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;

/**
 * {@code GET /metrics}: serves OpenMetrics when the {@code Accept} header of the client lists it,
 * as that of Prometheus does, and the older Prometheus text format otherwise. Thread-safe.
 */
final class MetricsPage {
  private static final String OPEN_METRICS = "application/openmetrics-text";
  private static final String OPEN_METRICS_TYPE = OPEN_METRICS + "; version=1.0.0; charset=utf-8";
  private static final String TEXT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final PrometheusMeterRegistry metrics;

  MetricsPage(PrometheusMeterRegistry metrics) {
    this.metrics = metrics;
  }

  void handle(RoutingContext routing) {
    boolean open =
        routing.parsedHeaders().accept().stream()
            .anyMatch(
                each ->
                    (each.component() + "/" + each.subComponent()).equalsIgnoreCase(OPEN_METRICS)
                        && each.weight() > 0);
    String type = open ? OPEN_METRICS_TYPE : TEXT_TYPE;
    routing
        .response()
        .putHeader(HttpHeaders.CONTENT_TYPE, type)
        .putHeader(HttpHeaders.VARY, "accept")
        .end(metrics.scrape(type));
  }
}
