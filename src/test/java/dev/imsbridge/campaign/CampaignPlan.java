package dev.imsbridge.campaign;

import dev.imsbridge.campaign.Disruption.Area;
import dev.imsbridge.campaign.FlakyProxy.Mode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Derives the faults of a campaign from its seed: the same arguments give the same faults. Faults
 * of one bridge, of its network, or of the nodes never overlap; others do.
 */
final class CampaignPlan {
  /** A bridge or the nodes get this long to recover before their next fault. */
  private static final long REST_MILLIS = 3_000;

  private static final long[] GAPS = {200, 1_800};
  private static final List<Mode> MODES =
      List.of(Mode.CUT, Mode.CUT, Mode.STALLED, Mode.MUTE, Mode.SLOW);

  private final Random random;
  private final int bridges;
  private final List<Disruption> kinds;
  private final Map<String, Long> busyUntil = new HashMap<>();

  private CampaignPlan(long seed, int bridges, Collection<Disruption> kinds) {
    random = new Random(seed);
    this.bridges = bridges;
    this.kinds = List.copyOf(EnumSet.copyOf(kinds));
  }

  /**
   * @param period when the last fault begins, at the latest
   * @param kinds the faults to choose from
   */
  static List<PlannedFault> of(
      long seed, Duration period, int bridges, Collection<Disruption> kinds) {
    return new CampaignPlan(seed, bridges, kinds).faults(period.toMillis());
  }

  private List<PlannedFault> faults(long period) {
    List<PlannedFault> faults = new ArrayList<>();
    for (long at = between(1_000, 3_000); at < period; at += between(GAPS[0], GAPS[1])) {
      PlannedFault fault = fault(at);
      Set<String> areas = areas(fault);
      if (areas.stream().allMatch(area -> busyUntil.getOrDefault(area, 0L) <= fault.atMillis())) {
        areas.forEach(area -> busyUntil.put(area, fault.endMillis() + REST_MILLIS));
        faults.add(fault);
      }
    }
    return faults;
  }

  private PlannedFault fault(long at) {
    Disruption kind = kind();
    boolean network = kind.area == Area.KAFKA_NETWORK || kind.area == Area.IMS_NETWORK;
    int target =
        switch (kind.area) {
          case BRIDGE, KAFKA_NETWORK, IMS_NETWORK -> random.nextInt(bridges);
          case NODES -> random.nextInt(NodeCluster.NODES);
          case ALL_BRIDGES -> -1;
        };
    int node =
        kind.area == Area.KAFKA_NETWORK && random.nextBoolean()
            ? random.nextInt(NodeCluster.NODES)
            : -1;
    Mode mode = network ? MODES.get(random.nextInt(MODES.size())) : null;
    return new PlannedFault(at, kind, target, node, mode, lasting(kind));
  }

  private Disruption kind() {
    int ticket = random.nextInt(kinds.stream().mapToInt(kind -> kind.weight).sum());
    for (Disruption kind : kinds) {
      ticket -= kind.weight;
      if (ticket < 0) {
        return kind;
      }
    }
    throw new IllegalStateException("no kinds of faults");
  }

  private long lasting(Disruption kind) {
    return switch (kind) {
      case BRIDGE_KILL, STATE_DELETED, STATE_DAMAGED, GROUPS_DELETED -> between(200, 4_000);
      case BRIDGE_LEAVE -> between(1_000, 20_000);
      case BRIDGE_PAUSE -> between(12_000, 18_000);
      case STATE_SHARED -> 30_000;
      case STATE_FULL, CLOCK_STEP -> between(8_000, 15_000);
      case KAFKA_NETWORK, IMS_NETWORK -> between(1_000, 14_000);
      case NODE_KILL, TWO_NODES_KILL, ALL_NODES_KILL -> between(500, 6_000);
      case NODES_ROLL -> 25_000;
      case NODE_PAUSE -> between(6_000, 10_000);
      case NODE_FULL -> between(4_000, 8_000);
    };
  }

  private Set<String> areas(PlannedFault fault) {
    if (fault.what().area == Area.ALL_BRIDGES) {
      Set<String> all = new HashSet<>();
      for (int bridge = 0; bridge < bridges; bridge++) {
        all.add(Area.BRIDGE.name() + bridge);
      }
      return all;
    }
    return Set.of(
        fault.what().area == Area.NODES
            ? Area.NODES.name()
            : fault.what().area.name() + fault.target());
  }

  private long between(long least, long most) {
    return least + random.nextInt((int) (most - least + 1));
  }
}
