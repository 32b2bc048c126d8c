package dev.imsbridge.simulator;

import java.util.Locale;

/** The scope in which a gateway counts calls, as its 429 names it. */
public enum ThrottlePolicy {
  USER,
  API,
  IP,
  APP;

  /** The name in the text of a 429, such as {@code user} in {@code policy user over ratelimit}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
