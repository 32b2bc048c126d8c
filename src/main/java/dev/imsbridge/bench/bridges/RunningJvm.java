package dev.imsbridge.bench.bridges;

import com.sun.management.UnixOperatingSystemMXBean;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import dev.imsbridge.bench.common.Report;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.management.MBeanServerConnection;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** Reads the use of memory, threads and files of another JVM of this user. Thread-safe. */
final class RunningJvm implements AutoCloseable {
  private final long pid;
  private final JMXConnector connector;
  private final MBeanServerConnection beans;

  /**
   * What a process uses.
   *
   * @param heapBytes used heap after a full garbage collection
   * @param rssBytes resident memory; 0 where the system has no {@code /proc}
   * @param peakRssBytes its highest value since the start; 0 as above
   * @param openFiles file descriptors; 0 on Windows
   */
  record Use(long heapBytes, long rssBytes, long peakRssBytes, int threads, long openFiles) {
    static final double MIB = 1 << 20;

    double heapMib() {
      return Report.rounded(heapBytes / MIB);
    }

    double rssMib() {
      return Report.rounded(rssBytes / MIB);
    }

    double peakRssMib() {
      return Report.rounded(peakRssBytes / MIB);
    }
  }

  private RunningJvm(long pid, JMXConnector connector) throws IOException {
    this.pid = pid;
    this.connector = connector;
    beans = connector.getMBeanServerConnection();
  }

  /**
   * Attaches to a JVM. Needs a JDK.
   *
   * @throws IOException if it is not possible
   */
  @SuppressWarnings("BanJNDI") // The address is that of the agent in our own process.
  static RunningJvm of(long pid) throws IOException {
    try {
      VirtualMachine machine = VirtualMachine.attach(Long.toString(pid));
      try {
        String address = machine.startLocalManagementAgent();
        return new RunningJvm(pid, JMXConnectorFactory.connect(new JMXServiceURL(address)));
      } finally {
        machine.detach();
      }
    } catch (AttachNotSupportedException e) {
      throw new IOException(e);
    }
  }

  /** Collects garbage, and returns what the process uses afterwards. */
  Use use() throws IOException {
    MemoryMXBean memory =
        ManagementFactory.newPlatformMXBeanProxy(
            beans, ManagementFactory.MEMORY_MXBEAN_NAME, MemoryMXBean.class);
    ThreadMXBean threads =
        ManagementFactory.newPlatformMXBeanProxy(
            beans, ManagementFactory.THREAD_MXBEAN_NAME, ThreadMXBean.class);
    UnixOperatingSystemMXBean system =
        ManagementFactory.newPlatformMXBeanProxy(
            beans, ManagementFactory.OPERATING_SYSTEM_MXBEAN_NAME, UnixOperatingSystemMXBean.class);
    long rss = status("VmRSS:");
    long peak = status("VmHWM:");
    memory.gc();
    return new Use(
        memory.getHeapMemoryUsage().getUsed(),
        rss,
        peak,
        threads.getThreadCount(),
        system.getOpenFileDescriptorCount());
  }

  private long status(String field) throws IOException {
    Path file = Path.of("/proc", Long.toString(pid), "status");
    if (!Files.isReadable(file)) {
      return 0;
    }
    return Files.readAllLines(file).stream()
        .filter(line -> line.startsWith(field))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
        .findFirst()
        .orElse(0);
  }

  @Override
  public void close() throws IOException {
    connector.close();
  }
}
