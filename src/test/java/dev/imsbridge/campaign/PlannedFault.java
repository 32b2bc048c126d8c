package dev.imsbridge.campaign;

import dev.imsbridge.campaign.FlakyProxy.Mode;
import java.util.Locale;

/**
 * One fault of a plan.
 *
 * @param atMillis when it begins, since the begin of the campaign
 * @param target the number of the bridge or node; -1 for all
 * @param node the node that a network fault concerns; -1 for all
 * @param mode of a network fault; null for others
 */
record PlannedFault(
    long atMillis, Disruption what, int target, int node, Mode mode, long lastingMillis) {
  long endMillis() {
    return atMillis + lastingMillis;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%6.1f s %-15s %s%s for %.1f s",
        atMillis / 1e3,
        what,
        target < 0 ? "all" : target,
        mode == null ? "" : " " + mode + (node < 0 ? " to all nodes" : " to node " + node),
        lastingMillis / 1e3);
  }
}
