package dev.imsbridge.campaign;

/** The kinds of faults of a campaign. */
enum Disruption {
  /** SIGKILL of a bridge, which starts again later. */
  BRIDGE_KILL(Area.BRIDGE, 10),
  /** SIGTERM of a bridge, which joins again later. */
  BRIDGE_LEAVE(Area.BRIDGE, 3),
  /** SIGSTOP of a bridge for longer than its session and its transactions last. */
  BRIDGE_PAUSE(Area.BRIDGE, 3),
  /** SIGKILL of a bridge whose state directory is then deleted. */
  STATE_DELETED(Area.BRIDGE, 2),
  /** Orderly stop of a bridge; then files of its state are overwritten. */
  STATE_DAMAGED(Area.BRIDGE, 2),
  /** A second bridge is started on the state directory of a running one. */
  STATE_SHARED(Area.BRIDGE, 1),
  /** No space left on the file system of the state. */
  STATE_FULL(Area.BRIDGE, 2),
  /** The clock of a bridge is wrong by an hour. */
  CLOCK_STEP(Area.BRIDGE, 2),
  /** A fault of the network between one bridge and one or all nodes. */
  KAFKA_NETWORK(Area.KAFKA_NETWORK, 5),
  /** A fault of the network between one bridge and the simulator. */
  IMS_NETWORK(Area.IMS_NETWORK, 3),
  /** SIGKILL of one node. */
  NODE_KILL(Area.NODES, 5),
  /** SIGKILL of two nodes: no writes until one is back. */
  TWO_NODES_KILL(Area.NODES, 2),
  /** SIGKILL of all nodes at once. */
  ALL_NODES_KILL(Area.NODES, 1),
  /** Each node in turn is stopped in order and started again. */
  NODES_ROLL(Area.NODES, 1),
  /** SIGSTOP of one node for longer than its session. */
  NODE_PAUSE(Area.NODES, 2),
  /** No space left on the file system of a node. */
  NODE_FULL(Area.NODES, 1),
  /** All bridges are killed and their consumer groups deleted. */
  GROUPS_DELETED(Area.ALL_BRIDGES, 1);

  /** What is busy during a fault. Faults of different areas overlap. */
  enum Area {
    BRIDGE,
    ALL_BRIDGES,
    KAFKA_NETWORK,
    IMS_NETWORK,
    NODES
  }

  final Area area;

  /** How often the kind is chosen, relative to the others. */
  final int weight;

  Disruption(Area area, int weight) {
    this.area = area;
    this.weight = weight;
  }
}
