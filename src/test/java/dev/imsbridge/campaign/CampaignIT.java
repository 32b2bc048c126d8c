package dev.imsbridge.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A short campaign: kills, pauses and network faults of bridges and of a cluster of three nodes. A
 * failure prints the seed; {@code -Dseed=N} runs that campaign again.
 */
@Timeout(600)
class CampaignIT {
  private static final String FAULTS =
      "BRIDGE_KILL,BRIDGE_LEAVE,BRIDGE_PAUSE,STATE_DELETED,STATE_DAMAGED,KAFKA_NETWORK,IMS_NETWORK,NODE_KILL";

  @Test
  void shouldKeepEveryGuarantee(@TempDir Path directory) throws Exception {
    long seed = Long.getLong("seed", System.nanoTime() & 0xff_ffffL);
    CampaignOptions options =
        CampaignOptions.of(
            directory, "seed=" + seed, "jobs=1000", "seconds=25", "bridges=2", "faults=" + FAULTS);
    Campaign.Result result = new Campaign(options, System.out).run();
    System.out.println(Campaign.Result.HEAD + "\n" + result.row());
    assertThat(result.violations()).as("-Dseed=" + seed).isEmpty();
  }
}
