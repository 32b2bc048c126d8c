package dev.imsbridge.poller.schedule;

import static dev.imsbridge.poller.schedule.DurationSketch.BUCKETS;

import java.util.Arrays;

/**
 * Plans the polls of a job of a known type, so that few polls find most ends early.
 *
 * <p>Polls are spread over a job's life with density {@code sqrt(hazard) / k}. The hazard is the
 * probability that a running job ends now. This is the solution of the classic inspection problem,
 * which balances the cost of inspections against the cost of a late discovery. {@code k} is chosen
 * so that at most 5% of the ends are found later than the target. In addition, each poll is at most
 * the target after the time at which 5% of the jobs still running will have ended. Without that
 * limit, a type whose jobs all end within less than the target would be polled too late.
 *
 * <p>A small part of an uninformed distribution is mixed in, so that a job that ends unusually
 * early is also found. The plan does not cover a job that runs longer than all learned durations:
 * see {@link #covers}. Immutable. All times are seconds.
 */
final class InspectionPlan {
  private static final double LATE_SHARE = 0.05;

  /** The weight of the uninformed distribution, in jobs. */
  private static final double PRIOR_JOBS = 1;

  private static final int HALVINGS = 18;

  private final double target;
  private final double floor;
  private final double ceiling;

  /** The fraction of jobs that still run at a bucket's lower edge. */
  private final double[] running = new double[BUCKETS + 1];

  /** The integral of the square root of the hazard up to a bucket's lower edge. */
  private final double[] rootHazard = new double[BUCKETS + 1];

  private final double end;
  private final double k;

  InspectionPlan(DurationSketch sketch, double target, double floor, double ceiling) {
    this.target = target;
    // A poll less than the target after the previous one has no benefit.
    this.floor = Math.min(ceiling, Math.max(floor, target));
    this.ceiling = ceiling;
    double[] learned = sketch.density();
    double trust = sketch.weight() / (sketch.weight() + PRIOR_JOBS);
    prepare(learned, trust);
    end = endOf(learned);
    k = calibrate(learned);
  }

  private void prepare(double[] learned, double trust) {
    running[0] = 1;
    for (int i = 0; i < BUCKETS; i++) {
      // Without history, every order of magnitude is equally likely.
      double share = trust * learned[i] + (1 - trust) / BUCKETS;
      double width = DurationSketch.edge(i + 1) - DurationSketch.edge(i);
      running[i + 1] = Math.max(0, running[i] - share);
      double hazard = share / width / Math.max(share / 2, running[i] - share / 2);
      rootHazard[i + 1] = rootHazard[i] + Math.sqrt(hazard) * width;
    }
  }

  private static double endOf(double[] learned) {
    double left = 1;
    for (int i = 0; i < BUCKETS; i++) {
      left -= learned[i];
      if (left < 1e-6) {
        return DurationSketch.edge(i + 1);
      }
    }
    return DurationSketch.edge(BUCKETS);
  }

  /** Returns whether the learned durations cover a job of that age. */
  boolean covers(double age) {
    return age < end;
  }

  /** The age by which all learned jobs had ended. */
  double end() {
    return end;
  }

  /** The fraction of jobs that have ended by that age. */
  double endedBy(double age) {
    return 1 - runningAt(age);
  }

  /** The time from {@code age} until the next poll is due. */
  double delay(double age) {
    return delay(age, k);
  }

  private double delay(double age, double spacing) {
    double byHazard = timeOfRootHazard(rootHazardAt(age) + spacing) - age;
    double byTarget = timeWhenRunning(runningAt(age) * (1 - LATE_SHARE)) + target - age;
    return Math.max(floor, Math.min(ceiling, Math.min(byHazard, byTarget)));
  }

  // ---- calibration of k

  private double calibrate(double[] learned) {
    double low = Math.log(1e-4);
    double high = Math.log(1e4);
    for (int i = 0; i < HALVINGS; i++) {
      double middle = (low + high) / 2;
      if (lateShare(learned, Math.exp(middle)) <= LATE_SHARE) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return Math.exp(low);
  }

  /** The fraction of ends that are found later than the target with that spacing. */
  private double lateShare(double[] learned, double spacing) {
    double late = 0;
    double from = 0;
    while (covers(from) && late <= LATE_SHARE) {
      double step = delay(from, spacing);
      double bucketEnd = DurationSketch.edge(DurationSketch.bucketOf(from) + 1);
      if (step < (bucketEnd - from) / 2) {
        // Many polls in one bucket: compute them together. For a type that takes days, one by one
        // would take too long.
        late += shareBetween(learned, from, bucketEnd) * Math.max(0, 1 - target / step);
        from = Math.nextUp(bucketEnd * (1 + 1e-9));
      } else {
        // Jobs that end early in the step are found late.
        late += shareBetween(learned, from, from + step - target);
        from += step;
      }
    }
    return late;
  }

  private static double shareBetween(double[] learned, double from, double to) {
    if (to <= from) {
      return 0;
    }
    double share = 0;
    int last = DurationSketch.bucketOf(to);
    for (int i = DurationSketch.bucketOf(from); i <= last; i++) {
      double low = DurationSketch.edge(i);
      double high = DurationSketch.edge(i + 1);
      double part = (Math.min(high, to) - Math.max(low, from)) / (high - low);
      share += learned[i] * Math.max(0, Math.min(1, part));
    }
    return share;
  }

  // ---- linear interpolation between bucket edges

  private double rootHazardAt(double time) {
    return at(rootHazard, time);
  }

  private double runningAt(double time) {
    return at(running, time);
  }

  private static double at(double[] values, double time) {
    if (time <= DurationSketch.FIRST_EDGE) {
      return values[0];
    }
    int i = DurationSketch.bucketOf(time);
    double low = DurationSketch.edge(i);
    double part = Math.min(1, (time - low) / (DurationSketch.edge(i + 1) - low));
    return values[i] + part * (values[i + 1] - values[i]);
  }

  private double timeOfRootHazard(double number) {
    int i = Arrays.binarySearch(rootHazard, number);
    return timeAt(rootHazard, number, i >= 0 ? i : -i - 2);
  }

  private double timeWhenRunning(double share) {
    int low = 0;
    int high = BUCKETS;
    while (high - low > 1) {
      int middle = (low + high) >>> 1;
      if (running[middle] >= share) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return timeAt(running, share, low);
  }

  private static double timeAt(double[] values, double value, int bucket) {
    int i = Math.max(0, bucket);
    if (i >= BUCKETS) {
      return DurationSketch.edge(BUCKETS);
    }
    double range = values[i + 1] - values[i];
    double part = range == 0 ? 0 : (value - values[i]) / range;
    double low = DurationSketch.edge(i);
    return low + Math.max(0, Math.min(1, part)) * (DurationSketch.edge(i + 1) - low);
  }
}
