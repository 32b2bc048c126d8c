package dev.imsbridge.cli;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/**
 * What this process has used up: read twice, the difference is what happened in between cost.
 *
 * @param wallNanos by the monotonic clock
 * @param cpuNanos of all threads of the process, those that collect garbage and compile included
 * @param allocatedBytes by the threads that are alive
 */
record ProcessCost(long wallNanos, long cpuNanos, long allocatedBytes) {

  /** Up to now. */
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
