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
import dev.imsbridge.wire.CloudEvent;
import dev.imsbridge.wire.TopicNames;
import java.util.List;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Validator;
import org.apache.kafka.common.config.ConfigDef.Width;

/**
 * The settings: names, types, defaults, and what each is for. Long, since it is their
 * documentation.
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

  enum Compression {
    NONE,
    GZIP,
    LZ4,
    ZSTD
  }

  enum LogLevel {
    ERROR,
    WARN,
    INFO,
    DEBUG,
    TRACE
  }

  /** What {@code ims.projects.NAME.} may be followed by, each the name of a key under ims. */
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

  private static final String HOST_PORT = "HOST:PORT, or off";
  private static final String AS_DECLARED = "as declared in `topics/`";

  /** Every key with a fixed name, in the order of its documentation. */
  public static final ConfigDef DEFINITION = definition();

  private Keys() {}

  private static ConfigDef definition() {
    Builder keys = new Builder();
    keys.group("Kafka")
        .key(
            KAFKA_BOOTSTRAP,
            STRING,
            null,
            Checks.that("HOST:PORT, comma-separated", Ports::bootstrap),
            "Kafka brokers. If absent, `run` starts an embedded broker on 127.0.0.1, "
                + "and the other commands use that one.")
        .key(
            BROKER_PATIENCE,
            "5m",
            "Longest time without an answer of any broker. Then the process ends with "
                + "exit code 1.")
        .key(
            EMBEDDED_PORT,
            INT,
            9092,
            Checks.between(0, 65535),
            "Port of the embedded broker; 0 selects a free port.")
        .key(
            DATA_DIR,
            STRING,
            null,
            null,
            "Directory of the embedded broker and, unless `state.dir` is set, of the "
                + "local copy of the state. `run` logs its path.",
            "`$XDG_DATA_HOME/imsbridge`, or `~/.local/share/imsbridge`");
    keys.group("Topics")
        .key(
            TOPICS_PREFIX,
            STRING,
            TopicNames.DEFAULT_PREFIX,
            Checks.text("A-Z a-z 0-9 . _ -", TopicNames::new),
            "Prefix of all topic names.")
        .key(
            TOPICS_CREATE,
            BOOLEAN,
            true,
            null,
            "Whether `run` creates missing topics. It never changes an existing topic.")
        .key(
            TOPICS_PARTITIONS,
            INT,
            null,
            Checks.between(1, 10_000),
            "Partitions of each topic, which is also the largest useful number of " + "instances.",
            AS_DECLARED)
        .key(
            TOPICS_REPLICATION,
            INT,
            null,
            Checks.between(1, 32),
            "Replicas of each topic, including the changelogs of the state.",
            AS_DECLARED)
        .key(
            TOPICS_MIN_ISR,
            INT,
            null,
            Checks.between(1, 32),
            "Replicas that must store a record before it counts as written.",
            AS_DECLARED)
        .key(
            TOPICS_COMPRESSION,
            STRING,
            "gzip",
            Checks.oneOf(Compression.class),
            "Compression of all topics except `requests`. Every consumer must support " + "it.");
    keys.group("IMS")
        .key(
            IMS_REGION,
            STRING,
            null,
            Checks.matching("a region such as cn-north-4", "[a-z0-9-]{1,40}"),
            "Region; its endpoint is `https://ims.REGION.myhuaweicloud.com`. Polling "
                + "requires this setting or `ims.endpoint`.")
        .key(
            IMS_ENDPOINT,
            STRING,
            null,
            Checks.text("URL", Endpoint::of),
            "Endpoint to use instead, such as `http://127.0.0.1:8090`. Events then name"
                + " `ims.region` as the region, or else the one in the host name, or else "
                + "`local`.")
        .key(
            IMS_PROJECT_ID,
            STRING,
            null,
            Checks.that("1 to 64 of A-Z a-z 0-9 _ -", JobId::valid),
            "Default project of requests. Required for polling.")
        .key(
            IMS_PATH,
            STRING,
            "/v1/{project_id}/jobs/{job_id}",
            Checks.text("path", PathTemplate::of),
            "Path of a job query. The default works for IMS, ECS, EVS and BMS; IMS also"
                + " has the newer `/v1/cloudimages/job/{job_id}`.")
        .key(
            IMS_AUTH,
            STRING,
            "auto",
            Checks.oneOf(Auth.class),
            "Authentication of calls. `auto` uses the token, access key or password "
                + "that is set here, or else the access key of the profile, or else, for an "
                + "https endpoint, the access key of the cloud server. A plain http endpoint "
                + "gets no credentials.")
        .key(
            IMS_TOKEN,
            PASSWORD,
            null,
            null,
            "An IAM token (`X-Auth-Token`), which the bridge cannot renew.")
        .key(IMS_AK, STRING, null, null, "Access key id.")
        .key(IMS_SK, PASSWORD, null, null, "Secret access key.")
        .key(IMS_SECURITY_TOKEN, PASSWORD, null, null, "Security token of a temporary access key.")
        .key(
            IMS_PROFILE,
            STRING,
            "~/.huaweicloud/credentials",
            null,
            "File with `ak`, `sk` and optionally `security_token` in a section "
                + "`[basic]`. Its `project_id` is the project if no other is set.")
        .key(IMS_DOMAIN, STRING, null, null, "Account (domain) of the IAM user.")
        .key(IMS_USER, STRING, null, null, "IAM user, whose password is exchanged for tokens.")
        .key(IMS_PASSWORD, PASSWORD, null, null, "Password of that user.")
        .key(
            IMS_IAM,
            STRING,
            null,
            Checks.text("URL", Endpoint::of),
            "IAM endpoint that issues tokens for the user.",
            "`https://iam.REGION.myhuaweicloud.com`")
        .key(
            IMS_RATE,
            DOUBLE,
            10.0,
            Checks.between(0.001, 100_000),
            "Most calls per second to the project, over all instances.")
        .key(
            IMS_BURST,
            INT,
            20,
            Checks.between(1, 100_000),
            "Most calls at once after an idle time.")
        .key(IMS_CONCURRENCY, INT, 64, Checks.between(1, 10_000), "Most calls in flight.")
        .key(IMS_CONNECT_TIMEOUT, "5s", "Longest time to connect.")
        .key(IMS_READ_TIMEOUT, "10s", "Longest time without a byte of the answer.")
        .key(IMS_TOTAL_TIMEOUT, "20s", "Longest time of a whole call.")
        .key(
            IMS_MAX_BYTES,
            INT,
            1 << 20,
            Checks.between(1024, 3 << 20),
            "Longest answer in bytes. A longer one is a fault.")
        .key(
            IMS_PROXY,
            STRING,
            null,
            Checks.text("URL", Endpoint::of),
            "HTTP proxy, such as `http://proxy:3128`.")
        .key(IMS_PROXY_USER, STRING, null, null, "User of the proxy.")
        .key(IMS_PROXY_PASSWORD, PASSWORD, null, null, "Password of that user.")
        .key(
            IMS_CERTIFICATES,
            STRING,
            null,
            null,
            "PEM file with the certificate authorities to trust. No others are trusted.",
            "those of the JVM");
    keys.group("Polling")
        .key(
            POLL_POLICY,
            STRING,
            "adaptive",
            Checks.oneOf(Policy.class),
            "Time of the next poll. `adaptive`: when an end is likely, from the "
                + "durations of finished jobs of the type. `backoff`: after a time that grows"
                + " with the age of the job. `fixed`: after a constant time.")
        .key(
            POLL_LAG,
            "5s",
            "Target of `adaptive`: the end of a job is found within this time in 19 of "
                + "20 cases.")
        .key(POLL_FLOOR, "1s", "Shortest time between two polls of a job with `adaptive`.")
        .key(POLL_CEILING, "90s", "Longest time between two polls of a job with `adaptive`.")
        .key(POLL_INTERVAL, "10s", "Time between two polls of a job with `fixed`.")
        .key(POLL_INITIAL, "2s", "Shortest time between two polls of a job with `backoff`.")
        .key(
            POLL_RATIO,
            DOUBLE,
            0.1,
            Checks.between(0.001, 1),
            "Time between two polls with `backoff`, as a fraction of the job's age.")
        .key(POLL_MAX, "1m", "Longest time between two polls of a job with `backoff`.");
    keys.group("Watching")
        .key(
            WATCH_DEADLINE,
            "48h",
            "Time after which a job counts as lost if a request names no deadline.")
        .key(
            WATCH_SETTLE,
            "10m",
            "Time that unfinished sub-jobs have to end after their root job has ended.")
        .key(
            WATCH_GRACE,
            "2m",
            "Time for which IMS must not know a job before it counts as lost, if IMS "
                + "has never described it.")
        .key(
            WATCH_SEEN_GRACE,
            "15m",
            "The same for a job that IMS has described; at least " + "`watch.not-found.grace`.")
        .key(TREE_SUB_JOBS, INT, 256, Checks.between(0, 256), "Most sub-jobs of one root job.")
        .key(TREE_DEPTH, INT, 8, Checks.between(1, 32), "Deepest nesting of sub-jobs.");
    keys.group("Events and state")
        .key(
            EVENTS_MODE,
            STRING,
            "binary",
            Checks.oneOf(CloudEvent.Mode.class),
            "Place of the CloudEvents attributes: `binary` in headers, `structured` in "
                + "the value.")
        .key(
            STATE_RETENTION,
            "7d",
            "Time for which an ended job is remembered. A request after that publishes "
                + "the job again.")
        .key(
            STATE_DIR,
            STRING,
            null,
            null,
            "Directory of the local copy of the state, one per instance.",
            "`streams` under `data.dir`")
        .key(
            STATE_MEMORY,
            LONG,
            128 << 20,
            Checks.between(16 << 20, 1L << 40),
            "Native memory for the local copy of the state in bytes, in addition to the"
                + " heap of the JVM.")
        .key(
            STANDBY_REPLICAS,
            INT,
            0,
            Checks.between(0, 10),
            "Number of further instances that keep a copy of each partition's state.")
        .key(
            APPLICATION_ID,
            STRING,
            null,
            Checks.matching("1 to 100 of A-Z a-z 0-9 . _ -", "[A-Za-z0-9._-]{1,100}"),
            "Consumer group of all instances, and prefix of the internal topics and "
                + "transactional ids of Kafka Streams.",
            "`imsbridge-` and the prefix");
    keys.group("Process")
        .key(
            HTTP_LISTEN,
            STRING,
            "127.0.0.1:8080",
            Checks.matching(HOST_PORT, "(?i:off)|(\\[[0-9a-fA-F:.]+]|[^\\s:\\[\\]]+):\\d{1,5}"),
            "Address of the HTTP server, or `off`.")
        .key(
            HTTP_AUTH,
            STRING,
            "auto",
            Checks.oneOf(HttpAuth.class),
            "Access to HTTP. `token`: clients with the token. `none`: all clients that "
                + "reach the port. `auto`: `token` if one is set, otherwise programs of this "
                + "machine, and on other addresses than loopback nobody.")
        .key(
            HTTP_TOKEN,
            PASSWORD,
            null,
            null,
            "Token of HTTP clients: `Authorization: Bearer TOKEN`.")
        .key(
            HTTP_ADVERTISED,
            STRING,
            null,
            Checks.matching("HOST:PORT", "(\\[[0-9a-fA-F:.]+]|[^\\s:\\[\\]]+):\\d{1,5}"),
            "Address at which other instances reach this one. If absent, the address of"
                + " `http.listen`, or the host name.")
        .key(
            HTTP_MIRROR_WAIT,
            "25s",
            "Longest time that `GET /v1/{project_id}/jobs/{job_id}` waits for the first"
                + " observation of a job.")
        .key(
            LOG_LEVEL,
            STRING,
            "info",
            Checks.oneOf(LogLevel.class),
            "Level of the bridge's log on standard error.");
    return keys.definition;
  }

  /** Gives each key its group and its place in it. */
  private static final class Builder {
    private final ConfigDef definition = new ConfigDef();
    private String group;
    private int order;

    Builder group(String name) {
      group = name;
      order = 0;
      return this;
    }

    Builder key(String name, String duration, String documentation) {
      return key(name, STRING, duration, Checks.duration(), documentation);
    }

    Builder key(
        String name, ConfigDef.Type type, Object value, Validator validator, String documentation) {
      return key(name, type, value, validator, documentation, null);
    }

    /**
     * @param absent what holds where there is no default value
     */
    Builder key(
        String name,
        ConfigDef.Type type,
        Object value,
        Validator validator,
        String documentation,
        String absent) {
      definition.define(
          name,
          type,
          value,
          validator,
          Importance.MEDIUM,
          documentation,
          group,
          order++,
          Width.MEDIUM,
          name,
          List.of(),
          null,
          absent);
      return this;
    }
  }
}
