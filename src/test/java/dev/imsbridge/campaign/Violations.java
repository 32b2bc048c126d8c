package dev.imsbridge.campaign;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Broken guarantees, by the rule that they break. Names a few of each. Used by one thread. */
final class Violations {
  private static final int NAMED = 5;

  private final Map<String, List<String>> byRule = new LinkedHashMap<>();

  void add(String rule, String what) {
    byRule.computeIfAbsent(rule, name -> new ArrayList<>()).add(what);
  }

  void unless(boolean holds, String rule, String what) {
    if (!holds) {
      add(rule, what);
    }
  }

  int count() {
    return byRule.values().stream().mapToInt(List::size).sum();
  }

  /** One line per rule. */
  List<String> lines() {
    return byRule.entrySet().stream()
        .map(
            each ->
                each.getValue().size()
                    + " times "
                    + each.getKey()
                    + ": "
                    + String.join(
                        "; ", each.getValue().subList(0, Math.min(NAMED, each.getValue().size()))))
        .toList();
  }
}
