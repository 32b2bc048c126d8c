package dev.imsbridge.history;

/** Is told how far a long reading has come. Called on the reading thread, often. */
@FunctionalInterface
public interface Watcher {
  void passed(long records, long all);
}
