package dev.imsbridge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.config.Keys;
import dev.imsbridge.terminal.CommandOutput;
import dev.imsbridge.terminal.Terminal;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** The documents name only what exists: files, headings, classes, settings, commands, options. */
class DocsTest {
  private static final Path SOURCES = Path.of("src/main/java/dev/imsbridge");
  private static final Path DOCS = Path.of("docs");
  private static final Pattern LINK = Pattern.compile("]\\(([^)#\\s]*)(?:#([^)\\s]+))?\\)");
  private static final Pattern CODE = Pattern.compile("`([^`\\n]+)`");
  private static final Pattern BLOCK = Pattern.compile("(?s)```[a-z]*\\n(.*?)```");
  private static final Pattern COMMAND = Pattern.compile("(?m)^(?:\\./)?imsbridge ([^#\\n]*)");

  /** In a block that also shows the output. */
  private static final Pattern TYPED = Pattern.compile("(?m)^\\$ imsbridge ([^#\\n]*)");

  private static final Set<String> COMMON =
      Set.of("--help", "--version", "--set", "--config", "--json");
  private static final int LONGEST_LINE = 120;

  static List<Path> documents() throws IOException {
    try (Stream<Path> pages = Files.list(DOCS)) {
      return Stream.concat(
              Stream.of("README.md", "CONTRIBUTING.md", "SECURITY.md").map(Path::of),
              pages.filter(page -> page.toString().endsWith(".md")).sorted())
          .toList();
    }
  }

  private static CommandLine imsbridge() {
    CommandOutput nowhere = new CommandOutput(OutputStream.nullOutputStream());
    return ImsBridge.commandLine(
        new Terminal(Map.of(), new ByteArrayInputStream(new byte[0]), nowhere, nowhere, false));
  }

  private static List<MatchResult> all(Pattern pattern, String text) {
    return pattern.matcher(text).results().toList();
  }

  @Test
  void shouldLinkToWhatExists() throws IOException {
    for (Path document : documents()) {
      for (MatchResult link : all(LINK, Files.readString(document))) {
        if (link.group(1).startsWith("http")) {
          continue;
        }
        Path target =
            link.group(1).isEmpty() ? document : document.resolveSibling(link.group(1)).normalize();
        assertThat(target).as("%s: %s", document, link.group()).exists();
        if (link.group(2) != null) {
          assertThat(anchors(target)).as("headings of %s", target).contains(link.group(2));
        }
      }
    }
  }

  private static Set<String> anchors(Path document) throws IOException {
    Set<String> anchors = new TreeSet<>();
    for (MatchResult heading : all(Pattern.compile("(?m)^#+ (.+)$"), Files.readString(document))) {
      String words = heading.group(1).toLowerCase(java.util.Locale.ROOT);
      anchors.add(words.replaceAll("[^a-z0-9 -]", "").replace(' ', '-'));
    }
    return anchors;
  }

  @Test
  void shouldNameClassesThatExist() throws IOException {
    String text = Files.readString(DOCS.resolve("development.md"));
    Set<String> classes = new TreeSet<>();
    Set<String> packages = new TreeSet<>();
    try (Stream<Path> files = Files.walk(SOURCES)) {
      for (Path file : files.filter(file -> file.toString().endsWith(".java")).toList()) {
        String folder = SOURCES.relativize(file.getParent()).toString().replace('/', '.');
        String name = file.getFileName().toString().replace(".java", "");
        classes.add(name);
        classes.add(folder + "." + name);
        packages.add(folder);
      }
    }
    List<String> named = new ArrayList<>();
    for (MatchResult code : all(CODE, text)) {
      Matcher name = Pattern.compile("((?:[a-z]+[./])*[A-Z][A-Za-z]*[a-z])").matcher(code.group(1));
      if (name.matches()) {
        named.add(name.group(1).replace('/', '.'));
      }
    }
    named.removeIf(name -> name.endsWith("Test") || name.endsWith("IT"));
    assertThat(named).hasSizeGreaterThan(40).isSubsetOf(classes);
    assertThat(all(Pattern.compile("(?m)^\\| `([a-z.]+)` \\|"), text).stream().map(m -> m.group(1)))
        .as("the table of packages")
        .containsExactlyInAnyOrderElementsOf(packages);
  }

  /** A setting that was renamed stays in a document for years otherwise. */
  @Test
  void shouldNameSettingsThatExist() throws IOException {
    Set<String> keys = Keys.DEFINITION.names();
    Set<String> families = new TreeSet<>();
    keys.forEach(key -> families.add(key.replaceFirst("\\..*", "")));
    families.remove("kafka");
    for (Path document : documents()) {
      for (MatchResult code : all(CODE, Files.readString(document))) {
        String name = code.group(1).replaceFirst("=.*", "");
        boolean setting =
            name.matches("[a-z]+(\\.[a-z-]+)+")
                && families.contains(name.replaceFirst("\\..*", ""));
        if (setting && !name.matches("ims\\.jobs\\..*")) {
          assertThat(keys).as("%s", document).contains(name);
        }
      }
    }
  }

  @Test
  void shouldShowCommandsThatParse() throws IOException {
    int shown = 0;
    for (Path document : documents()) {
      for (MatchResult block : all(BLOCK, Files.readString(document))) {
        Pattern pattern = block.group(1).startsWith("$ ") ? TYPED : COMMAND;
        for (MatchResult command : all(pattern, block.group(1))) {
          String[] arguments = command.group(1).strip().split("\\s+");
          assertThat(parsed(arguments)).as("%s: %s", document, command.group()).isTrue();
          shown++;
        }
      }
    }
    assertThat(shown).isGreaterThan(10);
  }

  private static boolean parsed(String... arguments) {
    try {
      imsbridge().parseArgs(arguments);
      return true;
    } catch (CommandLine.ParameterException e) {
      return false;
    }
  }

  @Test
  void shouldDescribeEachCommandWithItsOptions() throws IOException {
    String page = Files.readString(DOCS.resolve("cli.md"));
    for (CommandLine command : leaves(imsbridge())) {
      String name = command.getCommandSpec().qualifiedName();
      if (name.startsWith("imsbridge bench")) {
        assertThat(page).contains("`" + name.replace("imsbridge ", "") + "`");
        continue;
      }
      int from = page.indexOf("\n## `" + name + "`\n");
      assertThat(from).as("a section of %s", name).isPositive();
      int to = page.indexOf("\n## ", from + 1);
      String section = page.substring(from, to < 0 ? page.length() : to);
      for (OptionSpec option : command.getCommandSpec().options()) {
        if (!COMMON.contains(option.longestName())) {
          assertThat(option.names()).as("options of %s", name).anyMatch(section::contains);
        }
      }
    }
  }

  private static List<CommandLine> leaves(CommandLine line) {
    if (line.getSubcommands().isEmpty()) {
      return List.of(line);
    }
    List<CommandLine> leaves = new ArrayList<>();
    line.getSubcommands().values().stream().distinct().forEach(each -> leaves.addAll(leaves(each)));
    return leaves;
  }

  @Test
  void shouldFitOnAScreen() throws IOException {
    assertThat(Files.readAllLines(Path.of("README.md"))).hasSizeLessThanOrEqualTo(250);
    for (Path document : documents()) {
      assertThat(Files.readAllLines(document))
          .as("%s", document)
          .filteredOn(line -> !line.startsWith("|"))
          .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(LONGEST_LINE));
    }
  }
}
