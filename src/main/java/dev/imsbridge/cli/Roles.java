package dev.imsbridge.cli;

/** The halves of the bridge that a process runs. */
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
