package dev.imsbridge.wire;

import java.util.List;

/** The names of the bridge's topics under one prefix. */
public record TopicNames(String prefix) {
  public static final String DEFAULT_PREFIX = "ims.jobs.";

  public TopicNames {
    if (!prefix.matches("[A-Za-z0-9._-]{0,200}")) {
      throw new IllegalArgumentException(
          "a topic prefix has at most 200 characters of A-Z a-z 0-9 . _ -");
    }
  }

  public String requests() {
    return prefix + "requests";
  }

  public String watches() {
    return prefix + "watches";
  }

  public String observations() {
    return prefix + "observations";
  }

  public String transitions() {
    return prefix + "transitions";
  }

  public String completions() {
    return prefix + "completions";
  }

  public String status() {
    return prefix + "status";
  }

  public String audit() {
    return prefix + "audit";
  }

  public String deadLetters() {
    return prefix + "dead-letters";
  }

  /** The actions of operators at run time. */
  public String control() {
    return prefix + "control";
  }

  /** The consumer group of the pollers. */
  public String pollerGroup() {
    return prefix + "poller";
  }

  /** The transactional id of the commands that send dead letters again. */
  public String redriveTransactions() {
    return prefix + "redrive";
  }

  public List<String> all() {
    return List.of(
        requests(),
        watches(),
        observations(),
        transitions(),
        completions(),
        status(),
        audit(),
        deadLetters(),
        control());
  }
}
