package dev.imsbridge.ims;

import java.time.Instant;
import java.util.Map;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The signature of one GET. */
@State(Scope.Benchmark)
public class SignerBenchmark {
  private final Credentials.AccessKey key =
      new Credentials.AccessKey("AccessKey", Secret.of("SecretKey"), null);
  private final Instant at = Instant.ofEpochSecond(1_573_789_015);

  @Benchmark
  public Map<String, String> sign() {
    return Signer.sign(
        key,
        "ims.cn-north-4.myhuaweicloud.com",
        "/v1/ac234de25c6741d2b1273da49eea1b9e/jobs/ff8080814dbd65d7014dbe0d84db0013",
        "ac234de25c6741d2b1273da49eea1b9e",
        at);
  }
}
