package dev.imsbridge.topics;

/** A difference between a topic and its declaration. */
public sealed interface Difference {

  /** How a difference can be resolved. */
  enum Remedy {
    /** Applying resolves it. */
    APPLY,
    /**
     * The bridge can run with it. Applying does not resolve it, because that could do harm or is
     * impossible.
     */
    KEEP,
    /** The bridge cannot run with it, and applying cannot resolve it. */
    INCOMPATIBLE
  }

  /** The consequence of a difference for a bridge. */
  enum Effect {
    /** No guarantee depends on it. */
    NONE,
    /** The bridge works, but a guarantee is weaker. */
    WARNING,
    /** The bridge does not start, because it would stop permanently, or lose or falsify records. */
    OBSTACLE
  }

  /** The topic's name. */
  String topic();

  Remedy remedy();

  Effect effect();

  /** One line that describes the difference and how it is resolved, without the topic's name. */
  String text();

  /** The topic does not exist. */
  record Missing(DeclaredTopic declared) implements Difference {
    @Override
    public String topic() {
      return declared.name();
    }

    @Override
    public Remedy remedy() {
      return Remedy.APPLY;
    }

    @Override
    public Effect effect() {
      return Effect.OBSTACLE;
    }

    @Override
    public String text() {
      return "missing; to be created with %s and %s"
          .formatted(
              declared.partitions() == 1 ? "1 partition" : declared.partitions() + " partitions",
              declared.replicas() == DeclaredTopic.CLUSTER_DEFAULT
                  ? "the cluster's replication factor"
                  : "replication factor " + declared.replicas());
    }
  }

  /** The topic has a different number of partitions. */
  record Partitions(String topic, int actual, int declared, Remedy remedy, String advice)
      implements Difference {
    @Override
    public Effect effect() {
      return remedy == Remedy.INCOMPATIBLE ? Effect.OBSTACLE : Effect.NONE;
    }

    @Override
    public String text() {
      return "has %s partitions, declared are %s; %s".formatted(actual, declared, advice);
    }
  }

  /** The topic has a different number of replicas. */
  record Replicas(String topic, int actual, int declared) implements Difference {
    @Override
    public Remedy remedy() {
      return Remedy.KEEP;
    }

    @Override
    public Effect effect() {
      return Effect.NONE;
    }

    @Override
    public String text() {
      return ("has replication factor %s, declared is %s; stays as it is, kafka-reassign-partitions"
              + " can change it")
          .formatted(actual, declared);
    }
  }

  /**
   * What follows from the actual value of a setting.
   *
   * @param clause for messages; empty without an effect
   */
  record Consequence(Effect effect, String clause) {
    static final Consequence NONE = new Consequence(Effect.NONE, "");
  }

  /** A setting of the topic has a different value. */
  record Config(
      String topic,
      String key,
      String actual,
      String declared,
      Consequence consequence,
      Remedy remedy,
      String advice)
      implements Difference {
    @Override
    public Effect effect() {
      return consequence.effect();
    }

    @Override
    public String text() {
      var why = consequence.effect() == Effect.NONE ? "" : ": " + consequence.clause();
      return "%s is %s, declared is %s%s; %s".formatted(key, actual, declared, why, advice);
    }
  }
}
