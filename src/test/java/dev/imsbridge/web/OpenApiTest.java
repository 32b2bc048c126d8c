package dev.imsbridge.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.imsbridge.web.api.ApiContext;
import dev.imsbridge.web.http.HttpAccess;
import dev.imsbridge.web.stream.EventStream;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The OpenAPI document describes the server's routes in a form that tools can parse. */
class OpenApiTest {
  private final ApiDocument document;

  OpenApiTest() throws Exception {
    document = new ApiDocument();
  }

  @Test
  void shouldBeValidByTheSchemaOfOpenApi() {
    assertThat(document.violations()).isEmpty();
  }

  @Test
  void shouldHoldOnlyValidSchemas() {
    SchemaRegistry registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    var meta =
        registry.getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));
    assertThat(document.json().at("/components/schemas").properties())
        .isNotEmpty()
        .allSatisfy(
            each ->
                assertThat(meta.validate(each.getValue().toString(), InputFormat.JSON))
                    .as(each.getKey())
                    .isEmpty());
  }

  @Test
  void shouldReferToNothingThatIsNotThere() {
    assertThat(document.json().findValuesAsText("$ref"))
        .isNotEmpty()
        .allSatisfy(
            target ->
                assertThat(document.json().at(target.substring(1)).isMissingNode())
                    .as(target)
                    .isFalse());
  }

  @Test
  void shouldDescribeEveryRouteAndNoOther() throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      assertThat(routes(vertx)).isEqualTo(document.operations());
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().get();
    }
  }

  /** Returns all routes except those of the page's files and those between instances. */
  private static Set<String> routes(Vertx vertx) {
    PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    Router router =
        WebServer.router(
            vertx,
            new WebServer.Settings(
                InetSocketAddress.createUnresolved("127.0.0.1", 0),
                HttpAccess.local(),
                Duration.ofSeconds(1)),
            new Health() {
              @Override
              public boolean live() {
                return true;
              }

              @Override
              public Map<String, Boolean> parts() {
                return Map.of();
              }
            },
            metrics,
            new EventStream(metrics),
            new ApiContext(vertx, HttpAccess.local()));
    Set<String> routes = new TreeSet<>();
    router
        .getRoutes()
        .forEach(
            route -> {
              String path = route.getPath();
              if (path != null && !path.matches("/|/page/.*|/internal/.*")) {
                route
                    .methods()
                    .forEach(
                        method -> routes.add(method + " " + path.replaceAll(":(\\w+)", "{$1}")));
              }
            });
    routes.removeIf(route -> route.startsWith("HEAD "));
    return routes;
  }

  @Test
  void shouldDeclareTheParametersOfEachPath() {
    Pattern parameter = Pattern.compile("\\{(\\w+)}");
    document
        .json()
        .path("paths")
        .properties()
        .forEach(
            path -> {
              Set<String> wanted = new TreeSet<>();
              Matcher matcher = parameter.matcher(path.getKey());
              while (matcher.find()) {
                wanted.add(matcher.group(1));
              }
              for (JsonNode operation : path.getValue()) {
                Set<String> declared = new TreeSet<>();
                for (JsonNode each : operation.path("parameters")) {
                  if (each.path("in").asText().equals("path")) {
                    declared.add(each.path("name").asText());
                  }
                }
                assertThat(declared).as(path.getKey()).isEqualTo(wanted);
              }
            });
  }
}
