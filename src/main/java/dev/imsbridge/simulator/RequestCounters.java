package dev.imsbridge.simulator;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/** Counts requests, injected faults and refused requests. Thread-safe. */
final class RequestCounters {
  private final Map<RequestClass, LongAdder> requests = adders(RequestClass.values());
  private final Map<FaultType, LongAdder> faults = adders(FaultType.values());
  private final LongAdder refused = new LongAdder();

  void count(RequestClass request) {
    requests.get(request).increment();
  }

  void count(FaultType fault) {
    faults.get(fault).increment();
  }

  void countRefused() {
    refused.increment();
  }

  SimulatorStats read(int jobs) {
    return new SimulatorStats(
        requests.entrySet().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().sum())),
        faults.entrySet().stream()
            .filter(entry -> entry.getValue().sum() > 0)
            .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().sum())),
        refused.sum(),
        jobs);
  }

  private static <E> Map<E, LongAdder> adders(E[] keys) {
    return Arrays.stream(keys)
        .collect(Collectors.toUnmodifiableMap(key -> key, key -> new LongAdder()));
  }
}
