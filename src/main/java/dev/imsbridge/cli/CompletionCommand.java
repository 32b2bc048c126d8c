package dev.imsbridge.cli;

import dev.imsbridge.terminal.Terminal;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code imsbridge completion bash}: prints a script for the completion of commands and options.
 */
@Command(
    name = "completion",
    description = {
      "Prints a script that completes commands and options.",
      "source <(imsbridge completion bash)"
    })
final class CompletionCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(
      paramLabel = "SHELL",
      description = "${COMPLETION-CANDIDATES}; for zsh, run bashcompinit first.")
  private Shell shell;

  @Spec private CommandSpec spec;

  private enum Shell {
    bash
  }

  CompletionCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    terminal
        .out()
        .print(
            switch (shell) {
              case bash -> AutoComplete.bash(spec.root().name(), spec.root().commandLine());
            });
    return 0;
  }
}
