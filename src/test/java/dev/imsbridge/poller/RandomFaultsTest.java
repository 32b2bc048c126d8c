package dev.imsbridge.poller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.ims.BudgetSettings;
import dev.imsbridge.ims.Credentials;
import dev.imsbridge.ims.Endpoint;
import dev.imsbridge.ims.Secret;
import dev.imsbridge.job.Seeds;
import dev.imsbridge.poller.schedule.BackoffPolicy;
import dev.imsbridge.simulator.FaultType;
import dev.imsbridge.simulator.IamUser;
import dev.imsbridge.simulator.ImsJobType;
import dev.imsbridge.simulator.InjectedFault;
import dev.imsbridge.simulator.ScriptedFault;
import dev.imsbridge.simulator.ScriptedJob;
import dev.imsbridge.simulator.SimulatorAuth;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** For any combination and order of faults: the true end of each job is published exactly once. */
class RandomFaultsTest {
  private static final BudgetSettings BUDGET = new BudgetSettings(3, 5, 8);
  private static final IamUser USER = new IamUser("domain", "user", "password");
  private static final int JOBS = 30;

  /** All faults that take no real time and do not claim that a job is gone. */
  private static final List<FaultType> FAULTS =
      List.of(
          FaultType.THROTTLED,
          FaultType.INTERNAL_ERROR,
          FaultType.BAD_GATEWAY,
          FaultType.UNAVAILABLE,
          FaultType.GATEWAY_TIMEOUT,
          FaultType.TRUNCATED_BODY,
          FaultType.BROKEN_JSON,
          FaultType.RESET,
          FaultType.UNAUTHORIZED,
          FaultType.TOKEN_EXPIRED,
          FaultType.AUTH_400,
          FaultType.QUERY_FAILED,
          FaultType.WRONG_PATH,
          FaultType.REDIRECT,
          FaultType.STALE,
          FaultType.OTHER_JOB,
          FaultType.QUIRKS);

  @Test
  void shouldPublishEachTrueEndOnce() {
    Seeds.each(5, RandomFaultsTest::tryWeather);
  }

  private static void tryWeather(Random random) {
    try (FaultyCloud cloud =
        new FaultyCloud(
            EngineSettings.DEFAULTS,
            new BackoffPolicy(Duration.ofSeconds(5), Duration.ofMinutes(1), 0.1),
            BUDGET,
            FaultyCloud.CLIENT,
            SimulatorAuth.token(USER).withEarlyTokenExpiry(Duration.ofMinutes(25)),
            simulator ->
                new Credentials.Password(
                    Endpoint.of(simulator.uri().toString()),
                    USER.domain(),
                    USER.name(),
                    Secret.of(USER.password())))) {
      for (int i = 0; i < JOBS; i++) {
        ImsJobType type = ImsJobType.values()[random.nextInt(ImsJobType.values().length)];
        ScriptedJob spec =
            ScriptedJob.of(type).lasting(Duration.ofSeconds(30L + random.nextInt(3600)));
        cloud.request(random.nextInt(3) == 0 ? spec.failing() : spec.succeeding());
      }
      for (int i = 0; i < 12; i++) {
        cloud.simulator.replaceFaults(weather(random));
        cloud.pass(Duration.ofSeconds(60L + random.nextInt(600)));
      }
      cloud.simulator.clearFaults();
      cloud.pass(Duration.ofHours(2));

      assertThat(cloud.engine.written).isNotEmpty();
      cloud.assertNoMoreThan(BUDGET, Duration.ZERO);
      cloud.assertTrueEnds();
    }
  }

  private static List<InjectedFault> weather(Random random) {
    List<InjectedFault> faults = new ArrayList<>();
    for (int i = random.nextInt(5); i > 0; i--) {
      ScriptedFault fault =
          ScriptedFault.of(FAULTS.get(random.nextInt(FAULTS.size())))
              .withProbability(random.nextInt(4) == 0 ? 1 : 0.05 + 0.5 * random.nextDouble())
              .withQuota(1 + random.nextInt(100), "1 minute");
      if (random.nextInt(3) == 0) {
        fault = fault.withRetryAfter(Duration.ofSeconds(random.nextInt(120)));
      }
      faults.add(fault.build());
    }
    return faults;
  }
}
