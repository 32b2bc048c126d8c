package dev.imsbridge.ims;

import java.util.Locale;

/** The kinds of fault. Each requires a reaction of its own. */
public enum FaultKind {
  /** Too many calls: pause the whole project, then request less often. */
  THROTTLED,
  /** Temporary: retry later, with backoff. */
  TRANSIENT,
  /** The credentials were refused, also after one renewal if they can be renewed. */
  AUTH,
  /** The answer does not describe the job. */
  MALFORMED,
  /** The call itself is wrong, for example its path. A retry of the same call does not help. */
  REJECTED;

  /** The name of this kind in records and metrics. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
