package dev.imsbridge.poller.schedule;

/**
 * The durations of the jobs of one type, as a histogram with exponential decay. Buckets range from
 * 0.1 s to about 30 days, and each is 2% wider than the one before. Constant size, about 3.5 kB.
 * Owned by one thread.
 */
final class DurationSketch {
  static final double FIRST_EDGE = 0.1;
  static final double GROWTH = 1.02;
  static final int BUCKETS = 862;

  /** From this number of jobs, each new job slightly reduces the weight of the earlier ones. */
  private static final double MAX_WEIGHT = 200;

  private final float[] counts = new float[BUCKETS];
  private double total;

  /**
   * The lower edge of a bucket, in seconds. The edge of bucket {@link #BUCKETS} is the end of the
   * last bucket.
   */
  static double edge(int bucket) {
    return FIRST_EDGE * Math.pow(GROWTH, bucket);
  }

  static int bucketOf(double seconds) {
    int bucket = (int) Math.floor(Math.log(seconds / FIRST_EDGE) / Math.log(GROWTH));
    return Math.max(0, Math.min(BUCKETS - 1, bucket));
  }

  void add(double seconds) {
    if (total >= MAX_WEIGHT) {
      float fade = (float) ((MAX_WEIGHT - 1) / total);
      for (int i = 0; i < BUCKETS; i++) {
        counts[i] *= fade;
      }
      total *= fade;
    }
    counts[bucketOf(seconds)]++;
    total++;
  }

  /** The number of jobs in the histogram, with reduced weight for earlier jobs. */
  double weight() {
    return total;
  }

  /**
   * The fraction of jobs that end in each bucket, smoothed. With fewer jobs, each job is spread
   * over more neighbouring buckets.
   */
  double[] density() {
    double[] density = new double[BUCKETS];
    int reach = reach();
    double kernelSum = (reach + 1.0) * (reach + 1.0);
    for (int i = 0; i < BUCKETS; i++) {
      if (counts[i] > 0) {
        for (int j = -reach; j <= reach; j++) {
          int to = Math.max(0, Math.min(BUCKETS - 1, i + j));
          density[to] += counts[i] / total * (reach + 1 - Math.abs(j)) / kernelSum;
        }
      }
    }
    return density;
  }

  // Silverman's rule on the logarithm of time, where durations are closest to a normal
  // distribution. Uses the quartiles because a tail does not show how smooth the middle is.
  private int reach() {
    double spread = (quantileBucket(0.75) - quantileBucket(0.25)) / 1.34;
    double bandwidth = 0.9 * spread * Math.pow(Math.max(1, total), -0.2);
    return (int) Math.max(1, Math.min(40, Math.round(bandwidth * 2)));
  }

  /** The weight of the jobs that ran at least that many seconds. */
  double weightFrom(double age) {
    double weight = 0;
    for (int i = bucketOf(age); i < BUCKETS; i++) {
      weight += countFrom(i, age);
    }
    return weight;
  }

  /**
   * The duration, in seconds, below which that share of the jobs ended that ran at least {@code
   * age} seconds. Requires at least one such job.
   */
  double quantileFrom(double age, double share) {
    double wanted = share * weightFrom(age);
    for (int i = bucketOf(age); i < BUCKETS; i++) {
      double count = countFrom(i, age);
      if (count > 0 && count >= wanted) {
        double low = Math.max(i == 0 ? 0 : edge(i), age);
        return low + Math.max(0, edge(i + 1) - low) * wanted / count;
      }
      wanted -= count;
    }
    return edge(BUCKETS);
  }

  // Within a bucket the jobs are spread evenly.
  private double countFrom(int bucket, double age) {
    double low = bucket == 0 ? 0 : edge(bucket);
    double high = edge(bucket + 1);
    return counts[bucket] * Math.max(0, Math.min(1, (high - age) / (high - low)));
  }

  /** The bucket that contains the quantile. */
  int quantileBucket(double share) {
    double below = 0;
    for (int i = 0; i < BUCKETS; i++) {
      below += counts[i];
      if (below >= share * total && below > 0) {
        return i;
      }
    }
    return BUCKETS - 1;
  }
}
