package dev.imsbridge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the launcher in a separate project, with a java and an mvn that only record their arguments.
 */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
  @TempDir Path directory;
  private Path home;
  private Path tools;
  private Path calls;
  private String javaVersion = "17.0.15";
  private final List<String> environment = new ArrayList<>();

  private record Result(int exitCode, String out, String err) {}

  @BeforeEach
  void aProjectAndItsTools() throws IOException {
    home = Files.createDirectories(directory.resolve("some project"));
    tools = Files.createDirectories(directory.resolve("tools/bin"));
    calls = directory.resolve("calls");
    Files.copy(Path.of("imsbridge"), home.resolve("imsbridge"));
    executable(home.resolve("imsbridge"));
    for (String file : List.of("pom.xml", "src/main/java/A.java", "topics/requests.yaml")) {
      write(home.resolve(file), "x");
      age(home.resolve(file));
    }
    for (String folder : List.of("src/main/java", "src/main", "topics")) {
      age(home.resolve(folder));
    }
    tool("mvn", "mkdir -p target/lib && touch target/lib/imsbridge.jar");
    java("exit 7");
  }

  // Sets the time to an hour ago, so that files touched by a test are newer.
  private static void age(Path file) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofHours(1))));
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private static void executable(Path file) {
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private void tool(String name, String does) throws IOException {
    Path file = tools.resolve(name);
    Files.writeString(
        file, "#!/bin/bash\necho \"" + name + " $*\" >> '" + calls + "'\n" + does + "\n");
    executable(file);
  }

  private void java(String does) throws IOException {
    tool(
        "java",
        "if [[ $1 == -version ]]; then echo 'openjdk version \"%s\"' >&2; exit 0; fi\n%s"
            .formatted(javaVersion, does));
  }

  private Result run(Path script, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(script.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    Path out = directory.resolve("out");
    Path err = directory.resolve("err");
    builder.redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().clear();
    builder.environment().putAll(Map.of("PATH", tools + ":/usr/bin:/bin"));
    for (String each : environment) {
      builder.environment().put(each.split("=", 2)[0], each.split("=", 2)[1]);
    }
    int code = builder.start().waitFor();
    return new Result(code, Files.readString(out), Files.readString(err));
  }

  private Result run(String... arguments) throws Exception {
    return run(home.resolve("imsbridge"), arguments);
  }

  private List<String> called(String tool) throws IOException {
    if (!Files.exists(calls)) {
      return List.of();
    }
    return Files.readAllLines(calls).stream()
        .filter(call -> call.startsWith(tool + " ") && !call.contains("-version"))
        .toList();
  }

  @Test
  void shouldBuildOnceAndSayThatItDoes() throws Exception {
    assertThat(run("demo").err()).contains("imsbridge: building");
    assertThat(run("demo").err()).isEmpty();
    assertThat(called("mvn")).hasSize(1);
    assertThat(called("java")).hasSize(2);
  }

  @Test
  void shouldBecomeTheApplicationItStarts() throws Exception {
    Result result = run("submit", "a b", "--label", "x=*");
    assertThat(result.exitCode()).isEqualTo(7);
    assertThat(called("java").get(0))
        .endsWith("-jar " + home.toRealPath() + "/target/lib/imsbridge.jar submit a b --label x=*");
  }

  @Test
  void shouldBuildAgainWhenASourceChanged() throws Exception {
    run("demo");
    write(home.resolve("src/main/java/A.java"), "y");
    future(home.resolve("src/main/java/A.java"));
    run("demo");
    assertThat(called("mvn")).hasSize(2);
  }

  @Test
  void shouldBuildAgainWhenATopicsDeclarationOrThePomChanged() throws Exception {
    run("demo");
    future(home.resolve("topics/requests.yaml"));
    run("demo");
    assertThat(called("mvn")).hasSize(2);
    age(home.resolve("topics/requests.yaml"));
    future(home.resolve("pom.xml"));
    run("demo");
    assertThat(called("mvn")).hasSize(3);
  }

  /** A deleted file changes only the time of its directory. */
  @Test
  void shouldBuildAgainWhenASourceIsGone() throws Exception {
    run("demo");
    Files.delete(home.resolve("src/main/java/A.java"));
    future(home.resolve("src/main/java"));
    run("demo");
    assertThat(called("mvn")).hasSize(2);
  }

  private static void future(Path file) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(60)));
  }

  @Test
  void shouldTakeABuildByHandAsItIs() throws Exception {
    write(home.resolve("target/lib/imsbridge.jar"), "x");
    run("demo");
    assertThat(called("mvn")).isEmpty();
  }

  @Test
  void shouldShowWhyABuildFailedAndStartNothing() throws Exception {
    tool("mvn", "echo '[ERROR] A.java: no'; exit 1");
    Result result = run("demo");
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).contains("[ERROR] A.java: no").contains("the build failed");
    assertThat(result.out()).isEmpty();
    assertThat(called("java")).isEmpty();
    run("demo");
    assertThat(called("mvn")).hasSize(2);
  }

  @Test
  void shouldWorkThroughLinks() throws Exception {
    Path link = Files.createSymbolicLink(tools.resolve("bridge"), home.resolve("imsbridge"));
    Path relative =
        Files.createSymbolicLink(directory.resolve("link"), Path.of("tools/bin/bridge"));
    assertThat(run(link).exitCode()).isEqualTo(7);
    assertThat(run(relative).exitCode()).isEqualTo(7);
    assertThat(called("mvn")).hasSize(1);
  }

  @Test
  void shouldRefuseAnOldJavaByName() throws Exception {
    for (String old : List.of("11.0.2", "1.8.0_392", "16")) {
      javaVersion = old;
      java("exit 7");
      Result result = run("demo");
      assertThat(result.exitCode()).isEqualTo(1);
      assertThat(result.err()).startsWith("imsbridge: Java 17 or later is needed");
    }
    for (String good : List.of("17", "21.0.1", "25-ea")) {
      javaVersion = good;
      java("exit 7");
      assertThat(run("demo").exitCode()).isEqualTo(7);
    }
  }

  @Test
  void shouldReadTheVersionThatAJdkSaysInItsReleaseFile() throws Exception {
    write(directory.resolve("tools/release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"11.0.2\"\n");
    assertThat(run("demo").err()).contains("is 11");
    assertThat(called("mvn")).isEmpty();
  }

  @Test
  void shouldPreferJavaHomeAndSayWhenThereIsNoJavaInIt() throws Exception {
    environment.add("JAVA_HOME=" + directory.resolve("tools"));
    assertThat(run("demo").exitCode()).isEqualTo(7);
    environment.add("JAVA_HOME=/none/at/all");
    assertThat(run("demo").err()).contains("JAVA_HOME is /none/at/all");
  }

  @Test
  void shouldHandOptionsToTheJvm() throws Exception {
    environment.add("JAVA_OPTS=-Da=1");
    environment.add("IMSBRIDGE_OPTS=-Xmx1g -Db=2");
    run("demo");
    assertThat(called("java").get(0)).contains("-Da=1 -Xmx1g -Db=2 -jar");
  }

  @Test
  void shouldCompileLessWhatEndsSoon() throws Exception {
    run("run");
    run("submit", "run");
    run("replay");
    assertThat(called("java").get(0)).doesNotContain("TieredStopAtLevel");
    assertThat(called("java").get(1)).contains("-XX:TieredStopAtLevel=1");
    assertThat(called("java").get(2)).doesNotContain("TieredStopAtLevel");
  }

  /**
   * Cron, systemd and containers start programs like this. Java then decodes arguments as ASCII.
   */
  @Test
  void shouldGiveJavaAUtf8LocaleWhereThereIsOnlyAscii() throws Exception {
    java("echo \"$LC_ALL|$LANG\"");
    for (String ascii : List.of("LC_ALL=C", "LC_ALL=POSIX", "LANG=xx_XX.UTF-8", "LC_CTYPE=C")) {
      environment.clear();
      environment.add(ascii);
      assertThat(run("status").out()).as(ascii).startsWith("C.UTF-8|");
    }
  }

  /** With such a locale, arguments are in its charset, and Java decodes them correctly. */
  @Test
  void shouldLeaveALocaleWithAnotherCharsetAlone() throws Exception {
    java("echo \"$LC_ALL\"");
    tool("locale", "echo GB18030");
    environment.add("LC_ALL=zh_CN.gb18030");
    assertThat(run("status").out()).isEqualTo("zh_CN.gb18030\n");
  }

  /** Some images lack {@code locale}, but have C.UTF-8. */
  @Test
  void shouldSetAUtf8LocaleWhereNothingTellsTheCharset() throws Exception {
    java("echo \"$LC_ALL\"");
    tool("locale", "exit 127");
    assertThat(run("status").out()).isEqualTo("C.UTF-8\n");
  }

  /** An archive contains no sources: there is nothing to build, and no Maven. */
  @Test
  void shouldRunFromAnArchive() throws Exception {
    Path archive = Files.createDirectories(directory.resolve("an archive"));
    Path launcher = Files.createDirectories(archive.resolve("bin")).resolve("imsbridge");
    Files.copy(Path.of("imsbridge"), launcher);
    executable(launcher);
    Files.delete(tools.resolve("mvn"));
    assertThat(run(launcher, "demo").err()).contains("lib/imsbridge.jar is not there");
    write(archive.resolve("lib/imsbridge.jar"), "x");
    assertThat(run(launcher, "demo").exitCode()).isEqualTo(7);
    Path link = Files.createSymbolicLink(directory.resolve("link"), launcher);
    assertThat(run(link, "demo").exitCode()).isEqualTo(7);
    assertThat(called("java"))
        .hasSize(2)
        .allMatch(call -> call.endsWith("-jar " + real(archive) + "/lib/imsbridge.jar demo"));
  }

  private static Path real(Path file) {
    try {
      return file.toRealPath();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
