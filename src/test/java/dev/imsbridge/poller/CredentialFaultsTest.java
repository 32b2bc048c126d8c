package dev.imsbridge.poller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.ims.BudgetSettings;
import dev.imsbridge.ims.Credentials;
import dev.imsbridge.ims.Endpoint;
import dev.imsbridge.ims.Secret;
import dev.imsbridge.job.Decision;
import dev.imsbridge.poller.schedule.FixedPolicy;
import dev.imsbridge.simulator.AccessKey;
import dev.imsbridge.simulator.FaultTarget;
import dev.imsbridge.simulator.FaultType;
import dev.imsbridge.simulator.IamUser;
import dev.imsbridge.simulator.ImsJobType;
import dev.imsbridge.simulator.RequestClass;
import dev.imsbridge.simulator.ScriptedFault;
import dev.imsbridge.simulator.ScriptedJob;
import dev.imsbridge.simulator.SimulatorAuth;
import dev.imsbridge.simulator.SimulatorServer;
import java.time.Duration;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/**
 * Credentials that become invalid, are refused, or cannot be obtained. They are renewed once,
 * neither IMS nor IAM is flooded, and no job is lost.
 */
class CredentialFaultsTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final BudgetSettings BUDGET = new BudgetSettings(2, 3, 8);
  private static final int JOBS = 10;
  private static final IamUser USER = new IamUser("domain", "user", "password");

  private static FaultyCloud cloud(
      SimulatorAuth auth, Function<SimulatorServer, Credentials> credentials) {
    return new FaultyCloud(
        EngineSettings.DEFAULTS,
        new FixedPolicy(Duration.ofSeconds(15)),
        BUDGET,
        FaultyCloud.CLIENT,
        auth,
        credentials);
  }

  private static FaultyCloud cloudWithPassword(SimulatorAuth auth) {
    return cloud(
        auth,
        simulator ->
            new Credentials.Password(
                Endpoint.of(simulator.uri().toString()),
                USER.domain(),
                USER.name(),
                Secret.of(USER.password())));
  }

  private static void requestJobs(FaultyCloud cloud, Duration length) {
    for (int i = 0; i < JOBS; i++) {
      ScriptedJob spec =
          ScriptedJob.of(ImsJobType.IMPORT_IMAGE).lasting(length.plus(MINUTE).plusSeconds(i));
      cloud.request(i % 4 == 0 ? spec.failing() : spec.succeeding());
    }
  }

  /**
   * The tokens should be valid for a day but become invalid after 20 min. Users must not notice.
   */
  @Test
  void shouldRenewATokenThatDiesEarlyOnceEachTime() {
    Duration life = Duration.ofMinutes(20);
    try (FaultyCloud cloud =
        cloudWithPassword(SimulatorAuth.token(USER).withEarlyTokenExpiry(life))) {
      requestJobs(cloud, HOUR.multipliedBy(2));
      cloud.pass(HOUR.multipliedBy(2).plus(MINUTE.multipliedBy(5)));

      assertThat(cloud.tokenCalls()).isBetween(6L, 8L);
      // Each call that was sent with an invalid token is repeated at once.
      assertThat(cloud.simulator.stats().refused()).isBetween(5L, 8L * BUDGET.concurrency());
      assertThat(cloud.calls() - cloud.engine.asked.size())
          .isEqualTo(cloud.simulator.stats().refused());
      assertThat(cloud.entries(Decision.WATCH_DEGRADED)).isEmpty();
      cloud.assertTrueEnds();
    }
  }

  @Test
  void shouldRenewATokenBeforeItExpires() {
    try (FaultyCloud cloud =
        cloudWithPassword(SimulatorAuth.token(USER).withTokenLifetime(Duration.ofMinutes(30)))) {
      requestJobs(cloud, HOUR.multipliedBy(2));
      cloud.pass(HOUR.multipliedBy(2).plus(MINUTE.multipliedBy(5)));

      assertThat(cloud.simulator.stats().refused()).isZero();
      assertThat(cloud.tokenCalls()).isBetween(5L, 7L);
      cloud.assertTrueEnds();
    }
  }

  @Test
  void shouldOutliveAnHourInWhichEverythingIsRefused() {
    try (FaultyCloud cloud = cloudWithPassword(SimulatorAuth.token(USER))) {
      requestJobs(cloud, HOUR.dividedBy(2));
      cloud.pass(MINUTE);
      long before = cloud.calls();
      long tokens = cloud.tokenCalls();
      cloud.simulator.inject(ScriptedFault.of(FaultType.TOKEN_EXPIRED).build());
      cloud.pass(HOUR);

      assertThat(cloud.calls() - before).isBetween(50L, 200L);
      // Failed renewals are spaced by an interval that doubles up to 5 min.
      assertThat(cloud.tokenCalls() - tokens).isBetween(10L, 25L);

      cloud.simulator.clearFaults();
      Duration from = cloud.engine.at();
      cloud.pass(Duration.ofMinutes(10));

      cloud.assertNoMoreThan(BUDGET, from);
      cloud.assertTrueEnds();
      cloud.assertEachWatchDegradedAtMostOnce();
    }
  }

  /** For example, one of many servers behind a name has lost its keys. */
  @Test
  void shouldNotFloodTheIssuerWhenCallsAreRefusedAtRandom() {
    try (FaultyCloud cloud = cloudWithPassword(SimulatorAuth.token(USER))) {
      requestJobs(cloud, HOUR);
      cloud.simulator.inject(ScriptedFault.of(FaultType.UNAUTHORIZED).withProbability(0.3).build());
      cloud.pass(HOUR);

      assertThat(cloud.tokenCalls()).isLessThanOrEqualTo(250);

      cloud.simulator.clearFaults();
      cloud.pass(Duration.ofMinutes(10));
      cloud.assertTrueEnds();
    }
  }

  /** Tokens expire while IAM is down. The watches wait and continue without intervention. */
  @Test
  void shouldOutliveAnHourInWhichNoTokenCanBeHad() {
    Duration life = Duration.ofMinutes(20);
    try (FaultyCloud cloud = cloudWithPassword(SimulatorAuth.token(USER).withTokenLifetime(life))) {
      requestJobs(cloud, HOUR.dividedBy(2));
      cloud.pass(MINUTE);
      long tokens = cloud.tokenCalls();
      cloud.simulator.inject(
          ScriptedFault.of(FaultType.BAD_GATEWAY).on(FaultTarget.TOKENS).build());
      cloud.pass(life);
      long calls = cloud.calls();
      cloud.pass(HOUR);

      // Without a token there is no call.
      assertThat(cloud.calls()).isEqualTo(calls);
      assertThat(cloud.tokenCalls() - tokens).isBetween(10L, 30L);

      cloud.simulator.clearFaults();
      Duration from = cloud.engine.at();
      cloud.pass(Duration.ofMinutes(15));

      cloud.assertNoMoreThan(BUDGET, from);
      cloud.assertTrueEnds();
      cloud.assertEachWatchDegradedAtMostOnce();
    }
  }

  /** The simulator checks each signature. An unknown access key must close the whole project. */
  @Test
  void shouldHoldAProjectWhoseKeyIsNotKnown() {
    AccessKey known = AccessKey.permanent("KNOWN", "secret");
    try (FaultyCloud cloud =
        cloud(
            SimulatorAuth.aksk(known),
            simulator -> new Credentials.AccessKey("OTHER", Secret.of("secret"), null))) {
      requestJobs(cloud, HOUR);
      cloud.pass(HOUR);

      assertThat(cloud.calls()).isBetween(50L, 150L);
      assertThat(cloud.simulator.stats().refused()).isEqualTo(cloud.calls());
      assertThat(cloud.transitions).isEmpty();
      assertThat(cloud.openWatches()).isEqualTo(JOBS);
    }
  }

  @Test
  void shouldRenewAServersTemporaryKeyBeforeItExpires() {
    try (FaultyCloud cloud =
        cloud(
            SimulatorAuth.aksk().withTemporaryKeyLifetime(Duration.ofMinutes(30)),
            simulator -> new Credentials.Metadata(Endpoint.of(simulator.uri().toString())))) {
      requestJobs(cloud, HOUR.multipliedBy(2));
      cloud.pass(HOUR.multipliedBy(2).plus(MINUTE.multipliedBy(5)));

      assertThat(cloud.simulator.stats().refused()).isZero();
      assertThat(cloud.simulator.stats().requests().get(RequestClass.METADATA)).isBetween(5L, 7L);
      assertThat(cloud.entries(Decision.WATCH_DEGRADED)).isEmpty();
      cloud.assertTrueEnds();
    }
  }
}
