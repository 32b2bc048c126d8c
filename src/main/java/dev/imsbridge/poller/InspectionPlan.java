package dev.imsbridge.poller;

import static dev.imsbridge.poller.DurationSketch.BUCKETS;

import java.util.Arrays;

/**
 * When to look whether a job of a known type has ended, so that few looks find most ends soon.
 *
 * <p>Looks are spread over a job's life with the density {@code sqrt(hazard) / k}, the hazard being
 * how likely a job that still runs ends now: that is the solution of the classic inspection
 * problem, which weighs the cost of looks against that of a late discovery. {@code k} is set so
 * that at most one end in twenty is found later than the target. Besides, no look is later than the
 * target after the moment at which one job in twenty of those still running will have ended: else a
 * type whose jobs all end within less than the target would be looked at too late.
 *
 * <p>A little of a distribution without any knowledge is mixed in, so that a job that ends
 * unusually early is found too. For a job that outlives all that was learned there is no plan:
 * {@link #covers}. Immutable. All times are seconds.
 */
final class InspectionPlan {
  private static final double LATE_SHARE = 0.05;
  private static final double UNKNOWING_JOBS = 1;
  private static final int HALVINGS = 18;

  private final double target;
  private final double floor;
  private final double ceiling;

  /** The share of jobs that still run at a bucket's lower edge. */
  private final double[] running = new double[BUCKETS + 1];

  /** The integral of the hazard's root up to a bucket's lower edge. */
  private final double[] looks = new double[BUCKETS + 1];

  private final double end;
  private final double k;

  InspectionPlan(DurationSketch sketch, double target, double floor, double ceiling) {
    this.target = target;
    // A look sooner than the target after the last one would buy nothing that is asked for.
    this.floor = Math.min(ceiling, Math.max(floor, target));
    this.ceiling = ceiling;
    double[] learned = sketch.density();
    double trust = sketch.weight() / (sketch.weight() + UNKNOWING_JOBS);
    prepare(learned, trust);
    end = endOf(learned);
    k = calibrate(learned);
  }

  private void prepare(double[] learned, double trust) {
    running[0] = 1;
    for (int i = 0; i < BUCKETS; i++) {
      // Without knowledge every order of magnitude is as likely as any other.
      double share = trust * learned[i] + (1 - trust) / BUCKETS;
      double width = DurationSketch.edge(i + 1) - DurationSketch.edge(i);
      running[i + 1] = Math.max(0, running[i] - share);
      double hazard = share / width / Math.max(share / 2, running[i] - share / 2);
      looks[i + 1] = looks[i] + Math.sqrt(hazard) * width;
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

  /** Whether a job of that age is within what was learned. */
  boolean covers(double age) {
    return age < end;
  }

  /** The age by which all jobs it was learned from had ended. */
  double end() {
    return end;
  }

  /** The share of jobs that have ended by that age. */
  double endedBy(double age) {
    return 1 - runningAt(age);
  }

  /** How long after {@code age} the next look is due. */
  double delay(double age) {
    return delay(age, k);
  }

  private double delay(double age, double spacing) {
    double byHazard = timeOfLook(looksAt(age) + spacing) - age;
    double byTarget = timeWhenRunning(runningAt(age) * (1 - LATE_SHARE)) + target - age;
    return Math.max(floor, Math.min(ceiling, Math.min(byHazard, byTarget)));
  }

  // ---- the number k

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

  /** The share of ends that are found later than the target when looked for with that spacing. */
  private double lateShare(double[] learned, double spacing) {
    double late = 0;
    double from = 0;
    while (covers(from) && late <= LATE_SHARE) {
      double step = delay(from, spacing);
      double bucketEnd = DurationSketch.edge(DurationSketch.bucketOf(from) + 1);
      if (step < (bucketEnd - from) / 2) {
        // Many looks in one bucket: not one by one, or a type that takes days would take long here.
        late += shareBetween(learned, from, bucketEnd) * Math.max(0, 1 - target / step);
        from = Math.nextUp(bucketEnd * (1 + 1e-9));
      } else {
        // Those that end early in the step are found late.
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

  // ---- between the edges all is linear

  private double looksAt(double time) {
    return at(looks, time);
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

  private double timeOfLook(double number) {
    int i = Arrays.binarySearch(looks, number);
    return timeAt(looks, number, i >= 0 ? i : -i - 2);
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
