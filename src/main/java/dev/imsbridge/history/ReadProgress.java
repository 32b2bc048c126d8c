package dev.imsbridge.history;

/** Receives the progress of a long read. Called often, on the reading thread. */
@FunctionalInterface
public interface ReadProgress {
  void passed(long records, long all);
}
