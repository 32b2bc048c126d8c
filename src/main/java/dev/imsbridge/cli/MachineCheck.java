package dev.imsbridge.cli;

import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.config.Keys;
import dev.imsbridge.embedded.EmbeddedKafka;
import dev.imsbridge.service.Finding;
import dev.imsbridge.service.NativeLibraries;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Checks the directories of a bridge on this machine, and the native libraries. */
final class MachineCheck {
  private MachineCheck() {}

  static List<Finding> findings(BridgeConfig config) {
    List<Finding> findings = new ArrayList<>();
    if (config.embedded()) {
      Path kafka = config.brokerDirectory();
      findings.add(directory(Keys.DATA_DIR, kafka, EmbeddedKafka.holdsData(kafka)));
    }
    findings.add(directory(Keys.STATE_DIR, config.stateDirectory(), config.holdsState()));
    findings.add(NativeLibraries.ofService(config.dataDirectory(), Keys.DATA_DIR).check());
    return findings;
  }

  private static Finding directory(String setting, Path directory, boolean used) {
    String text = "%s (%s)".formatted(directory, used ? "of an earlier start" : "new");
    // The start creates a missing directory.
    Path nearest = directory;
    while (!Files.exists(nearest) && nearest.getParent() != null) {
      nearest = nearest.getParent();
    }
    return Files.isDirectory(nearest) && Files.isWritable(nearest)
        ? Finding.ok(setting, text)
        : Finding.fail(
            setting,
            "%s cannot be created or written: %s is not a writable directory"
                .formatted(directory, nearest),
            "set %s to a writable directory".formatted(setting));
  }
}
