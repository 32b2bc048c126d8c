package dev.imsbridge.campaign;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The size of a campaign.
 *
 * @param seed decides the jobs, the faults and the hostile requests
 * @param period the time in which jobs are requested and faults begin
 * @param kinds the faults to choose from
 * @param settings further settings of the bridges, as {@code --set} takes them
 * @param directory for data and logs
 */
record CampaignOptions(
    long seed,
    int jobs,
    int bridges,
    Duration period,
    Set<Disruption> kinds,
    List<String> settings,
    Path directory) {

  private static final String USAGE =
      "arguments: seed=NUMBER jobs=NUMBER bridges=NUMBER seconds=NUMBER faults=NAME,NAME,…"
          + " directory=PATH set=KEY=VALUE;KEY=VALUE…, all optional";

  /**
   * Reads {@code NAME=VALUE} arguments over defaults.
   *
   * @throws IllegalArgumentException if an argument is unknown, or the directory has the data of
   *     another campaign
   */
  static CampaignOptions of(Path directory, String... arguments) throws IOException {
    Map<String, String> values = new HashMap<>();
    values.put("seed", Long.toString(System.nanoTime() & 0xff_ffffL));
    values.put("jobs", "4000");
    values.put("bridges", "3");
    values.put("seconds", "120");
    values.put("faults", "");
    values.put("set", "");
    values.put("directory", directory.toString());
    Map<String, String> given = new TreeMap<>();
    for (String argument : arguments) {
      int equals = argument.indexOf('=');
      if (equals < 0 || !values.containsKey(argument.substring(0, equals))) {
        throw new IllegalArgumentException(argument + ": unknown; " + USAGE);
      }
      given.put(argument.substring(0, equals), argument.substring(equals + 1));
    }
    values.putAll(given);
    Path chosen = Path.of(values.get("directory"));
    refuseUsed(chosen);
    return new CampaignOptions(
        Long.parseLong(values.get("seed")),
        Integer.parseInt(values.get("jobs")),
        Integer.parseInt(values.get("bridges")),
        Duration.ofSeconds(Long.parseLong(values.get("seconds"))),
        kinds(values.get("faults")),
        values.get("set").isEmpty() ? List.of() : List.of(values.get("set").split(";")),
        chosen);
  }

  /** The records of another campaign would look like thousands of violations. */
  private static void refuseUsed(Path directory) throws IOException {
    if (Files.isDirectory(directory)) {
      try (Stream<Path> files = Files.list(directory)) {
        if (files.findAny().isPresent()) {
          throw new IllegalArgumentException(directory + " is not empty: name another directory");
        }
      }
    }
  }

  private static Set<Disruption> kinds(String names) {
    Set<Disruption> kinds = EnumSet.noneOf(Disruption.class);
    for (String name : names.split(",")) {
      if (!name.isEmpty()) {
        kinds.add(Disruption.valueOf(name));
      }
    }
    return kinds.isEmpty() ? EnumSet.allOf(Disruption.class) : kinds;
  }
}
