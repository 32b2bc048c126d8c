package dev.imsbridge.bench;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/**
 * The resources that this process has used. The difference of two readings is the cost of the work
 * in between.
 *
 * @param wallNanos elapsed time on the monotonic clock
 * @param cpuNanos CPU time of all threads, including garbage collection and JIT compilation
 * @param allocatedBytes bytes allocated by the threads that are alive
 */
record ProcessCost(long wallNanos, long cpuNanos, long allocatedBytes) {

  /** Returns the resources used so far. */
  static ProcessCost now() {
    OperatingSystemMXBean process =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    ThreadMXBean threads = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
    long allocated = 0;
    for (long bytes : threads.getThreadAllocatedBytes(threads.getAllThreadIds())) {
      allocated += Math.max(0, bytes);
    }
    return new ProcessCost(System.nanoTime(), process.getProcessCpuTime(), allocated);
  }

  ProcessCost since(ProcessCost before) {
    return new ProcessCost(
        wallNanos - before.wallNanos,
        cpuNanos - before.cpuNanos,
        allocatedBytes - before.allocatedBytes);
  }

  double seconds() {
    return wallNanos / 1e9;
  }
}
