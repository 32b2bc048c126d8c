package dev.imsbridge.bench.common;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.cli.ImsBridge;
import org.junit.jupiter.api.Test;

class ChildProcessTest {

  /** The name is a text, because the package must not depend on the commands. */
  @Test
  void shouldStartTheProgramItselfInAnotherProcess() {
    assertThat(ChildProcess.MAIN).isEqualTo(ImsBridge.class.getName());
  }
}
