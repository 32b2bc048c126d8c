package dev.imsbridge.topology;

import static dev.imsbridge.topology.BridgeDriver.TOPICS;
import static dev.imsbridge.topology.BridgeDriver.table;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Inputs that are read again because the consumer group has lost its offsets (they expire while a
 * bridge is stopped for a long time), and inputs of a new topic with the same name.
 */
class ReadAgainTest {
  private static final String DONE = "{\"job_id\":\"j\",\"status\":\"SUCCESS\"}";

  private final BridgeDriver bridge = new BridgeDriver();

  @AfterEach
  void close() {
    bridge.close();
  }

  private void finishJob() {
    bridge.request("j");
    bridge.answer("j", DONE);
    assertThat(bridge.transitions()).hasSize(1);
    assertThat(bridge.completions()).hasSize(1);
  }

  @Test
  void shouldPublishNothingOfAForgottenJobWhenAllIsReadAgain() {
    finishJob();
    bridge.advance(BridgeDriver.RETENTION.plusDays(1));
    bridge.request("another");
    bridge.advance(Duration.ofSeconds(11));
    assertThat(bridge.storedKeys()).doesNotContain("j").contains("another");
    int journaled = bridge.observations().size();
    int audited = bridge.audit().size();

    bridge.restartAndReadAgain();
    bridge.request("j");
    bridge.request("another");
    assertThat(bridge.observations()).as("requests are journaled once").hasSize(journaled);

    assertThat(bridge.transitions()).hasSize(1);
    assertThat(bridge.completions()).hasSize(1);
    assertThat(bridge.audit()).hasSize(audited);
    assertThat(table(bridge.watches())).containsOnlyKeys("another");
  }

  @Test
  void shouldFoldObservationsOfAForgottenJobOnce() {
    finishJob();
    BridgeDriver.Read request = bridge.observations().get(0);
    bridge.advance(BridgeDriver.RETENTION.plusDays(1));
    bridge.request("another");
    bridge.advance(Duration.ofSeconds(11));
    assertThat(bridge.storedKeys()).doesNotContain("j");
    int audited = bridge.audit().size();

    bridge.restartAndReadAgain();
    bridge.observed(request);
    bridge.answer("j", DONE);

    assertThat(bridge.transitions()).hasSize(1);
    assertThat(bridge.completions()).hasSize(1);
    assertThat(bridge.audit()).hasSize(audited);
  }

  @Test
  void shouldServeTheNextRequestAfterThoseThatAreReadAgain() {
    finishJob();
    bridge.restartAndReadAgain();
    bridge.request("j");
    bridge.request("next");

    assertThat(bridge.audit())
        .as("the position of observations is kept as well: this driver's next offset is below it")
        .noneSatisfy(entry -> assertThat(entry.text()).contains("request.duplicate"));
    assertThat(bridge.observations())
        .as("the request that is new is accepted")
        .anySatisfy(entry -> assertThat(entry.key()).isEqualTo("next"));
  }

  @Test
  void shouldNotGoOnWithALogThatWasCreatedAgain() {
    finishJob();
    bridge.recreate(TOPICS.observations());

    assertThatThrownBy(bridge::restart)
        .rootCause()
        .isInstanceOf(ReplacedLogException.class)
        .hasMessageContaining("ims.jobs.observations-0 was created again after")
        .hasMessageContaining("imsbridge run --accept-log=second id");
  }

  @Test
  void shouldGoOnWithALogThatWasCreatedAgainWhenAsked() {
    finishJob();
    bridge.recreate(TOPICS.observations());
    bridge.acceptLog();
    bridge.restart();

    bridge.request("next");
    bridge.answer("next", "{\"job_id\":\"next\",\"status\":\"SUCCESS\"}");

    assertThat(bridge.completions())
        .extracting(BridgeDriver.Read::key)
        .containsExactly("j", "next");
    bridge.restart();
    assertThat(bridge.completions()).hasSize(2);
  }

  @Test
  void shouldNotGoOnWithALogThatHasLostRecords() {
    finishJob();
    bridge.cut(TOPICS.observations(), 1);

    assertThatThrownBy(bridge::restartAndReadAgain)
        .rootCause()
        .isInstanceOf(ReplacedLogException.class)
        .hasMessageContaining("ends at offset 1, but the state was built up to offset 1");
  }

  /** The log was truncated and grew beyond its old end before the bridge started again. */
  @Test
  void shouldNoticeThatTheLastFoldedRecordIsAnother() {
    finishJob();
    bridge.restartAndReadAgain();
    bridge.observed(
        "x".getBytes(java.nio.charset.StandardCharsets.UTF_8), null, new RecordHeaders());

    assertThatThrownBy(
            () ->
                bridge.observed(
                    "x".getBytes(java.nio.charset.StandardCharsets.UTF_8),
                    null,
                    new RecordHeaders(),
                    bridge.now().plusSeconds(5)))
        .rootCause()
        .isInstanceOf(ReplacedLogException.class)
        .hasMessageContaining("has a different record at offset 1");
  }

  /** The requests topic belongs to its producers: a new topic is read from its beginning. */
  @Test
  void shouldTakeTheRequestsOfATopicThatWasCreatedAgain() {
    finishJob();
    bridge.recreate(TOPICS.requests());
    bridge.restartAndReadAgain();

    bridge.request("next");

    assertThat(bridge.observations())
        .anySatisfy(entry -> assertThat(entry.key()).isEqualTo("next"));
  }
}
