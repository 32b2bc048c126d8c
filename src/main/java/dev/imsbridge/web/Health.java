package dev.imsbridge.web;

import java.util.Map;

/**
 * How the process is, asked from outside. Both are called on the event loop at each request: they
 * must not block.
 */
public interface Health {

  /** Whether it is worth letting the process live. */
  boolean live();

  /** Each part that has to be ready before the process does its work, and whether it is. */
  Map<String, Boolean> parts();
}
