package dev.imsbridge.fuzz;

import java.util.List;
import java.util.Random;

/**
 * Code that reads bytes from outside the bridge.
 *
 * @param name as {@code -Dfuzz.target} takes it
 * @param samples returns some valid inputs; the generator may vary them
 * @param check reads an input; throws if a promise is broken
 */
record FuzzTarget(String name, Samples samples, Check check) {
  interface Samples {
    List<byte[]> of(Random random);
  }

  interface Check {
    void accept(byte[] input) throws Exception;
  }

  @Override
  public String toString() {
    return name;
  }
}
