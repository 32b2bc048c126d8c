package dev.imsbridge.web;

import java.util.Map;

/**
 * The health of the process. Both methods are called on the event loop for each request and must
 * not block.
 */
public interface Health {

  /** Returns false if the process should be restarted. */
  boolean live();

  /**
   * Returns whether each part of the process is ready, by name. The process is ready if all are.
   */
  Map<String, Boolean> parts();
}
