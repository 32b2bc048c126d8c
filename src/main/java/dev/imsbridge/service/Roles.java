package dev.imsbridge.service;

/** The parts of the bridge that a process runs: the poller, the topology, or both. */
public enum Roles {
  ALL,
  POLLER,
  TOPOLOGY;

  boolean polls() {
    return this != TOPOLOGY;
  }

  boolean folds() {
    return this != POLLER;
  }
}
