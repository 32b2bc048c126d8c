package dev.imsbridge.cli;

import static org.apache.kafka.common.config.ConfigDef.Type.BOOLEAN;
import static org.apache.kafka.common.config.ConfigDef.Type.DOUBLE;
import static org.apache.kafka.common.config.ConfigDef.Type.INT;
import static org.apache.kafka.common.config.ConfigDef.Type.LONG;
import static org.apache.kafka.common.config.ConfigDef.Type.PASSWORD;
import static org.apache.kafka.common.config.ConfigDef.Type.STRING;

import dev.imsbridge.ims.Endpoint;
import dev.imsbridge.ims.PathTemplate;
import dev.imsbridge.job.JobId;
import dev.imsbridge.topology.TopologyService;
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
final class Keys {
  static final String KAFKA_BOOTSTRAP = "kafka.bootstrap.servers";
  static final String EMBEDDED_PORT = "embedded.port";
  static final String BROKER_PATIENCE = "broker.patience";
  static final String DATA_DIR = "data.dir";
  static final String TOPICS_PREFIX = "topics.prefix";
  static final String TOPICS_PARTITIONS = "topics.partitions";
  static final String TOPICS_REPLICATION = "topics.replication.factor";
  static final String TOPICS_MIN_ISR = "topics.min.insync.replicas";
  static final String TOPICS_COMPRESSION = "topics.compression";
  static final String TOPICS_CREATE = "topics.create";
  static final String IMS_REGION = "ims.region";
  static final String IMS_ENDPOINT = "ims.endpoint";
  static final String IMS_PROJECT_ID = "ims.project.id";
  static final String IMS_PATH = "ims.path.template";
  static final String IMS_AUTH = "ims.auth";
  static final String IMS_TOKEN = "ims.auth.token";
  static final String IMS_AK = "ims.auth.ak";
  static final String IMS_SK = "ims.auth.sk";
  static final String IMS_SECURITY_TOKEN = "ims.auth.security.token";
  static final String IMS_PROFILE = "ims.auth.profile";
  static final String IMS_DOMAIN = "ims.auth.domain";
  static final String IMS_USER = "ims.auth.user";
  static final String IMS_PASSWORD = "ims.auth.password";
  static final String IMS_IAM = "ims.auth.iam.endpoint";
  static final String IMS_RATE = "ims.rate";
  static final String IMS_BURST = "ims.burst";
  static final String IMS_CONCURRENCY = "ims.concurrency";
  static final String IMS_CONNECT_TIMEOUT = "ims.connect.timeout";
  static final String IMS_READ_TIMEOUT = "ims.read.timeout";
  static final String IMS_TOTAL_TIMEOUT = "ims.total.timeout";
  static final String IMS_PROXY = "ims.proxy";
  static final String IMS_PROXY_USER = "ims.proxy.user";
  static final String IMS_PROXY_PASSWORD = "ims.proxy.password";
  static final String IMS_CERTIFICATES = "ims.trusted.certificates";
  static final String IMS_MAX_BYTES = "ims.response.max.bytes";
  static final String POLL_POLICY = "poll.policy";
  static final String POLL_LAG = "poll.lag.target";
  static final String POLL_FLOOR = "poll.adaptive.min";
  static final String POLL_CEILING = "poll.adaptive.max";
  static final String POLL_INTERVAL = "poll.interval";
  static final String POLL_INITIAL = "poll.backoff.initial";
  static final String POLL_RATIO = "poll.backoff.ratio";
  static final String POLL_MAX = "poll.backoff.max";
  static final String WATCH_DEADLINE = "watch.deadline";
  static final String WATCH_SETTLE = "watch.settle.deadline";
  static final String WATCH_GRACE = "watch.not-found.grace";
  static final String WATCH_SEEN_GRACE = "watch.not-found.seen.grace";
  static final String TREE_SUB_JOBS = "tree.max.sub.jobs";
  static final String TREE_DEPTH = "tree.max.depth";
  static final String STATE_DIR = "state.dir";
  static final String STATE_MEMORY = TopologyService.STATE_MEMORY;
  static final String STATE_RETENTION = "state.retention";
  static final String STANDBY_REPLICAS = "standby.replicas";
  static final String APPLICATION_ID = "application.id";
  static final String EVENTS_MODE = "events.mode";
  static final String HTTP_LISTEN = "http.listen";
  static final String HTTP_AUTH = "http.auth";
  static final String HTTP_TOKEN = "http.auth.token";
  static final String HTTP_ADVERTISED = "http.advertised";
  static final String HTTP_MIRROR_WAIT = "http.mirror.wait";
  static final String LOG_LEVEL = "log.level";

  enum Auth {
    AUTO,
    NONE,
    TOKEN,
    AKSK,
    PASSWORD,
    METADATA
  }

  enum HttpAuth {
    AUTO,
    TOKEN,
    NONE
  }

  enum Policy {
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
  static final ConfigDef DEFINITION = definition();

  private Keys() {}

  private static ConfigDef definition() {
    Builder keys = new Builder();
    keys.group("Kafka")
        .key(
            KAFKA_BOOTSTRAP,
            STRING,
            null,
            Checks.that("HOST:PORT, comma-separated", Ports::bootstrap),
            "The brokers. Absent: `run` starts a broker of its own in its process, on 127.0.0.1,"
                + " and the other commands look for that one.")
        .key(
            BROKER_PATIENCE,
            "5m",
            "How long no broker may answer before the process gives up and ends with an error.")
        .key(
            EMBEDDED_PORT,
            INT,
            9092,
            Checks.between(0, 65535),
            "The port of the bridge's own broker; 0 for any free one.")
        .key(
            DATA_DIR,
            STRING,
            null,
            null,
            "The directory of the bridge's own broker and, unless `state.dir` is set, of the local"
                + " copy of the state. `run` logs its path.",
            "`$XDG_DATA_HOME/imsbridge`, or `~/.local/share/imsbridge`");
    keys.group("Topics")
        .key(
            TOPICS_PREFIX,
            STRING,
            TopicNames.DEFAULT_PREFIX,
            Checks.text("A-Z a-z 0-9 . _ -", TopicNames::new),
            "What the names of all topics begin with.")
        .key(
            TOPICS_CREATE,
            BOOLEAN,
            true,
            null,
            "Whether `run` creates topics that are missing. It never changes one that is there.")
        .key(
            TOPICS_PARTITIONS,
            INT,
            null,
            Checks.between(1, 10_000),
            "Partitions of each topic: as many instances as this can share the work.",
            AS_DECLARED)
        .key(
            TOPICS_REPLICATION,
            INT,
            null,
            Checks.between(1, 32),
            "Replicas of each topic, that of the state included.",
            AS_DECLARED)
        .key(
            TOPICS_MIN_ISR,
            INT,
            null,
            Checks.between(1, 32),
            "Replicas that must have a record before it counts as written.",
            AS_DECLARED)
        .key(
            TOPICS_COMPRESSION,
            STRING,
            "gzip",
            Checks.oneOf(Compression.class),
            "How records on all topics but `requests` are compressed. Every consumer of a topic has"
                + " to know its codec.");
    keys.group("IMS")
        .key(
            IMS_REGION,
            STRING,
            null,
            Checks.matching("a region such as cn-north-4", "[a-z0-9-]{1,40}"),
            "The region; its endpoint is `https://ims.REGION.myhuaweicloud.com`. This or"
                + " `ims.endpoint` is needed to poll.")
        .key(
            IMS_ENDPOINT,
            STRING,
            null,
            Checks.text("URL", Endpoint::of),
            "Where to ask instead, such as `http://127.0.0.1:8090`. The region that events name is"
                + " then `ims.region`, else the one in the host's name, else `local`.")
        .key(
            IMS_PROJECT_ID,
            STRING,
            null,
            Checks.that("1 to 64 of A-Z a-z 0-9 _ -", JobId::valid),
            "The project of requests that name none. Needed to poll.")
        .key(
            IMS_PATH,
            STRING,
            "/v1/{project_id}/jobs/{job_id}",
            Checks.text("path", PathTemplate::of),
            "The path of a job query. The default is that of IMS, ECS, EVS and BMS; the newer one"
                + " of IMS is `/v1/cloudimages/job/{job_id}`.")
        .key(
            IMS_AUTH,
            STRING,
            "auto",
            Checks.oneOf(Auth.class),
            "How calls are authenticated. `auto`: a token, access key or password where one is set"
                + " here, else the access key of the profile, else, for an https endpoint, that of"
                + " the cloud server this runs on; a plain http endpoint gets nothing.")
        .key(IMS_TOKEN, PASSWORD, null, null, "An IAM token got elsewhere (`X-Auth-Token`).")
        .key(IMS_AK, STRING, null, null, "Id of an access key.")
        .key(IMS_SK, PASSWORD, null, null, "The secret key that belongs to it.")
        .key(
            IMS_SECURITY_TOKEN,
            PASSWORD,
            null,
            null,
            "The security token of a temporary access key.")
        .key(
            IMS_PROFILE,
            STRING,
            "~/.huaweicloud/credentials",
            null,
            "A file with `ak`, `sk` and perhaps `security_token` in a section `[basic]`; a"
                + " `project_id` there is the project, where no other is set.")
        .key(IMS_DOMAIN, STRING, null, null, "The account of the user below.")
        .key(IMS_USER, STRING, null, null, "An IAM user, whose password is exchanged for tokens.")
        .key(IMS_PASSWORD, PASSWORD, null, null, "That user's password.")
        .key(
            IMS_IAM,
            STRING,
            null,
            Checks.text("URL", Endpoint::of),
            "The IAM endpoint that issues tokens for the user above.",
            "`https://iam.REGION.myhuaweicloud.com`")
        .key(
            IMS_RATE,
            DOUBLE,
            10.0,
            Checks.between(0.001, 100_000),
            "Calls a second that the project is asked at most, over all instances.")
        .key(
            IMS_BURST,
            INT,
            20,
            Checks.between(1, 100_000),
            "Calls that may be made at once after a quiet time.")
        .key(
            IMS_CONCURRENCY,
            INT,
            64,
            Checks.between(1, 10_000),
            "Calls that may be under way at once.")
        .key(IMS_CONNECT_TIMEOUT, "5s", "How long a connection may take to be there.")
        .key(IMS_READ_TIMEOUT, "10s", "How long an answer may keep silent.")
        .key(IMS_TOTAL_TIMEOUT, "20s", "How long a call may take in all.")
        .key(
            IMS_MAX_BYTES,
            INT,
            1 << 20,
            Checks.between(1024, 3 << 20),
            "The longest answer taken, in bytes; a longer one is a fault.")
        .key(
            IMS_PROXY,
            STRING,
            null,
            Checks.text("URL", Endpoint::of),
            "An HTTP proxy, such as `http://proxy:3128`.")
        .key(IMS_PROXY_USER, STRING, null, null, "The user of the proxy, if it wants one.")
        .key(IMS_PROXY_PASSWORD, PASSWORD, null, null, "That user's password.")
        .key(
            IMS_CERTIFICATES,
            STRING,
            null,
            null,
            "A PEM file of the only authorities whose certificates are trusted.",
            "those of the JVM");
    keys.group("Polling")
        .key(
            POLL_POLICY,
            STRING,
            "adaptive",
            Checks.oneOf(Policy.class),
            "When to ask again. `adaptive`: where an end is likely, by what finished jobs of the"
                + " type have taken. `backoff`: after a time that grows with the job's age."
                + " `fixed`: always after the same time.")
        .key(
            POLL_LAG,
            "5s",
            "How late the end of a job may be found under `adaptive`, in 19 of 20 cases.")
        .key(POLL_FLOOR, "1s", "The shortest time between two polls of a job under `adaptive`.")
        .key(POLL_CEILING, "90s", "The longest time between two polls of a job under `adaptive`.")
        .key(POLL_INTERVAL, "10s", "The time between two polls of a job under `fixed`.")
        .key(POLL_INITIAL, "2s", "The shortest time between two polls of a job under `backoff`.")
        .key(
            POLL_RATIO,
            DOUBLE,
            0.1,
            Checks.between(0.001, 1),
            "The time between two polls under `backoff`, as a part of the job's age: an end is"
                + " noticed about that much later.")
        .key(POLL_MAX, "1m", "The longest time between two polls of a job under `backoff`.");
    keys.group("Watching")
        .key(WATCH_DEADLINE, "48h", "How long a job is watched before it is given up as lost.")
        .key(
            WATCH_SETTLE,
            "10m",
            "How long sub-jobs that were unfinished when their job ended may take to end.")
        .key(
            WATCH_GRACE,
            "2m",
            "How long IMS may not know a job that it never described before it counts as lost.")
        .key(
            WATCH_SEEN_GRACE,
            "15m",
            "The same for a job that IMS has described before; never less than the one above.")
        .key(
            TREE_SUB_JOBS,
            INT,
            256,
            Checks.between(0, 256),
            "How many sub-jobs of one job are followed.")
        .key(TREE_DEPTH, INT, 8, Checks.between(1, 32), "How deep sub-jobs may nest.");
    keys.group("Events and state")
        .key(
            EVENTS_MODE,
            STRING,
            "binary",
            Checks.oneOf(CloudEvent.Mode.class),
            "Where the attributes of CloudEvents stand: `binary` in headers, `structured` in the"
                + " value.")
        .key(
            STATE_RETENTION,
            "7d",
            "How long an ended job is remembered; asked for again later, it is published again.")
        .key(
            STATE_DIR,
            STRING,
            null,
            null,
            "Where the local copy of the state lies; one for each instance.",
            "`streams` under `data.dir`")
        .key(
            STATE_MEMORY,
            LONG,
            TopologyService.STATE_MEMORY_DEFAULT,
            Checks.between(16 << 20, 1L << 40),
            "Native memory for the local copy of the state, beside the heap of the JVM, in bytes.")
        .key(
            STANDBY_REPLICAS,
            INT,
            0,
            Checks.between(0, 10),
            "Further instances that keep a warm copy of each partition's state.")
        .key(
            APPLICATION_ID,
            STRING,
            null,
            Checks.matching("1 to 100 of A-Z a-z 0-9 . _ -", "[A-Za-z0-9._-]{1,100}"),
            "The name of the consumer group, shared by all instances; also names the topics and"
                + " transactions Kafka Streams keeps for itself.",
            "`imsbridge-` and the prefix");
    keys.group("Process")
        .key(
            HTTP_LISTEN,
            STRING,
            "127.0.0.1:8080",
            Checks.matching(HOST_PORT, "(?i:off)|(\\[[0-9a-fA-F:.]+]|[^\\s:\\[\\]]+):\\d{1,5}"),
            "Where HTTP is served; `off` for nowhere.")
        .key(
            HTTP_AUTH,
            STRING,
            "auto",
            Checks.oneOf(HttpAuth.class),
            "Who may use HTTP. `token`: whoever shows the token. `none`: everybody who reaches the"
                + " port. `auto`: `token` where one is set, else only this machine, and beyond"
                + " loopback nobody.")
        .key(
            HTTP_TOKEN,
            PASSWORD,
            null,
            null,
            "What callers of HTTP have to show: `Authorization: Bearer TOKEN`.")
        .key(
            HTTP_ADVERTISED,
            STRING,
            null,
            Checks.matching("HOST:PORT", "(\\[[0-9a-fA-F:.]+]|[^\\s:\\[\\]]+):\\d{1,5}"),
            "Where other instances of the bridge reach this one's HTTP. Absent: where it listens,"
                + " or the host's name.")
        .key(
            HTTP_MIRROR_WAIT,
            "25s",
            "How long `GET /v1/{project_id}/jobs/{job_id}` waits for the first observation of a"
                + " job.")
        .key(
            LOG_LEVEL,
            STRING,
            "info",
            Checks.oneOf(LogLevel.class),
            "How much of the bridge's own log goes to standard error.");
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
