package dev.imsbridge.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imsbridge.bench.TopologyMeasurement.Round;
import dev.imsbridge.terminal.Columns;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * The results of {@code bench topology}, as text or JSON.
 *
 * @param lags the latencies of single answers, in ascending order
 */
record TopologyReport(int jobs, int partitions, List<Round> rounds, List<Duration> lags) {

  String text() {
    Columns columns = new Columns("", "records/s", "CPU per record", "broker's CPU per record");
    row(columns, "requests", Round::requests);
    row(columns, "answers", Round::answers);
    return """
        %s
        From an answer until its transition can be read: %s ms in the median, %s ms in 19 of 20 cases, %s ms at most.
        %s single answers, one after the other.

        %s
        """
        .formatted(columns.text(), lag(0.5), lag(0.95), lag(1), lags.size(), method());
  }

  private void row(Columns columns, String name, Function<Round, Measured> kind) {
    columns.row(
        name,
        text("%.0f", perSecond(kind)),
        text("%.1f us", cpuMicros(kind)),
        text("%.1f us", brokerMicros(kind)));
  }

  String json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("method", method());
    row(json.putObject("requests"), Round::requests);
    row(json.putObject("answers"), Round::answers);
    json.putObject("lag")
        .put("answers", lags.size())
        .put("p50_ms", lag(0.5))
        .put("p95_ms", lag(0.95))
        .put("max_ms", lag(1));
    return json.toPrettyString() + "\n";
  }

  private void row(ObjectNode json, Function<Round, Measured> kind) {
    json.put("records_per_second", Math.round(perSecond(kind)))
        .put("cpu_micros_per_record", rounded(cpuMicros(kind)))
        .put("broker_cpu_micros_per_record", rounded(brokerMicros(kind)));
  }

  private String method() {
    return ("Medians of %s rounds after a warm-up, %s jobs and three answers for each in %s partitions, written while the"
            + " topology pauses. CPU is that of the whole process, with the consumer that reads what follows; the"
            + " broker is another process on the same machine. %s cores, Java %s.")
        .formatted(
            rounds.size(),
            jobs,
            partitions,
            Runtime.getRuntime().availableProcessors(),
            System.getProperty("java.version"));
  }

  private double perSecond(Function<Round, Measured> kind) {
    return median(kind, Measured::perSecond);
  }

  private double cpuMicros(Function<Round, Measured> kind) {
    return median(kind, Measured::cpuMicros);
  }

  private double brokerMicros(Function<Round, Measured> kind) {
    return median(kind, Measured::brokerMicros);
  }

  private double median(Function<Round, Measured> kind, ToDoubleFunction<Measured> figure) {
    return Median.of(rounds.stream().map(kind).mapToDouble(figure).toArray());
  }

  private long lag(double share) {
    int index = (int) Math.min(lags.size() - 1, Math.floor(share * lags.size()));
    return lags.get(index).toMillis();
  }

  private static double rounded(double value) {
    return Math.round(value * 10) / 10.0;
  }

  private static String text(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
