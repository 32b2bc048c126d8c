package dev.imsbridge;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertAll;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.PackageMatcher;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Enforces the structure of the code: the table of packages and what each may use, no cycles, and
 * rules for names. A change that needs another dependency changes the table, where a reviewer sees
 * it.
 */
class PackagesTest {
  private static final String ROOT = "dev.imsbridge";
  private static final Path SOURCES = Path.of("src/main/java");
  private static final Pattern IMPORT =
      Pattern.compile("^import (?:static )?([a-z0-9_.]+)\\.[A-Z]", Pattern.MULTILINE);
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

  /** A row of the table; every package may use the JDK. */
  private record Row(String name, List<String> packages, List<String[]> libraries) {
    static Row of(String name, String... packages) {
      return new Row(name, List.of(packages), List.of());
    }

    Row and(String[]... more) {
      return new Row(name, packages, Stream.concat(libraries.stream(), Stream.of(more)).toList());
    }

    /** Everything that the row names: each package, and each library with its patterns. */
    Stream<String[]> named() {
      return Stream.concat(
          packages.stream().map(known -> new String[] {ROOT + "." + known}), libraries.stream());
    }

    String[] mayKnow() {
      return Stream.concat(
              Stream.of("java..", "javax..", ROOT + "." + name), named().flatMap(Stream::of))
          .toArray(String[]::new);
    }
  }

  private static final String[] COMMANDS = {"picocli.."};
  private static final String[] ROCKSDB = {"org.rocksdb.."};
  private static final String[] PROCESSES = {"com.sun.management..", "com.sun.tools.attach.."};

  private static final List<Row> TABLE =
      List.of(
          Row.of("job"),
          Row.of("wire", "job").and(JSON, KAFKA_CLIENTS),
          Row.of("ledger", "job", "wire").and(KAFKA_CLIENTS),
          Row.of("ims", "job", "wire").and(HTTP, JSON, LOG),
          Row.of("poller.schedule", "job"),
          Row.of("poller", "poller.schedule", "job", "wire", "ims").and(KAFKA_CLIENTS, LOG),
          Row.of("control", "job", "wire").and(KAFKA_CLIENTS, LOG),
          Row.of("topology", "job", "wire", "ledger")
              .and(KAFKA_STREAMS, KAFKA_CLIENTS, LOG, METRICS, ROCKSDB),
          Row.of("topics", "wire").and(KAFKA_CLIENTS, JSON, LOG),
          Row.of("history", "job", "wire").and(KAFKA_CLIENTS, JSON),
          Row.of("history.replay", "history", "wire").and(KAFKA_CLIENTS, JSON),
          Row.of("history.audit", "history", "job", "wire", "ledger").and(KAFKA_CLIENTS, JSON),
          Row.of("history.rebuild", "history.audit", "history", "job", "wire", "ledger")
              .and(KAFKA_CLIENTS, JSON),
          Row.of("history.letters", "history", "job", "wire").and(KAFKA_CLIENTS, JSON),
          Row.of("web.http").and(HTTP, METRICS),
          Row.of(
                  "web.api",
                  "web.http",
                  "web.stream",
                  "job",
                  "wire",
                  "control",
                  "history",
                  "history.letters",
                  "topology")
              .and(HTTP, JSON, KAFKA_STREAMS, KAFKA_CLIENTS, LOG),
          Row.of("web.stream", "web.http", "job", "wire", "history")
              .and(HTTP, JSON, KAFKA_CLIENTS, LOG, METRICS),
          Row.of("web.mirror", "web.http", "web.api", "job", "wire", "history")
              .and(HTTP, KAFKA_CLIENTS, LOG),
          Row.of("web", "web.http", "web.api", "web.stream", "web.mirror", "wire")
              .and(HTTP, METRICS),
          Row.of("simulator", "job").and(HTTP, JSON),
          Row.of("embedded").and(KAFKA_SERVER, LOG),
          Row.of("terminal").and(LOG),
          Row.of("config", "terminal", "job", "wire", "ims").and(KAFKA_CLIENTS, KAFKA_STREAMS),
          Row.of(
                  "service",
                  "terminal",
                  "config",
                  "job",
                  "wire",
                  "ims",
                  "poller",
                  "poller.schedule",
                  "control",
                  "topology",
                  "topics",
                  "history",
                  "history.letters",
                  "history.replay",
                  "web",
                  "web.http",
                  "web.api",
                  "web.stream",
                  "embedded")
              .and(HTTP, JSON, KAFKA_STREAMS, KAFKA_CLIENTS, LOG, METRICS, ROCKSDB)
              .and(new String[] {"ch.qos.logback.."}),
          Row.of("bench.common", "service", "terminal", "config", "job", "wire")
              .and(JSON, KAFKA_CLIENTS, COMMANDS, PROCESSES),
          Row.of(
                  "bench.poll",
                  "bench.common",
                  "service",
                  "terminal",
                  "job",
                  "wire",
                  "ims",
                  "poller",
                  "poller.schedule")
              .and(HTTP, KAFKA_CLIENTS, COMMANDS),
          Row.of(
                  "bench.topology",
                  "bench.common",
                  "service",
                  "terminal",
                  "config",
                  "job",
                  "ledger",
                  "wire",
                  "ims",
                  "topology")
              .and(KAFKA_STREAMS, KAFKA_CLIENTS, METRICS, COMMANDS),
          Row.of(
                  "bench.bridges",
                  "bench.common",
                  "service",
                  "terminal",
                  "config",
                  "job",
                  "ledger",
                  "wire",
                  "ims")
              .and(HTTP, JSON, KAFKA_CLIENTS, COMMANDS, PROCESSES),
          Row.of(
                  "bench.replay",
                  "bench.common",
                  "service",
                  "terminal",
                  "config",
                  "job",
                  "wire",
                  "history",
                  "history.replay")
              .and(JSON, KAFKA_CLIENTS, COMMANDS),
          Row.of(
                  "bench",
                  "bench.poll",
                  "bench.topology",
                  "bench.bridges",
                  "bench.replay",
                  "terminal")
              .and(COMMANDS));

  /** A package with more files than this is two packages. The simulator is a program of its own. */
  private static final int MOST_FILES = 35;

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

  /** A permission that nobody needs any more would let a dependency back in unnoticed. */
  @TestFactory
  Stream<DynamicTest> shouldAllowOnlyWhatIsUsed() {
    return TABLE.stream()
        .map(
            row ->
                DynamicTest.dynamicTest(
                    row.name(),
                    () ->
                        assertThat(unused(row))
                            .as("named in the row of %s, but not used", row.name())
                            .isEmpty()));
  }

  private static List<String[]> unused(Row row) throws IOException {
    Set<String> used =
        BRIDGE.stream()
            .filter(type -> type.getPackageName().equals(ROOT + "." + row.name()))
            .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
            .map(to -> to.getTargetClass().getBaseComponentType().getPackageName())
            .collect(Collectors.toSet());
    // The compiler copies constants, so a use of nothing else is only in the source.
    Path folder = SOURCES.resolve((ROOT + "." + row.name()).replace('.', '/'));
    for (Path file : sources(folder, 1)) {
      IMPORT.matcher(Files.readString(file)).results().forEach(each -> used.add(each.group(1)));
    }
    return row.named()
        .filter(
            named ->
                Stream.of(named)
                    .map(PackageMatcher::of)
                    .noneMatch(matcher -> used.stream().anyMatch(matcher::matches)))
        .toList();
  }

  /** The source files below a folder, without {@code package-info.java}. */
  private static List<Path> sources(Path folder, int depth) throws IOException {
    try (Stream<Path> files = Files.walk(folder, depth)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> !file.endsWith("package-info.java"))
          .toList();
    }
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

  /**
   * Three classes that all need each other cannot be read, tested or moved one by one. Two may,
   * such as a sealed interface and a class that returns it.
   */
  @TestFactory
  Stream<DynamicTest> shouldHaveNoCycleOfMoreThanTwoClasses() {
    return BRIDGE.stream()
        .collect(Collectors.groupingBy(JavaClass::getPackageName, TreeMap::new, Collectors.toSet()))
        .entrySet()
        .stream()
        .map(
            each ->
                DynamicTest.dynamicTest(
                    each.getKey(), () -> assertThat(cycles(each.getValue())).isEmpty()));
  }

  /** Returns the sets of more than two top-level classes that reach each other. */
  private static Set<Set<String>> cycles(Set<JavaClass> types) {
    Map<String, Set<String>> reached = new TreeMap<>();
    for (JavaClass type : types) {
      Set<String> used = reached.computeIfAbsent(topLevel(type), name -> new TreeSet<>());
      type.getDirectDependenciesFromSelf().stream()
          .map(Dependency::getTargetClass)
          .map(JavaClass::getBaseComponentType)
          .filter(types::contains)
          .forEach(target -> used.add(topLevel(target)));
    }
    // Warshall's transitive closure.
    for (String middle : reached.keySet()) {
      for (Set<String> used : reached.values()) {
        if (used.contains(middle)) {
          used.addAll(reached.get(middle));
        }
      }
    }
    return reached.entrySet().stream()
        .map(
            each ->
                each.getValue().stream()
                    .filter(other -> reached.get(other).contains(each.getKey()))
                    .collect(Collectors.toCollection(TreeSet::new)))
        .filter(cycle -> cycle.size() > 2)
        .collect(Collectors.toSet());
  }

  private static String topLevel(JavaClass type) {
    return type.getEnclosingClass().map(PackagesTest::topLevel).orElse(type.getSimpleName());
  }

  @Test
  void shouldListEveryPackageInTheTable() {
    List<String> listed = new ArrayList<>(TABLE.stream().map(Row::name).toList());
    listed.addAll(List.of("cli", "cli.common", "cli.jobs", "cli.past"));
    assertThat(BRIDGE.stream().map(type -> type.getPackageName()).distinct())
        .allSatisfy(
            name ->
                assertThat(listed)
                    .as("a package the table does not list: " + name)
                    .anyMatch(known -> name.equals(ROOT + "." + known)));
  }

  @Test
  void shouldExplainEveryPackageInItsPackageInfo() throws IOException {
    try (Stream<Path> files = Files.walk(SOURCES)) {
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
  void shouldSplitLargePackages() throws IOException {
    assertThat(
            sources(SOURCES, Integer.MAX_VALUE).stream()
                .map(Path::getParent)
                .filter(folder -> !folder.endsWith("simulator"))
                .collect(Collectors.groupingBy(folder -> folder, Collectors.counting())))
        .isNotEmpty()
        .allSatisfy((folder, files) -> assertThat(files).isLessThanOrEqualTo(MOST_FILES));
  }

  /** Two classes of one name are taken for each other in searches, logs and reviews. */
  @Test
  void shouldNameEveryClassOnce() throws IOException {
    List<Path> files = new ArrayList<>(sources(SOURCES, Integer.MAX_VALUE));
    files.addAll(sources(Path.of("src/test/java"), Integer.MAX_VALUE));
    assertThat(files.stream().collect(Collectors.groupingBy(Path::getFileName)).values())
        .isNotEmpty()
        .filteredOn(same -> same.size() > 1)
        .isEmpty();
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
