package dev.imsbridge.service;

/** The halves of the bridge that a process runs. */
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
