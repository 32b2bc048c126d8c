package dev.imsbridge.ims;

import java.util.Locale;

/** The classes of fault, by what is to be done about them. */
public enum FaultKind {
  /** Too many calls: leave the whole project alone for a while, then ask less often. */
  THROTTLED,
  /** Passes by itself: ask again later, with backoff. */
  TRANSIENT,
  /** Credentials were refused, after one renewal where they can be renewed. */
  AUTH,
  /** An answer that is none about the job. */
  MALFORMED,
  /** The call itself is wrong, its path for one: asking again as it is will not help. */
  REJECTED;

  /** The word for it in records and metrics. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
