package dev.imsbridge.bench.poll;

import dev.imsbridge.poller.schedule.AdaptivePolicy;
import dev.imsbridge.poller.schedule.PollPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.ObjDoubleConsumer;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * Compares policies with the fixed schedules of existing clients, in virtual time: the number of
 * calls per job, and how late the end of a job is found. Uses the measured durations of IMS jobs.
 *
 * <p>All schedules get the same jobs. A policy that learns gets {@value #WARM_UP} other jobs of
 * each type first. Pure, and deterministic for a given seed.
 */
public final class PolicyBench {
  private static final String MIXED = "all of them, mixed";

  private static final int WARM_UP = 200;
  private static final int MOST_STEPS = 20;
  private static final double ROUND_TRIP = 0.15;
  private static final double NANOS = 1e9;

  /** The durations of one type of job, in seconds. */
  public record JobType(String name, double low, double high, double tail) {

    /** Of a type with a tail, 1 job in 50 falls into the tail. */
    double draw(RandomGenerator random) {
      if (tail > high && random.nextInt(50) == 0) {
        return high * Math.pow(tail / high, random.nextDouble());
      }
      return low + (high - low) * random.nextDouble();
    }
  }

  /**
   * The schedule of a client: seconds until the first call and between calls; a timeout of 0 means
   * none.
   */
  public record FixedSchedule(String name, double first, double interval, double timeout) {
    FixedSchedule patient() {
      return new FixedSchedule(name, first, interval, 0);
    }
  }

  /**
   * The result of a schedule for one type of job.
   *
   * @param timedOut the fraction of jobs that the schedule gave up; they count in calls, not in
   *     lags
   */
  public record Row(
      String schedule,
      String jobType,
      double callsPerJob,
      Duration lagP50,
      Duration lagP95,
      Duration lagMax,
      double timedOut) {}

  /**
   * A client's schedule, and the adaptive policy with a target that gives the same or a lower p95
   * lag.
   *
   * @param client the result if the client never gave up
   * @param givenUp the fraction of jobs that the client gives up
   */
  public record Comparison(Row client, double givenUp, Row adaptive) {
    /** The adaptive policy's calls divided by the client's. */
    public double ratio() {
      return adaptive.callsPerJob() / client.callsPerJob();
    }
  }

  /** Measured durations. A single measured value is assumed to vary within 10%. */
  public static final List<JobType> JOB_TYPES =
      List.of(
          new JobType("member jobs", 0.6, 2.4, 0),
          new JobType("whole image from backup", 5.7, 6.3, 0),
          new JobType("copy in region", 124, 138, 0),
          new JobType("copy across regions", 152, 168, 888),
          new JobType("export", 173, 191, 0),
          new JobType("image from server", 188, 222, 0),
          new JobType("volume to system image", 180, 280, 0),
          new JobType("register", 285, 315, 0),
          new JobType("import", 337, 373, 2361),
          new JobType("import data image", 133, 600, 0),
          new JobType("volumes to data images", 183, 600, 0),
          new JobType("whole image from server", 503, 555, 86_400),
          new JobType("OVA", 600, 2266, 0));

  /** The schedules of existing clients. */
  public static final List<FixedSchedule> CLIENTS =
      List.of(
          new FixedSchedule("Terraform provider huaweicloud", 10, 10, 1200),
          new FixedSchedule("golangsdk", 5, 15, 1200),
          new FixedSchedule("gophertelekomcloud", 1, 1, 600),
          new FixedSchedule("python-otcextensions", 0, 10, 600),
          new FixedSchedule("packer plugin", 60, 10, 1800),
          new FixedSchedule("cloudmux", 0, 15, 600),
          new FixedSchedule("cloud-custodian", 5, 5, 0));

  private final long seed;
  private final int jobs;

  /**
   * Creates a bench without running it.
   *
   * @param jobs the number of jobs of each type and schedule
   */
  public PolicyBench(long seed, int jobs) {
    this.seed = seed;
    this.jobs = jobs;
  }

  /** Each type alone, then all types mixed. */
  public static List<List<JobType>> workloads() {
    return Stream.concat(JOB_TYPES.stream().map(List::of), Stream.of(JOB_TYPES)).toList();
  }

  /**
   * Runs a client's schedule for the same number of jobs of each type, alternating between types.
   */
  public Row run(FixedSchedule client, List<JobType> types) {
    Tallied tallied = new Tallied();
    inTurn(
        types,
        type -> durations(type, seed, jobs),
        (type, duration) -> {
          double timeout = client.timeout() == 0 ? Double.MAX_VALUE : client.timeout();
          double at = client.first();
          int calls = 1;
          while (at < duration && at < timeout) {
            at += client.interval() + ROUND_TRIP;
            calls++;
          }
          tallied.add(calls, at - duration);
        });
    return tallied.row(client.name(), title(types));
  }

  /**
   * Runs a policy for the same number of jobs of each type, alternating between types, with no
   * other jobs.
   */
  public Row run(String name, PollPolicy policy, List<JobType> types) {
    SplittableRandom random = new SplittableRandom(seed + 2);
    inTurn(
        types,
        type -> durations(type, seed + 1, WARM_UP),
        (type, duration) -> {
          policy.learn(type.name(), (long) (duration * NANOS));
          policy.learnWait((long) (Math.max(0, duration - random.nextDouble()) * NANOS));
        });
    Tallied tallied = new Tallied();
    inTurn(
        types,
        type -> durations(type, seed, jobs),
        (type, duration) -> {
          // The request follows the creation of the job within 1 s.
          double at = random.nextDouble() + policy.firstDelayNanos(random) / NANOS;
          int calls = 1;
          while (at < duration) {
            at += policy.delayNanos(type.name(), (long) (at * NANOS), random) / NANOS + ROUND_TRIP;
            calls++;
          }
          tallied.add(calls, at - duration);
        });
    return tallied.row(name, title(types));
  }

  private static String title(List<JobType> types) {
    return types.size() == 1 ? types.get(0).name() : MIXED;
  }

  private static void inTurn(
      List<JobType> types, Function<JobType, double[]> durations, ObjDoubleConsumer<JobType> job) {
    List<double[]> each = types.stream().map(durations).toList();
    for (int i = 0; i < each.get(0).length; i++) {
      for (int type = 0; type < types.size(); type++) {
        job.accept(types.get(type), each.get(type)[i]);
      }
    }
  }

  /**
   * Compares all clients for all workloads, each with an adaptive policy that finds ends no later.
   */
  public List<Comparison> atEqualLag(Duration floor, Duration ceiling) {
    List<Comparison> comparisons = new ArrayList<>();
    for (List<JobType> types : workloads()) {
      for (FixedSchedule client : CLIENTS) {
        Row patient = run(client.patient(), types);
        Row adaptive = noLater(patient.lagP95(), types, floor, ceiling);
        comparisons.add(new Comparison(patient, run(client, types).timedOut(), adaptive));
      }
    }
    return comparisons;
  }

  // Lowers the target until the measured lag is at most the wanted one.
  private Row noLater(Duration wanted, List<JobType> types, Duration floor, Duration ceiling) {
    double target = wanted.toNanos() / NANOS;
    for (int step = 0; ; step++) {
      Duration knob = Duration.ofNanos((long) (target * NANOS));
      Duration least = knob.compareTo(floor) < 0 ? knob : floor;
      Row row = run("adaptive", new AdaptivePolicy(knob, least, ceiling), types);
      double over = row.lagP95().toNanos() / (double) wanted.toNanos();
      if (over <= 1 || step == MOST_STEPS) {
        return row;
      }
      target *= 0.99 / over;
    }
  }

  private static double[] durations(JobType type, long from, int count) {
    SplittableRandom random = new SplittableRandom(from * 31 + type.name().hashCode());
    double[] durations = new double[count];
    for (int i = 0; i < count; i++) {
      durations[i] = type.draw(random);
    }
    return durations;
  }

  /** Accumulates the results of jobs. */
  private static final class Tallied {
    private final List<Double> lags = new ArrayList<>();
    private long calls;
    private int total;

    /**
     * @param lag negative if the job was given up before its end
     */
    void add(int callsOfJob, double lag) {
      total++;
      calls += callsOfJob;
      if (lag >= 0) {
        lags.add(lag);
      }
    }

    Row row(String schedule, String type) {
      double[] sorted = lags.stream().mapToDouble(Double::doubleValue).toArray();
      Arrays.sort(sorted);
      return new Row(
          schedule,
          type,
          calls / (double) total,
          quantile(sorted, 0.5),
          quantile(sorted, 0.95),
          quantile(sorted, 1),
          1 - sorted.length / (double) total);
    }

    private static Duration quantile(double[] sorted, double share) {
      if (sorted.length == 0) {
        return Duration.ZERO;
      }
      int index = (int) Math.min(sorted.length - 1, Math.floor(share * sorted.length));
      return Duration.ofNanos((long) (sorted[index] * NANOS));
    }
  }
}
