package dev.imsbridge.deploy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names in a PromQL query. promtool checks its grammar.
 *
 * @param groupings labels after {@code by}, {@code on} and the like
 */
record PromQuery(List<Selector> selectors, Set<String> groupings) {
  private static final Pattern TEXT = Pattern.compile("\"[^\"]*\"");
  private static final Pattern RANGE = Pattern.compile("\\[[^]]*]");
  private static final Pattern GROUPING =
      Pattern.compile("\\b(?:by|without|on|ignoring|group_left|group_right)\\s*\\(([^)]*)\\)");
  private static final Pattern SELECTOR =
      Pattern.compile("\\b([A-Za-z_:][\\w:]*)\\b(?!\\s*\\()\\s*(?:\\{([^}]*)})?");
  private static final Set<String> WORDS = Set.of("and", "or", "unless", "offset", "bool");

  /** A metric, and the labels that its matchers name. */
  record Selector(String metric, Set<String> labels) {}

  static PromQuery of(String query) {
    String text = RANGE.matcher(TEXT.matcher(query).replaceAll("")).replaceAll("");
    Set<String> groupings = new TreeSet<>();
    Matcher grouping = GROUPING.matcher(text);
    grouping.results().forEach(each -> groupings.addAll(names(each.group(1))));
    List<Selector> selectors = new ArrayList<>();
    for (MatchResult each : SELECTOR.matcher(grouping.replaceAll(" ")).results().toList()) {
      if (!WORDS.contains(each.group(1))) {
        selectors.add(
            new Selector(each.group(1), names(each.group(2) == null ? "" : each.group(2))));
      }
    }
    return new PromQuery(selectors, groupings);
  }

  /** The names in a list such as {@code a=~,b!=} or {@code a, b}. */
  private static Set<String> names(String list) {
    Set<String> names = new TreeSet<>();
    Arrays.stream(list.split(",")).map(each -> each.replaceAll("\\W", "")).forEach(names::add);
    names.remove("");
    return names;
  }
}
