package dev.imsbridge.topology;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The index leads from a sub-job to its root for as long as the tree is stored. */
class TreeStoreTest {
  private final BridgeDriver bridge = new BridgeDriver();

  @AfterEach
  void close() {
    bridge.close();
  }

  @Test
  void shouldKnowTheRootOfASubJobUntilTheTreeIsForgotten() {
    bridge.request("root");
    bridge.answer("root", answer("RUNNING"));
    assertThat(bridge.storedKeys()).contains("root", "~child/root");

    bridge.answer("root", answer("SUCCESS"));
    bridge.advance(BridgeDriver.RETENTION.plusDays(1));
    bridge.request("another");
    bridge.advance(java.time.Duration.ofSeconds(11));

    assertThat(bridge.storedKeys()).containsExactlyInAnyOrder("#checkpoint", "#tables", "another");
  }

  private static String answer(String status) {
    return """
        {"job_id": "root", "status": "%s", "entities": {"sub_jobs_result": [
        {"job_id": "child", "status": "%s"}]}}"""
        .formatted(status, status);
  }
}
