package dev.imsbridge.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The series that Prometheus stores for a bridge: those of docs/metrics.md, which BridgeMetricsIT
 * compares with a running bridge, those of the JVM, and Prometheus' own {@code up}.
 *
 * @param labels the labels of each series by its name, without those of the target
 */
record KnownMetrics(Map<String, Set<String>> labels) {
  private static final Set<String> OF_TARGET = Set.of("job", "instance");
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `(imsbridge_\\w+)` \\| (\\w+) \\| ([^|]*) \\|");
  private static final Pattern SAMPLE = Pattern.compile("(?m)^(jvm_\\w+)(?:\\{(.*)})? ");
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"");

  static KnownMetrics read() throws IOException {
    Map<String, Set<String>> labels = new HashMap<>();
    labels.put("up", Set.of());
    String page = Files.readString(Path.of("docs/metrics.md"));
    ROW.matcher(page).results().forEach(row -> documented(labels, row));
    assertThat(labels).hasSizeGreaterThan(30);
    jvm(labels);
    return new KnownMetrics(labels);
  }

  private static void documented(Map<String, Set<String>> labels, MatchResult row) {
    Set<String> own = new HashSet<>(Arrays.asList(row.group(3).strip().split(", ")));
    own.remove("");
    List<String> suffixes =
        switch (row.group(2)) {
          case "histogram" -> List.of("_bucket", "_count", "_sum", "_max");
          case "summary" -> List.of("_count", "_sum", "_max");
          default -> List.of("");
        };
    for (String suffix : suffixes) {
      Set<String> all = new HashSet<>(own);
      if (suffix.equals("_bucket")) {
        all.add("le");
      }
      labels.put(row.group(1) + suffix, all);
    }
  }

  private static void jvm(Map<String, Set<String>> labels) {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    try (JvmGcMetrics garbage = new JvmGcMetrics()) {
      garbage.bindTo(registry);
      SAMPLE
          .matcher(registry.scrape())
          .results()
          .forEach(
              sample -> {
                Set<String> own = labels.computeIfAbsent(sample.group(1), name -> new HashSet<>());
                if (sample.group(2) != null) {
                  LABEL.matcher(sample.group(2)).results().forEach(each -> own.add(each.group(1)));
                }
              });
    }
    // Registered at the first collection.
    labels.putIfAbsent("jvm_gc_pause_seconds_sum", Set.of("action", "cause", "gc"));
  }

  /** Fails if the query names a metric or a label that does not exist. */
  void assertKnown(String where, PromQuery query) {
    assertThat(query.selectors()).as(where).isNotEmpty();
    Set<String> all = new HashSet<>(OF_TARGET);
    query
        .selectors()
        .forEach(
            selector -> {
              assertThat(labels).as("metrics of %s", where).containsKey(selector.metric());
              all.addAll(labels.get(selector.metric()));
              Set<String> own = new HashSet<>(labels.get(selector.metric()));
              own.addAll(OF_TARGET);
              assertThat(own)
                  .as("labels of %s in %s", selector.metric(), where)
                  .containsAll(selector.labels());
            });
    assertThat(all).as("labels that %s groups by", where).containsAll(query.groupings());
  }
}
