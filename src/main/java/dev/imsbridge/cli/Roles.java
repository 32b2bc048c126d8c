package dev.imsbridge.cli;

/** Which halves of the bridge a process runs. */
enum Roles {
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
