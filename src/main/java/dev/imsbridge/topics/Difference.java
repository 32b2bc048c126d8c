package dev.imsbridge.topics;

/** One way in which a topic is not as declared. */
public sealed interface Difference {

  /** What can be done about a difference. */
  enum Remedy {
    /** Applying puts it right. */
    APPLY,
    /** The bridge can live with it; applying leaves it, since putting it right could do harm. */
    KEEP,
    /** The bridge can't run with it, and applying can't put it right. */
    INCOMPATIBLE
  }

  /** The topic's name. */
  String topic();

  Remedy remedy();

  /** What is different, and what becomes of it, without the topic's name; one line. */
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
    public String text() {
      return "missing; to be created with %d partitions and %s"
          .formatted(
              declared.partitions(),
              declared.replicas() == DeclaredTopic.CLUSTER_DEFAULT
                  ? "the cluster's replication factor"
                  : "replication factor " + declared.replicas());
    }
  }

  /** The topic has another number of partitions. */
  record Partitions(String topic, int actual, int declared, Remedy remedy, String advice)
      implements Difference {
    @Override
    public String text() {
      return "has %d partitions, declared are %d; %s".formatted(actual, declared, advice);
    }
  }

  /** The topic has another number of replicas. */
  record Replicas(String topic, int actual, int declared) implements Difference {
    @Override
    public Remedy remedy() {
      return Remedy.KEEP;
    }

    @Override
    public String text() {
      return ("has replication factor %d, declared is %d; stays as it is, kafka-reassign-partitions"
              + " can change it")
          .formatted(actual, declared);
    }
  }

  /**
   * A setting of the topic has another value.
   *
   * @param actual null when the cluster does not tell one
   */
  record Config(
      String topic, String key, String actual, String declared, Remedy remedy, String advice)
      implements Difference {
    @Override
    public String text() {
      return "%s is %s, declared is %s; %s".formatted(key, actual, declared, advice);
    }
  }
}
