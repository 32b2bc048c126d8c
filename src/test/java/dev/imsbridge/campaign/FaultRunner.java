package dev.imsbridge.campaign;

import static org.awaitility.Awaitility.await;

import dev.imsbridge.campaign.FlakyProxy.Mode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/** Carries out the faults of a plan. {@link #run} is called once; the rest is read after it. */
final class FaultRunner {
  private static final Duration LISTENS = Duration.ofMinutes(3);

  private final long seed;
  private final NodeCluster nodes;
  private final List<BridgeSlot> bridges;
  private final List<String> groups;
  private final Equipment equipment;
  private final Map<Disruption, Integer> counts = new EnumMap<>(Disruption.class);
  private final List<String> failures = new CopyOnWriteArrayList<>();
  private int bridgeKills;
  private int nodeKills;

  /**
   * @param groups the consumer groups of the bridges
   */
  FaultRunner(
      long seed,
      NodeCluster nodes,
      List<BridgeSlot> bridges,
      List<String> groups,
      Equipment equipment) {
    this.seed = seed;
    this.nodes = nodes;
    this.bridges = bridges;
    this.groups = groups;
    this.equipment = equipment;
  }

  /** Carries out all faults, each at its time, and returns when the last one has ended. */
  void run(List<PlannedFault> plan) throws InterruptedException {
    ExecutorService threads = Executors.newCachedThreadPool();
    long begin = System.nanoTime();
    try {
      for (PlannedFault fault : plan) {
        long wait = fault.atMillis() - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
        TimeUnit.MILLISECONDS.sleep(Math.max(0, wait));
        threads.execute(
            () -> {
              try {
                carryOut(fault);
                count(fault.what());
              } catch (Exception e) {
                failures.add(fault + ": " + e);
              }
            });
      }
    } finally {
      threads.shutdown();
      if (!threads.awaitTermination(6, TimeUnit.MINUTES)) {
        failures.add("a fault did not end");
        threads.shutdownNow();
      }
    }
  }

  private synchronized void count(Disruption what) {
    counts.merge(what, 1, Integer::sum);
  }

  private void carryOut(PlannedFault fault) throws Exception {
    switch (fault.what()) {
      case NODE_KILL -> killNodes(List.of(fault.target()), () -> sleep(fault));
      case TWO_NODES_KILL ->
          killNodes(
              List.of(fault.target(), (fault.target() + 1) % NodeCluster.NODES),
              () -> sleep(fault));
      case ALL_NODES_KILL -> killNodes(List.of(0, 1, 2), () -> sleep(fault));
      case NODES_ROLL -> roll();
      case NODE_PAUSE -> {
        nodes.pause(fault.target());
        sleep(fault);
        nodes.resume(fault.target());
      }
      case NODE_FULL -> {
        equipment.nodeDisks().get(fault.target()).fill();
        sleep(fault);
        killNodes(List.of(fault.target()), () -> equipment.nodeDisks().get(fault.target()).free());
      }
      case KAFKA_NETWORK -> {
        nodes.network(fault.target(), fault.node(), fault.mode());
        sleep(fault);
        nodes.network(fault.target(), fault.node(), Mode.OPEN);
      }
      case IMS_NETWORK -> {
        bridges.get(fault.target()).network(fault.mode());
        sleep(fault);
        bridges.get(fault.target()).network(Mode.OPEN);
      }
      case GROUPS_DELETED -> deleteGroups(fault);
      default -> ofBridge(bridges.get(fault.target()), fault);
    }
  }

  private static void sleep(PlannedFault fault) throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(fault.lastingMillis());
  }

  // ---- bridges

  private void ofBridge(BridgeSlot bridge, PlannedFault fault) throws Exception {
    switch (fault.what()) {
      case BRIDGE_KILL -> {
        kill(bridge);
        sleep(fault);
        bridge.start();
      }
      case STATE_DELETED -> {
        kill(bridge);
        bridge.deleteState();
        sleep(fault);
        bridge.start();
      }
      case STATE_DAMAGED -> {
        stop(bridge);
        bridge.damageState(seed ^ fault.atMillis());
        sleep(fault);
        bridge.start();
      }
      case BRIDGE_LEAVE -> {
        stop(bridge);
        sleep(fault);
        bridge.start();
      }
      case BRIDGE_PAUSE -> {
        bridge.pause();
        sleep(fault);
        bridge.resume();
      }
      case STATE_SHARED -> share(bridge, fault);
      case STATE_FULL -> {
        equipment.stateDisks().get(fault.target()).fill();
        sleep(fault);
        equipment.stateDisks().get(fault.target()).free();
      }
      case CLOCK_STEP -> {
        // Any even distribution does.
        Duration step = Duration.ofHours(fault.atMillis() % 2 == 0 ? 1 : -1);
        equipment.clocks().get(fault.target()).step(step);
        sleep(fault);
        equipment.clocks().get(fault.target()).step(Duration.ZERO);
      }
      default -> throw new IllegalArgumentException(fault.toString());
    }
  }

  private void kill(BridgeSlot bridge) throws InterruptedException {
    bridge.kill();
    synchronized (this) {
      bridgeKills++;
    }
  }

  private void stop(BridgeSlot bridge) throws InterruptedException {
    int exitCode = bridge.stop();
    if (exitCode < 0) {
      failures.add("a bridge did not end after SIGTERM");
    }
  }

  private void share(BridgeSlot bridge, PlannedFault fault) throws Exception {
    // A bridge that is still starting may be the one that is refused.
    await().atMost(LISTENS).until(bridge::ready);
    BridgeSlot.Shared shared = bridge.share(Duration.ofMillis(fault.lastingMillis()));
    if (shared.ready() || shared.ended().filter(end -> end.exitCode() == 0).isPresent()) {
      failures.add("a second bridge on a state directory was not refused: " + shared);
    }
  }

  private void deleteGroups(PlannedFault fault) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", nodes.bootstrapServers()))) {
      // Killed members leave their group when their sessions have expired. That takes longer than
      // planned if nodes fail meanwhile, and then the end of another fault starts a bridge again.
      await()
          .atMost(Duration.ofMinutes(2))
          .pollInterval(Duration.ofMillis(500))
          .until(
              () -> {
                for (BridgeSlot bridge : bridges) {
                  if (bridge.alive()) {
                    kill(bridge);
                  }
                }
                return groups.stream().allMatch(group -> deleted(admin, group));
              });
    } finally {
      sleep(fault);
      for (BridgeSlot bridge : bridges) {
        bridge.start();
      }
    }
  }

  private static boolean deleted(Admin admin, String group) {
    try {
      admin.deleteConsumerGroups(List.of(group)).all().get(10, TimeUnit.SECONDS);
      return true;
    } catch (ExecutionException e) {
      return e.getCause() instanceof GroupIdNotFoundException;
    } catch (TimeoutException | InterruptedException e) {
      return false;
    }
  }

  // ---- nodes

  private interface Meanwhile {
    void run() throws Exception;
  }

  private void killNodes(List<Integer> killed, Meanwhile meanwhile) throws Exception {
    for (int node : killed) {
      nodes.kill(node);
      synchronized (this) {
        nodeKills++;
      }
    }
    meanwhile.run();
    for (int node : killed) {
      nodes.start(node);
    }
    awaitNodes();
  }

  private void roll() throws Exception {
    for (int node = 0; node < NodeCluster.NODES; node++) {
      nodes.stop(node);
      nodes.start(node);
      awaitNodes();
      TimeUnit.SECONDS.sleep(2);
    }
  }

  private void awaitNodes() {
    await().atMost(LISTENS).pollInterval(Duration.ofMillis(500)).until(nodes::startedAndListening);
  }

  // ---- results

  synchronized int bridgeKills() {
    return bridgeKills;
  }

  synchronized int nodeKills() {
    return nodeKills;
  }

  /** The faults that were carried out, such as {@code BRIDGE_PAUSE 7, NODE_PAUSE 2}. */
  synchronized String counts(Set<Disruption> without) {
    return counts.entrySet().stream()
        .filter(each -> !without.contains(each.getKey()))
        .map(each -> each.getKey() + " " + each.getValue())
        .collect(Collectors.joining(", "));
  }

  /** The faults that could not be carried out, or were not answered as promised. */
  List<String> failures() {
    return new ArrayList<>(failures);
  }
}
