package dev.imsbridge.wire;

import static dev.imsbridge.job.JobScript.job;
import static dev.imsbridge.job.Story.ROOT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imsbridge.job.JobRequest;
import dev.imsbridge.job.JobRequest.Correlation;
import dev.imsbridge.job.JobTree;
import dev.imsbridge.job.Story;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class StoreCodecTest {
  private static final Story FULL =
      Story.untold()
          .request(
              new JobRequest(
                  ROOT,
                  Story.PROJECT,
                  new TreeMap<>(Map.of("b", "\u00fc\"\\", "a", "")),
                  Duration.ofMinutes(90),
                  new Correlation("t", null, "c")))
          .answered(job(ROOT).is("PAUSED"))
          .answered(job(ROOT).running().naming("c", "b", "a").with(job("d").running()))
          .faulted("b", "transient", "502")
          .notFound("c")
          .answered(
              job(ROOT)
                  .success()
                  .image("i")
                  .began("2024-11-06T06:00:00.123456789Z")
                  .with(job("d").fail("E", "r").with(job("e").running())));

  @Test
  void shouldGiveBackATreeAsItWas() {
    assertThat(StoreCodec.tree(StoreCodec.encode(FULL.tree()))).isEqualTo(FULL.tree());
    JobTree young = Story.requested().tree();
    assertThat(StoreCodec.tree(StoreCodec.encode(young))).isEqualTo(young);
  }

  @Test
  void shouldKeepParentsBeforeTheirSubJobs() {
    assertThat(StoreCodec.tree(StoreCodec.encode(FULL.tree())).nodes().keySet())
        .containsExactlyElementsOf(FULL.tree().nodes().keySet())
        .startsWith(ROOT);
  }

  @Test
  void shouldGiveEqualTreesEqualBytes() {
    byte[] bytes = StoreCodec.encode(FULL.tree());
    assertThat(StoreCodec.encode(StoreCodec.tree(bytes))).isEqualTo(bytes);
  }

  /** Field 1000, as text and as a number, in the wire format of Protocol Buffers. */
  @Test
  void shouldReadWhatALaterVersionAddsFieldsTo() {
    byte[] bytes = StoreCodec.encode(FULL.tree());
    for (String added : List.of("c23e036e6577", "c03e8001")) {
      byte[] field = HexFormat.of().parseHex(added);
      byte[] later = Arrays.copyOf(field, field.length + bytes.length);
      System.arraycopy(bytes, 0, later, field.length, bytes.length);
      assertThat(StoreCodec.tree(later)).isEqualTo(FULL.tree());
    }
  }

  @Test
  void shouldGiveBackHowFarAPartitionWasFolded() {
    AuditChain.Head head =
        AuditChain.Head.START
            .afterEntry("x")
            .afterInput(
                new AuditChain.Source(
                    new dev.imsbridge.job.Evidence("o", 0, 7), "y", AuditChain.ORIGIN))
            .advancedTo(Instant.parse("2024-11-06T06:00:00.1Z"));
    for (AuditChain.Head each : List.of(head, AuditChain.Head.START)) {
      Checkpoint checkpoint = new Checkpoint(each, LogPosition.before("id").at(7, 1_700_000_000));
      assertThat(StoreCodec.checkpoint(StoreCodec.encode(checkpoint))).isEqualTo(checkpoint);
    }
  }

  @Test
  void shouldFailLoudlyOnBytesThatNoVersionWrote() {
    byte[] bytes = StoreCodec.encode(FULL.tree());
    List<byte[]> damaged = new ArrayList<>(List.of(new byte[0], "{}".getBytes(UTF_8)));
    for (int length = 1; length < bytes.length; length++) {
      damaged.add(Arrays.copyOf(bytes, length));
    }
    for (byte[] each : damaged) {
      try {
        // Cut between two fields of the tree, it is a shorter tree.
        assertThat(StoreCodec.tree(each).rootJobId()).isEqualTo(ROOT);
      } catch (UncheckedIOException e) {
        assertThat(e).hasMessageContaining("store");
      }
    }
    assertThatThrownBy(() -> StoreCodec.tree(new byte[0]))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("store");
    // Field 1 is a text of 2 GiB.
    assertThatThrownBy(() -> StoreCodec.tree(HexFormat.of().parseHex("0affffffff07")))
        .isInstanceOf(UncheckedIOException.class);
  }

  @Test
  void shouldKeepATreeOfManySubJobsSmallEnoughForItsTopic() {
    var scripts = new dev.imsbridge.job.JobScript[256];
    for (int i = 0; i < scripts.length; i++) {
      scripts[i] =
          job("%064d".formatted(i))
              .fail("c".repeat(900), "\u4efb".repeat(600))
              .type("t".repeat(900));
      for (int image = 0; image < 40; image++) {
        scripts[i].image("%d-%d".formatted(i, image) + "x".repeat(100));
      }
    }
    Story story = Story.requested().answered(job(ROOT).running().with(scripts));

    assertThat(StoreCodec.encode(story.tree()).length).isLessThan(4 * 1024 * 1024);
  }
}
