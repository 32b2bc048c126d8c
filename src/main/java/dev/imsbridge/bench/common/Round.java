package dev.imsbridge.bench.common;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * The GETs or records of one round of a measurement, and their cost: the difference of two readings
 * of {@link #now}.
 *
 * @param bytes the bytes of all bodies; 0 if not measured
 * @param wallNanos elapsed time on the monotonic clock
 * @param cpuNanos CPU time of all threads, including garbage collection and JIT compilation
 * @param allocatedBytes bytes allocated by the threads that are alive
 * @param brokerNanos CPU time of the broker, which runs in another process
 */
public record Round(
    long count, long bytes, long wallNanos, long cpuNanos, long allocatedBytes, long brokerNanos) {

  /** Returns the resources used so far. */
  public static Round now(long count, long bytes, Supplier<Duration> brokerCpu) {
    ThreadMXBean threads = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
    long allocated = 0;
    for (long each : threads.getThreadAllocatedBytes(threads.getAllThreadIds())) {
      allocated += Math.max(0, each);
    }
    return new Round(
        count,
        bytes,
        System.nanoTime(),
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime(),
        allocated,
        brokerCpu.get().toNanos());
  }

  public Round since(Round before) {
    return new Round(
        count - before.count,
        bytes - before.bytes,
        wallNanos - before.wallNanos,
        cpuNanos - before.cpuNanos,
        allocatedBytes - before.allocatedBytes,
        brokerNanos - before.brokerNanos);
  }

  public double perSecond() {
    return count / (wallNanos / 1e9);
  }

  public double cpuMicros() {
    return cpuNanos / 1e3 / count;
  }

  public double brokerMicros() {
    return brokerNanos / 1e3 / count;
  }

  public double allocatedEach() {
    return allocatedBytes / (double) count;
  }

  public double bytesEach() {
    return bytes / (double) count;
  }

  /** Returns the median of a figure over the rounds, with three decimals. */
  public static double median(List<Round> rounds, ToDoubleFunction<Round> figure) {
    return Report.median(rounds.stream().mapToDouble(figure).toArray());
  }
}
