package dev.imsbridge.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imsbridge.campaign.Disruption.Area;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CampaignPlanTest {
  private static final Set<Disruption> ALL = EnumSet.allOf(Disruption.class);

  private static List<PlannedFault> plan(long seed) {
    return CampaignPlan.of(seed, Duration.ofMinutes(5), 3, ALL);
  }

  /** A violation can be reproduced only if its seed gives its faults again. */
  @Test
  void shouldGiveTheSameFaultsForASeed() {
    assertThat(plan(7)).isNotEmpty().isEqualTo(plan(7)).isNotEqualTo(plan(8));
  }

  @Test
  void shouldNotCheckTheDataOfAnotherCampaign(@TempDir Path directory) throws IOException {
    assertThat(CampaignOptions.of(directory, "seed=7").directory()).isEqualTo(directory);
    Files.writeString(directory.resolve("node1.log"), "");

    assertThatThrownBy(() -> CampaignOptions.of(directory, "seed=7"))
        .hasMessageContaining(directory + " is not empty");
  }

  @Test
  void shouldChooseEveryKindOfFault() {
    assertThat(LongStream.range(0, 20).boxed().flatMap(seed -> plan(seed).stream()))
        .extracting(PlannedFault::what)
        .containsAll(ALL);
  }

  /** A node that is started while another fault keeps it down makes neither of them true. */
  @Test
  void shouldNotOverlapFaultsOfOneTarget() {
    for (long seed = 0; seed < 20; seed++) {
      Map<String, Long> until = new HashMap<>();
      for (PlannedFault fault : plan(seed)) {
        for (String target : targets(fault)) {
          assertThat(until.getOrDefault(target, 0L))
              .as("seed %s: %s", seed, fault)
              .isLessThan(fault.atMillis());
          until.put(target, fault.endMillis());
        }
      }
    }
  }

  private static List<String> targets(PlannedFault fault) {
    return switch (fault.what().area) {
      case NODES -> List.of("nodes");
      case ALL_BRIDGES ->
          IntStream.range(0, 3).mapToObj(bridge -> Area.BRIDGE + "" + bridge).toList();
      default -> List.of(fault.what().area + "" + fault.target());
    };
  }
}
