package dev.imsbridge.config;

import static org.apache.kafka.common.config.ConfigDef.Type.BOOLEAN;
import static org.apache.kafka.common.config.ConfigDef.Type.DOUBLE;
import static org.apache.kafka.common.config.ConfigDef.Type.INT;
import static org.apache.kafka.common.config.ConfigDef.Type.LONG;
import static org.apache.kafka.common.config.ConfigDef.Type.PASSWORD;
import static org.apache.kafka.common.config.ConfigDef.Type.STRING;

import dev.imsbridge.ims.Endpoint;
import dev.imsbridge.ims.PathTemplate;
import dev.imsbridge.job.JobId;
import dev.imsbridge.terminal.DurationText;
import dev.imsbridge.wire.CloudEvent;
import dev.imsbridge.wire.TopicNames;
import java.util.List;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Validator;
import org.apache.kafka.common.config.ConfigDef.Width;

/**
 * The settings: names, types, defaults and documentation. Long, because it is a list of all of
 * them.
 */
public final class Keys {
  public static final String KAFKA_BOOTSTRAP = "kafka.bootstrap.servers";
  public static final String EMBEDDED_PORT = "embedded.port";
  public static final String BROKER_PATIENCE = "broker.patience";
  public static final String DATA_DIR = "data.dir";
  public static final String TOPICS_PREFIX = "topics.prefix";
  public static final String TOPICS_PARTITIONS = "topics.partitions";
  public static final String TOPICS_REPLICATION = "topics.replication.factor";
  public static final String TOPICS_MIN_ISR = "topics.min.insync.replicas";
  public static final String TOPICS_COMPRESSION = "topics.compression";
  public static final String TOPICS_CREATE = "topics.create";
  public static final String IMS_REGION = "ims.region";
  public static final String IMS_ENDPOINT = "ims.endpoint";
  public static final String IMS_PROJECT_ID = "ims.project.id";
  public static final String IMS_PATH = "ims.path.template";
  public static final String IMS_AUTH = "ims.auth";
  static final String IMS_TOKEN = "ims.auth.token";
  public static final String IMS_AK = "ims.auth.ak";
  public static final String IMS_SK = "ims.auth.sk";
  public static final String IMS_SECURITY_TOKEN = "ims.auth.security.token";
  static final String IMS_PROFILE = "ims.auth.profile";
  static final String IMS_DOMAIN = "ims.auth.domain";
  static final String IMS_USER = "ims.auth.user";
  static final String IMS_PASSWORD = "ims.auth.password";
  static final String IMS_IAM = "ims.auth.iam.endpoint";
  public static final String IMS_RATE = "ims.rate";
  public static final String IMS_BURST = "ims.burst";
  static final String IMS_CONCURRENCY = "ims.concurrency";
  public static final String IMS_CONNECT_TIMEOUT = "ims.connect.timeout";
  public static final String IMS_READ_TIMEOUT = "ims.read.timeout";
  public static final String IMS_TOTAL_TIMEOUT = "ims.total.timeout";
  public static final String IMS_PROXY = "ims.proxy";
  public static final String IMS_PROXY_USER = "ims.proxy.user";
  public static final String IMS_PROXY_PASSWORD = "ims.proxy.password";
  public static final String IMS_CERTIFICATES = "ims.trusted.certificates";
  public static final String IMS_MAX_BYTES = "ims.response.max.bytes";
  public static final String POLL_POLICY = "poll.policy";
  public static final String POLL_LAG = "poll.lag.target";
  public static final String POLL_FLOOR = "poll.adaptive.min";
  public static final String POLL_CEILING = "poll.adaptive.max";
  public static final String POLL_INTERVAL = "poll.interval";
  public static final String POLL_INITIAL = "poll.backoff.initial";
  public static final String POLL_RATIO = "poll.backoff.ratio";
  public static final String POLL_MAX = "poll.backoff.max";
  public static final String WATCH_DEADLINE = "watch.deadline";
  public static final String WATCH_SETTLE = "watch.settle.deadline";
  public static final String WATCH_GRACE = "watch.not-found.grace";
  public static final String WATCH_SEEN_GRACE = "watch.not-found.seen.grace";
  public static final String TREE_SUB_JOBS = "tree.max.sub.jobs";
  public static final String TREE_DEPTH = "tree.max.depth";
  public static final String STATE_DIR = "state.dir";
  public static final String STATE_MEMORY = "state.memory.max.bytes";
  public static final String STATE_RETENTION = "state.retention";
  public static final String STANDBY_REPLICAS = "standby.replicas";
  public static final String APPLICATION_ID = "application.id";
  public static final String EVENTS_MODE = "events.mode";
  public static final String HTTP_LISTEN = "http.listen";
  public static final String HTTP_AUTH = "http.auth";
  public static final String HTTP_TOKEN = "http.auth.token";
  public static final String HTTP_ADVERTISED = "http.advertised";
  public static final String HTTP_MIRROR_WAIT = "http.mirror.wait";
  public static final String LOG_LEVEL = "log.level";
  public static final String LOG_FORMAT = "log.format";

  enum Auth {
    AUTO,
    NONE,
    TOKEN,
    AKSK,
    PASSWORD,
    METADATA
  }

  public enum HttpAuth {
    AUTO,
    TOKEN,
    NONE
  }

  public enum Policy {
    FIXED,
    BACKOFF,
    ADAPTIVE
  }

  /** The names of the settings of a single project, after {@code ims.projects.NAME.}. */
  static final List<String> OF_A_PROJECT =
      List.of(
          "project.id",
          "region",
          "endpoint",
          "auth",
          "auth.token",
          "auth.ak",
          "auth.sk",
          "auth.security.token",
          "auth.profile",
          "auth.domain",
          "auth.user",
          "auth.password",
          "auth.iam.endpoint",
          "rate",
          "burst",
          "concurrency");

  private static final String AS_DECLARED = "as declared in `topics/`";

  /** Every key with a fixed name, in the order of its documentation. */
  public static final ConfigDef DEFINITION = definition();

  private Keys() {}

  private static ConfigDef definition() {
    Builder keys = new Builder();
    keys.group("Kafka");
    keys.text(KAFKA_BOOTSTRAP)
        .check(Checks.that("HOST:PORT, comma-separated", Ports::bootstrap))
        .doc(
            "Kafka brokers. If absent, `run` starts an embedded broker on 127.0.0.1, and the "
                + "other commands use that one.");
    keys.duration(BROKER_PATIENCE, "5m")
        .doc(
            "Longest time without an answer of any broker. Then the process ends with exit code "
                + "1.");
    keys.number(EMBEDDED_PORT, 9092, 0, 65535)
        .doc("Port of the embedded broker; 0 selects a free port.");
    keys.text(DATA_DIR)
        .orElse("`$XDG_DATA_HOME/imsbridge`, or `~/.local/share/imsbridge`")
        .doc(
            "Directory of the embedded broker and, unless `state.dir` is set, of the local copy "
                + "of the state. `run` logs its path.");
    keys.group("Topics");
    keys.text(TOPICS_PREFIX, TopicNames.DEFAULT_PREFIX)
        .check(Checks.text("A-Z a-z 0-9 . _ -", TopicNames::new))
        .doc("Prefix of all topic names.");
    keys.key(TOPICS_CREATE, BOOLEAN, true)
        .doc("Whether `run` creates missing topics. It never changes an existing topic.");
    keys.number(TOPICS_PARTITIONS, null, 1, 10_000)
        .orElse(AS_DECLARED)
        .doc(
            "Partitions of each topic but `control`, which is also the largest useful number of "
                + "instances.");
    keys.number(TOPICS_REPLICATION, null, 1, 32)
        .orElse(AS_DECLARED)
        .doc("Replicas of each topic, including the changelogs of the state.");
    keys.number(TOPICS_MIN_ISR, null, 1, 32)
        .orElse(AS_DECLARED)
        .doc("Replicas that must store a record before it counts as written.");
    keys.text(TOPICS_COMPRESSION, "gzip")
        .check(Checks.oneOf("none", "gzip", "lz4", "zstd"))
        .doc("Compression of all topics except `requests`. Every consumer must support it.");
    keys.group("IMS");
    keys.text(IMS_REGION)
        .check(Checks.matching("a region such as cn-north-4", "[a-z0-9-]{1,40}"))
        .doc(
            "Region; its endpoint is `https://ims.REGION.myhuaweicloud.com`. Polling requires "
                + "this setting or `ims.endpoint`.");
    keys.text(IMS_ENDPOINT)
        .check(Checks.text("URL", Endpoint::of))
        .doc(
            "Endpoint to use instead, such as `http://127.0.0.1:8090`. Events then name "
                + "`ims.region` as the region, or else the one in the host name, or else `local`.");
    keys.text(IMS_PROJECT_ID)
        .check(Checks.that("1 to 64 of A-Z a-z 0-9 _ -", JobId::valid))
        .doc("Default project of requests. Required for polling.");
    keys.text(IMS_PATH, "/v1/{project_id}/jobs/{job_id}")
        .check(Checks.text("path", PathTemplate::of))
        .doc(
            "Path of a job query. The default works for IMS, ECS, EVS and BMS; IMS also has the "
                + "newer `/v1/cloudimages/job/{job_id}`.");
    keys.text(IMS_AUTH, "auto")
        .check(Checks.oneOf(Auth.class))
        .doc(
            "Authentication of calls. `auto` uses the token, access key or password that is set"
                + " here, or else the access key of the profile, or else, for an https endpoint,"
                + " the access key of the cloud server. A plain http endpoint gets no"
                + " credentials.");
    keys.secret(IMS_TOKEN).doc("An IAM token (`X-Auth-Token`), which the bridge cannot renew.");
    keys.text(IMS_AK).doc("Access key id.");
    keys.secret(IMS_SK).doc("Secret access key.");
    keys.secret(IMS_SECURITY_TOKEN).doc("Security token of a temporary access key.");
    keys.text(IMS_PROFILE, "~/.huaweicloud/credentials")
        .doc(
            "File with `ak`, `sk` and optionally `security_token` in a section `[basic]`. Its "
                + "`project_id` is the project if no other is set.");
    keys.text(IMS_DOMAIN).doc("Account (domain) of the IAM user.");
    keys.text(IMS_USER).doc("IAM user, whose password is exchanged for tokens.");
    keys.secret(IMS_PASSWORD).doc("Password of that user.");
    keys.text(IMS_IAM)
        .check(Checks.text("URL", Endpoint::of))
        .orElse("`https://iam.REGION.myhuaweicloud.com`")
        .doc("IAM endpoint that issues tokens for the user.");
    keys.key(IMS_RATE, DOUBLE, 10.0)
        .check(Checks.between(0.001, 100_000))
        .doc("Most calls per second to the project, over all instances.");
    keys.number(IMS_BURST, 20, 1, 100_000).doc("Most calls at once after an idle time.");
    keys.number(IMS_CONCURRENCY, 64, 1, 10_000).doc("Most calls in flight.");
    keys.duration(IMS_CONNECT_TIMEOUT, "5s").doc("Longest time to connect.");
    keys.duration(IMS_READ_TIMEOUT, "10s").doc("Longest time without a byte of the answer.");
    keys.duration(IMS_TOTAL_TIMEOUT, "20s").doc("Longest time of a whole call.");
    keys.number(IMS_MAX_BYTES, 1 << 20, 1024, 3 << 20)
        .doc("Longest answer in bytes. A longer one is a fault.");
    keys.text(IMS_PROXY)
        .check(Checks.text("URL", Endpoint::of))
        .doc("HTTP proxy, such as `http://proxy:3128`.");
    keys.text(IMS_PROXY_USER).doc("User of the proxy.");
    keys.secret(IMS_PROXY_PASSWORD).doc("Password of that user.");
    keys.text(IMS_CERTIFICATES)
        .orElse("those of the JVM")
        .doc("PEM file with the certificate authorities to trust. No others are trusted.");
    keys.group("Polling");
    keys.text(POLL_POLICY, "adaptive")
        .check(Checks.oneOf(Policy.class))
        .doc(
            "Time of the next poll. `adaptive`: when an end is likely, from the durations of"
                + " finished jobs of the type. `backoff`: after a time that grows with the age of"
                + " the job. `fixed`: after a constant time.");
    keys.duration(POLL_LAG, "5s")
        .doc("Target of `adaptive`: the end of a job is found within this time in 19 of 20 cases.");
    keys.duration(POLL_FLOOR, "1s")
        .doc("Shortest time between two polls of a job with `adaptive`.");
    keys.duration(POLL_CEILING, "90s")
        .doc("Longest time between two polls of a job with `adaptive`.");
    keys.duration(POLL_INTERVAL, "10s").doc("Time between two polls of a job with `fixed`.");
    keys.duration(POLL_INITIAL, "2s")
        .doc("Shortest time between two polls of a job with `backoff`.");
    keys.key(POLL_RATIO, DOUBLE, 0.1)
        .check(Checks.between(0.001, 1))
        .doc("Time between two polls with `backoff`, as a fraction of the job's age.");
    keys.duration(POLL_MAX, "1m").doc("Longest time between two polls of a job with `backoff`.");
    keys.group("Watching");
    keys.duration(WATCH_DEADLINE, "48h")
        .doc("Time after which a job counts as lost if a request names no deadline.");
    keys.duration(WATCH_SETTLE, "10m")
        .doc("Time that unfinished sub-jobs have to end after their root job has ended.");
    keys.duration(WATCH_GRACE, "2m")
        .doc(
            "Time for which IMS must not know a job before it counts as lost, if IMS has never "
                + "described it.");
    keys.duration(WATCH_SEEN_GRACE, "15m")
        .doc("The same for a job that IMS has described; at least `watch.not-found.grace`.");
    keys.number(TREE_SUB_JOBS, 256, 0, 256).doc("Most sub-jobs of one root job.");
    keys.number(TREE_DEPTH, 8, 1, 32).doc("Deepest nesting of sub-jobs.");
    keys.group("Events and state");
    keys.text(EVENTS_MODE, "binary")
        .check(Checks.oneOf(CloudEvent.Mode.class))
        .doc(
            "Place of the CloudEvents attributes: `binary` in headers, `structured` in the value.");
    keys.duration(STATE_RETENTION, "7d")
        .doc(
            "Time for which an ended job is remembered: `1ms` to `3650d`. A request after that "
                + "publishes the job again, so choose it longer than producers repeat requests.");
    keys.text(STATE_DIR)
        .orElse("`streams` under `data.dir`")
        .doc("Directory of the local copy of the state, one per instance.");
    keys.key(STATE_MEMORY, LONG, 128 << 20)
        .check(Checks.between(16 << 20, 1L << 40))
        .doc(
            "Native memory for the local copy of the state in bytes, in addition to the heap of "
                + "the JVM.");
    keys.number(STANDBY_REPLICAS, 0, 0, 10)
        .doc("Number of further instances that keep a copy of each partition's state.");
    keys.text(APPLICATION_ID)
        .check(Checks.matching("1 to 100 of A-Z a-z 0-9 . _ -", "[A-Za-z0-9._-]{1,100}"))
        .orElse("`imsbridge-` and the prefix")
        .doc(
            "Consumer group of all instances, and prefix of the internal topics and "
                + "transactional ids of Kafka Streams.");
    keys.group("Process");
    keys.text(HTTP_LISTEN, "127.0.0.1:8080")
        .check(
            Checks.matching(
                "HOST:PORT, or off", "(?i:off)|(\\[[0-9a-fA-F:.]+]|[^\\s:\\[\\]]+):\\d{1,5}"))
        .doc("Address of the HTTP server, or `off`.");
    keys.text(HTTP_AUTH, "auto")
        .check(Checks.oneOf(HttpAuth.class))
        .doc(
            "Access to HTTP. `token`: clients with the token. `none`: all clients that reach the "
                + "port. `auto`: `token` if one is set, otherwise programs of this machine, and on "
                + "other addresses than loopback nobody.");
    keys.secret(HTTP_TOKEN).doc("Token of HTTP clients: `Authorization: Bearer TOKEN`.");
    keys.text(HTTP_ADVERTISED)
        .check(Checks.matching("HOST:PORT", "(\\[[0-9a-fA-F:.]+]|[^\\s:\\[\\]]+):\\d{1,5}"))
        .doc(
            "Address at which other instances reach this one. If absent, the address of "
                + "`http.listen`, or the host name.");
    keys.duration(HTTP_MIRROR_WAIT, "25s")
        .doc(
            "Longest time that `GET /v1/{project_id}/jobs/{job_id}` waits for the first "
                + "observation of a job.");
    keys.text(LOG_LEVEL, "info")
        .check(Checks.oneOf("error", "warn", "info", "debug", "trace"))
        .doc("Level of the bridge's log on standard error.");
    keys.text(LOG_FORMAT, "text")
        .check(Checks.oneOf("text", "json"))
        .doc(
            "Form of the log: `text` for people, `json` with one object in each line, with "
                + "project, job, watch and partition as fields.");
    return keys.definition;
  }

  /** Defines keys one after the other, each by a call for its type and one of {@link #doc}. */
  private static final class Builder {
    private final ConfigDef definition = new ConfigDef();
    private String group;
    private String name;
    private ConfigDef.Type type;
    private Object value;
    private Validator validator;
    private String absent;

    void group(String title) {
      group = title;
    }

    Builder text(String key) {
      return text(key, null);
    }

    Builder text(String key, String fallback) {
      return key(key, STRING, fallback);
    }

    Builder duration(String key, String fallback) {
      return text(key, fallback).check(Checks.text("duration", DurationText::parse));
    }

    Builder secret(String key) {
      return key(key, PASSWORD, null);
    }

    Builder number(String key, Integer fallback, int least, int most) {
      return key(key, INT, fallback).check(Checks.between(least, most));
    }

    Builder key(String key, ConfigDef.Type ofType, Object fallback) {
      name = key;
      type = ofType;
      value = fallback;
      validator = null;
      absent = null;
      return this;
    }

    Builder check(Validator values) {
      validator = values;
      return this;
    }

    /** Describes the value that applies if none is given and there is no default. */
    Builder orElse(String description) {
      absent = description;
      return this;
    }

    void doc(String documentation) {
      definition.define(
          name,
          type,
          value,
          validator,
          Importance.MEDIUM,
          documentation,
          group,
          definition.names().size(),
          Width.MEDIUM,
          name,
          List.of(),
          null,
          absent);
    }
  }
}
