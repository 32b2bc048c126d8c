package dev.imsbridge.simulator;

import java.util.List;

/** The faults of one control request, at most {@value #MAX_FAULTS}; null means none. */
record FaultList(List<InjectedFault> faults) {
  static final int MAX_FAULTS = 100;

  FaultList {
    faults = faults == null ? List.of() : List.copyOf(faults);
    if (faults.size() > MAX_FAULTS) {
      throw new IllegalArgumentException("faults must be a list of at most " + MAX_FAULTS);
    }
  }
}
