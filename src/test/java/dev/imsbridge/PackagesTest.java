package dev.imsbridge;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertAll;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The table of packages, stated and enforced: what each package may know. Whoever wants a package
 * to know more changes the table here, where a reviewer sees it.
 */
class PackagesTest {
  private static final String ROOT = "dev.imsbridge";
  private static final JavaClasses BRIDGE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(ROOT);

  private static final String[] JSON = {"com.fasterxml.jackson.."};
  private static final String[] LOG = {"org.slf4j.."};
  private static final String[] KAFKA_CLIENTS = {
    "org.apache.kafka.clients..", "org.apache.kafka.common.."
  };
  private static final String[] KAFKA_STREAMS = {"org.apache.kafka.streams.."};
  private static final String[] KAFKA_SERVER = {"kafka..", "org.apache.kafka..", "scala.."};
  private static final String[] HTTP = {"io.vertx..", "io.netty.."};
  private static final String[] METRICS = {"io.micrometer.."};

  /** A row of the table; the JDK goes without saying. */
  private record Row(String name, List<String> packages, List<String> libraries) {
    static Row of(String name, String... packages) {
      return new Row(name, List.of(packages), List.of());
    }

    Row and(String[]... more) {
      return new Row(
          name,
          packages,
          Stream.concat(libraries.stream(), Stream.of(more).flatMap(Stream::of)).toList());
    }

    String[] mayKnow() {
      List<String> all = new ArrayList<>(libraries);
      all.add("java..");
      all.add("javax..");
      all.add(ROOT + "." + name);
      packages.forEach(known -> all.add(ROOT + "." + known));
      return all.toArray(String[]::new);
    }
  }

  private static final String[] COMMANDS = {"picocli.."};
  private static final String[] ROCKSDB = {"org.rocksdb.."};

  private static final List<Row> TABLE =
      List.of(
          Row.of("job"),
          Row.of("wire", "job").and(JSON, KAFKA_CLIENTS, new String[] {"io.cloudevents.."}),
          Row.of("ledger", "job", "wire").and(KAFKA_CLIENTS),
          Row.of("ims", "job", "wire").and(HTTP, JSON, LOG, METRICS),
          Row.of("poller.schedule", "job"),
          Row.of("poller", "poller.schedule", "job", "wire", "ims")
              .and(KAFKA_CLIENTS, LOG, METRICS),
          Row.of("topology", "job", "wire", "ledger")
              .and(KAFKA_STREAMS, KAFKA_CLIENTS, LOG, METRICS, ROCKSDB),
          Row.of("topics", "job", "wire").and(KAFKA_CLIENTS, JSON, LOG),
          Row.of("history", "job", "wire", "ledger").and(KAFKA_CLIENTS, JSON, LOG),
          Row.of("history.replay", "history", "job", "wire").and(KAFKA_CLIENTS, JSON, LOG),
          Row.of("history.audit", "history", "job", "wire", "ledger").and(KAFKA_CLIENTS, JSON, LOG),
          Row.of("history.rebuild", "history.audit", "history", "job", "wire", "ledger")
              .and(KAFKA_CLIENTS, JSON, LOG),
          Row.of("web.http").and(HTTP, JSON, LOG, METRICS),
          Row.of("web.api", "web.http", "job", "wire", "history", "topology")
              .and(HTTP, JSON, KAFKA_STREAMS, KAFKA_CLIENTS, LOG, METRICS),
          Row.of("web.stream", "web.http", "job", "wire", "history")
              .and(HTTP, JSON, KAFKA_CLIENTS, LOG, METRICS),
          Row.of("web.mirror", "web.http", "web.api", "job", "wire", "history")
              .and(HTTP, JSON, KAFKA_CLIENTS, LOG),
          Row.of("web", "web.http", "web.api", "web.stream", "web.mirror", "wire")
              .and(HTTP, JSON, LOG, METRICS),
          Row.of("simulator", "job").and(HTTP, JSON, LOG),
          Row.of("embedded").and(KAFKA_SERVER, LOG),
          Row.of("terminal").and(LOG),
          Row.of("config", "terminal", "job", "wire", "ims", "topics")
              .and(KAFKA_CLIENTS, KAFKA_STREAMS, JSON),
          Row.of(
                  "service",
                  "terminal",
                  "config",
                  "job",
                  "wire",
                  "ledger",
                  "ims",
                  "poller",
                  "poller.schedule",
                  "topology",
                  "topics",
                  "history",
                  "history.replay",
                  "web",
                  "web.http",
                  "web.api",
                  "web.stream",
                  "embedded")
              .and(HTTP, JSON, KAFKA_STREAMS, KAFKA_CLIENTS, LOG, METRICS, ROCKSDB)
              .and(new String[] {"ch.qos.logback.."}),
          Row.of(
                  "bench",
                  "service",
                  "terminal",
                  "config",
                  "job",
                  "wire",
                  "ims",
                  "poller",
                  "poller.schedule",
                  "topology",
                  "topics",
                  "history",
                  "history.replay",
                  "simulator")
              .and(HTTP, JSON, KAFKA_STREAMS, KAFKA_CLIENTS, LOG, METRICS, COMMANDS)
              .and(new String[] {"com.sun.management.."}));

  @TestFactory
  Stream<DynamicTest> shouldKnowOnlyWhatTheTableAllows() {
    return TABLE.stream()
        .map(
            row ->
                DynamicTest.dynamicTest(
                    row.name(),
                    () ->
                        classes()
                            .that()
                            .resideInAPackage(ROOT + "." + row.name())
                            .should()
                            .onlyDependOnClassesThat()
                            .resideInAnyPackage(row.mayKnow())
                            .allowEmptyShould(true)
                            .check(BRIDGE)));
  }

  @Test
  void shouldKeepTheJobPackageToTheJdkAlone() {
    classes()
        .that()
        .resideInAPackage(ROOT + ".job..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            ROOT + ".job..", "java.lang..", "java.util..", "java.time..", "java.math..")
        .because("the fold has no clock, no Kafka, no files and no randomness in it")
        .check(BRIDGE);
    noClasses()
        .that()
        .resideInAPackage(ROOT + ".job..")
        .should()
        .callMethod(java.time.Instant.class, "now")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .dependOnClassesThat()
        .haveNameMatching("java\\.util\\.(Random|UUID|concurrent\\.ThreadLocalRandom)")
        .because("the same inputs give the same bytes")
        .check(BRIDGE);
  }

  /** A time of the year +1000000000 has no milliseconds: whatever counts with it ends. */
  @Test
  void shouldBoundTimesWhereTheyAreParsed() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + ".simulator..")
        .and()
        .doNotHaveFullyQualifiedName(ROOT + ".wire.TimeRange")
        .should()
        .callMethod(java.time.Instant.class, "parse", CharSequence.class)
        .because("TimeRange.parse bounds what it reads")
        .check(BRIDGE);
  }

  @Test
  void shouldKeepStreamsOutOfThePollerAndHttpOutOfTheTopology() {
    assertAll(
        () ->
            noClasses()
                .that()
                .resideInAnyPackage(ROOT + ".poller..", ROOT + ".ims..", ROOT + ".history..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(KAFKA_STREAMS)
                .allowEmptyShould(true)
                .check(BRIDGE),
        () ->
            noClasses()
                .that()
                .resideInAPackage(ROOT + ".topology..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                    "io.vertx..", "io.netty..", "java.net.http..", ROOT + ".ims..", ROOT + ".web..")
                .check(BRIDGE));
  }

  @Test
  void shouldHaveNoCyclesOfPackages() {
    slices().matching(ROOT + ".(**)").should().beFreeOfCycles().check(BRIDGE);
  }

  @Test
  void shouldListEveryPackageInTheTable() {
    List<String> listed = new ArrayList<>(TABLE.stream().map(Row::name).toList());
    listed.add("cli");
    assertThat(BRIDGE.stream().map(type -> type.getPackageName()).distinct())
        .allSatisfy(
            name ->
                assertThat(listed)
                    .as("a package the table does not list: " + name)
                    .anyMatch(known -> name.equals(ROOT + "." + known)));
  }

  @Test
  void shouldExplainEveryPackageInItsPackageInfo() throws IOException {
    Path sources = Path.of("src/main/java");
    try (Stream<Path> files = Files.walk(sources)) {
      assertThat(
              files
                  .filter(file -> file.toString().endsWith(".java"))
                  .map(Path::getParent)
                  .distinct()
                  .sorted())
          .isNotEmpty()
          .allSatisfy(
              folder ->
                  assertThat(folder.resolve("package-info.java"))
                      .content()
                      .startsWith("/**")
                      .contains("Start with"));
    }
  }

  @Test
  void shouldNotNameClassesAfterNothing() {
    noClasses()
        .should()
        .haveNameMatching(".*(Manager|Helper|Util|Utils|Impl)(\\$.*)?")
        .check(BRIDGE);
  }

  @Test
  void shouldHoldNoStaticMutableState() {
    com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields()
        .that()
        .areStatic()
        .and()
        .doNotHaveModifier(com.tngtech.archunit.core.domain.JavaModifier.SYNTHETIC)
        .should()
        .beFinal()
        .check(BRIDGE);
  }
}
