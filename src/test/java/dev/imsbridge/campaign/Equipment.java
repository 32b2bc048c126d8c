package dev.imsbridge.campaign;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What some faults need of the machine: a small disk for each node and for the state of each
 * bridge, and a clock for each bridge. A list is empty if the machine does not have it.
 */
record Equipment(List<SmallDisk> nodeDisks, List<SmallDisk> stateDisks, List<SteppedClock> clocks)
    implements AutoCloseable {
  private static final int NODE_MEGABYTES = 768;
  private static final int STATE_MEGABYTES = 192;

  /**
   * Returns the faults that this machine can carry out, and says why others are left out.
   *
   * @param scratch a directory that may be created and changed
   */
  static Set<Disruption> possible(Set<Disruption> kinds, Path scratch, PrintStream out)
      throws IOException, InterruptedException {
    Set<Disruption> possible = EnumSet.copyOf(kinds);
    if ((kinds.contains(Disruption.NODE_FULL) || kinds.contains(Disruption.STATE_FULL))
        && !SmallDisk.available(scratch)) {
      possible.remove(Disruption.NODE_FULL);
      possible.remove(Disruption.STATE_FULL);
      out.println("without full disks: only root can mount small file systems");
    }
    if (kinds.contains(Disruption.CLOCK_STEP) && SteppedClock.library().isEmpty()) {
      possible.remove(Disruption.CLOCK_STEP);
      out.println(
          "without clock steps: -Dcampaign.clock=PATH does not name the library of src/test/clock.c");
    }
    return possible;
  }

  /**
   * Prepares what these faults need.
   *
   * @param directory of the campaign
   */
  static Equipment of(Set<Disruption> kinds, Path directory, int bridges)
      throws IOException, InterruptedException {
    Equipment equipment = new Equipment(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    if (kinds.contains(Disruption.NODE_FULL)) {
      for (int node = 0; node < NodeCluster.NODES; node++) {
        equipment.nodeDisks.add(SmallDisk.mount(NodeCluster.data(directory, node), NODE_MEGABYTES));
      }
    }
    for (int bridge = 0; bridge < bridges; bridge++) {
      if (kinds.contains(Disruption.STATE_FULL)) {
        equipment.stateDisks.add(
            SmallDisk.mount(BridgeSlot.state(directory, bridge), STATE_MEGABYTES));
      }
      if (kinds.contains(Disruption.CLOCK_STEP)) {
        equipment.clocks.add(new SteppedClock(directory.resolve("clock" + bridge)));
      }
    }
    return equipment;
  }

  @Override
  public void close() throws IOException, InterruptedException {
    for (SmallDisk disk : nodeDisks) {
      disk.close();
    }
    for (SmallDisk disk : stateDisks) {
      disk.close();
    }
  }
}
