package dev.imsbridge.simulator;

import java.util.Locale;

/** Whose calls a gateway counts, as its 429 names it. */
public enum ThrottlePolicy {
  USER,
  API,
  IP,
  APP;

  /** As in {@code policy user over ratelimit}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
