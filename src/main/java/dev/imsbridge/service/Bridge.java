package dev.imsbridge.service;

import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.config.ConfiguredProjects;
import dev.imsbridge.config.KafkaClient;
import dev.imsbridge.config.Keys;
import dev.imsbridge.control.ControlLog;
import dev.imsbridge.control.ControlWriter;
import dev.imsbridge.control.NamedProjects;
import dev.imsbridge.embedded.EmbeddedKafka;
import dev.imsbridge.history.EvidenceReader;
import dev.imsbridge.history.JobHistory;
import dev.imsbridge.history.TopicReader;
import dev.imsbridge.history.letters.DeadLetters;
import dev.imsbridge.ims.ImsClient;
import dev.imsbridge.ims.Project;
import dev.imsbridge.job.ProjectRef;
import dev.imsbridge.poller.Poller;
import dev.imsbridge.terminal.CommandFailure;
import dev.imsbridge.terminal.Lifecycle;
import dev.imsbridge.terminal.SafeText;
import dev.imsbridge.topology.TopologyService;
import dev.imsbridge.topology.TopologySettings;
import dev.imsbridge.topology.TreeQueries;
import dev.imsbridge.web.WebServer;
import dev.imsbridge.web.api.ControlServices;
import dev.imsbridge.web.api.JobServices;
import dev.imsbridge.web.api.PollTimes;
import dev.imsbridge.web.api.RequestWriter;
import dev.imsbridge.web.stream.EventStream;
import dev.imsbridge.wire.Requests;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.state.HostInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the parts of the bridge in this process. The {@link Lifecycle} closes them in reverse
 * order. Confined to the thread that starts the parts.
 */
public final class Bridge {
  private static final Logger LOG = LoggerFactory.getLogger(Bridge.class);

  private final Lifecycle parts;
  private final BridgeConfig config;
  private final Roles roles;
  private final Set<String> acceptedLogs;
  private final PrometheusMeterRegistry metrics =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final EventStream events = new EventStream(metrics);

  /** Creates a bridge that accepts no replaced observations topic. */
  public Bridge(Lifecycle parts, BridgeConfig config, Roles roles) {
    this(parts, config, roles, Set.of());
  }

  /**
   * @param acceptedLogs see {@link TopologySettings}
   */
  public Bridge(Lifecycle parts, BridgeConfig config, Roles roles, Set<String> acceptedLogs) {
    this.parts = parts;
    this.config = config;
    this.roles = roles;
    this.acceptedLogs = acceptedLogs;
  }

  /**
   * The running parts that callers need.
   *
   * @param http null if HTTP is off
   */
  public record Running(KafkaAccess kafka, BridgeHealth health, WebServer http) {}

  /**
   * Starts all parts of the given roles.
   *
   * @throws CommandFailure if the configuration is invalid or the cluster is unsuitable
   * @throws Exception if a part fails to start
   */
  public Running start() throws Exception {
    ConfiguredProjects configured = new ConfiguredProjects(config);
    if (roles.polls()) {
      configured.check();
    }
    Requests requests = configured.requests();
    List<Project> projects = roles.polls() ? configured.all() : List.of();
    loadLibraries();
    parts.start("clock watch", () -> ClockWatch.start(line -> parts.fail(line, null)));
    BridgeHealth health = new BridgeHealth();
    // HTTP starts first so that /readyz reports progress during start-up.
    Optional<WebServer> http = http(health);
    Optional<HostInfo> address =
        http.map(server -> HttpSettings.advertised(config, server.listen(), server.port()));
    String instance = address.map(host -> host.host() + ":" + host.port()).orElse("");
    BridgeStatus status =
        new BridgeStatus(
            health, InstantSource.system().instant(), instance, config.topics().observations());
    http.ifPresent(
        server -> {
          server.advertised(instance);
          server.status(status);
        });
    KafkaAccess kafka = kafka();
    BrokerWatch brokers =
        parts.start("broker watch", () -> BrokerWatch.start(kafka, config, LOG::warn, parts::fail));
    parts.start("outage filter", () -> OutageFilter.start(brokers::reachable));
    health.part("kafka", brokers::reachable);
    KafkaRights rights = new KafkaRights(config, roles, http.isPresent());
    try (Admin admin = kafka.admin()) {
      new TopicAccess(kafka, config)
          .prepare(admin)
          .forEach(line -> LOG.warn("{}; see `imsbridge topics plan`", line));
      rights.check(kafka, admin);
      stopOrWarn(new GroupCheck(kafka, config).check(admin));
      stopOrWarn(ClusterClock.check(admin, InstantSource.system()));
    }
    parts.start(
        "transaction watch",
        () -> TransactionWatch.start(kafka, rights.needed().keySet(), metrics, LOG::warn));
    GroupInstance member =
        parts.start(
            "group instance",
            () -> GroupInstance.acquire(config.stateDirectory(), roles, instance));
    NamedProjects named = new NamedProjects(configured.refs());
    ControlLog control = control(kafka, named, instance);
    status.control(control::state);
    if (http.isPresent()) {
      serveControl(http.get(), kafka, named, control);
      parts.start(
          "events",
          () -> {
            events.start(kafka.settings(KafkaClient.CONSUMER), config.topics());
            return events;
          });
    }
    if (roles.folds()) {
      TopologyService topology =
          parts.start("topology", () -> topology(kafka, requests, instance, member.id()));
      TopologyMeters meters = new TopologyMeters(topology, config.topics(), metrics);
      health.part("topology", meters::update);
      status.topology(topology);
      if (http.isPresent()) {
        int partitions = kafka.partitions(List.of(config.topics().observations())).size();
        TreeQueries trees = new TreeQueries(topology, address.get(), partitions);
        serveJobs(http.get(), kafka, trees, requests, status);
      }
    }
    if (roles.polls()) {
      Poller poller = poller(kafka, projects, control.state().paused().keySet(), member.id());
      control.follow(poller::pause);
      PollerMeters meters = new PollerMeters(poller::view, poller::openJobs, metrics);
      health.part("poller", () -> meters.update().restored());
      status.poller(poller);
    }
    parts.start("health", health::start);
    return new Running(kafka, health, http.orElse(null));
  }

  private void loadLibraries() {
    Set<NativeLibraries.Library> needed = NativeLibraries.codecs(config.compressionTypes());
    if (roles.folds()) {
      needed.add(NativeLibraries.Library.ROCKSDB);
    }
    NativeLibraries.ofService(config.dataDirectory(), Keys.DATA_DIR).load(needed);
  }

  private KafkaAccess kafka() throws Exception {
    if (!config.embedded()) {
      return KafkaAccess.of(config);
    }
    EmbeddedKafka embedded =
        EmbeddedBroker.start(
            parts,
            config.brokerDirectory(),
            Keys.DATA_DIR,
            config.getInt(Keys.EMBEDDED_PORT),
            Keys.EMBEDDED_PORT);
    return new KafkaAccess(config, embedded.bootstrapServers());
  }

  /** Ends the start if a check failed, and logs a line if it returned a warning. */
  private static void stopOrWarn(Finding finding) {
    if (finding.level() == Finding.Level.FAIL) {
      throw CommandFailure.fault(finding.line(), null);
    }
    if (finding.level() == Finding.Level.WARN) {
      LOG.warn("{}", finding.line());
    }
  }

  private void serveJobs(
      WebServer http, KafkaAccess kafka, TreeQueries trees, Requests requests, PollTimes polls)
      throws Exception {
    RequestWriter log =
        parts.start(
            "requests", () -> new RequestWriter(kafka.producer(), config.topics().requests()));
    Supplier<KafkaConsumer<byte[], byte[]>> consumers = () -> kafka.consumer(TopicReader.CONSUMER);
    http.serve(
        new JobServices(
            config.topics(),
            trees,
            requests,
            log,
            new JobHistory(consumers, config.topics()),
            new EvidenceReader(consumers, config.topics()),
            new DeadLetters(consumers, config.topics()),
            polls));
  }

  private void serveControl(
      WebServer http, KafkaAccess kafka, NamedProjects projects, ControlLog control)
      throws Exception {
    ControlWriter writer =
        parts.start(
            "operators", () -> new ControlWriter(kafka.producer(), config.topics().control()));
    http.control(
        new ControlServices(
            projects, control::state, writer, LogLevels::own, BridgeStatus.config(config)));
  }

  private TopologyService topology(
      KafkaAccess kafka, Requests requests, String instance, Optional<String> groupInstance) {
    Map<String, Object> streams = StreamsSettings.of(kafka, config);
    groupInstance.ifPresent(
        id ->
            streams.putIfAbsent(
                StreamsConfig.mainConsumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG), id));
    if (!instance.isEmpty()) {
      streams.put(StreamsConfig.APPLICATION_SERVER_CONFIG, instance);
    }
    LOG.info(
        "local state: {} ({})",
        config.stateDirectory(),
        config.holdsState() ? "of an earlier start" : "new, restored from Kafka");
    try {
      return TopologyService.start(
          StreamsSettings.topology(config, requests, acceptedLogs),
          streams,
          metrics,
          failure -> partFailed("topology", kafka, failure));
    } catch (StreamsException e) {
      throw CommandFailure.fault(
          "state.dir %s cannot be used (%s): each instance needs its own writable directory"
              .formatted(config.stateDirectory(), SafeText.reason(e)),
          e);
    }
  }

  private ControlLog control(KafkaAccess kafka, NamedProjects projects, String instance)
      throws Exception {
    LogLevels levels = new LogLevels(instance);
    return parts.start(
        "control",
        () ->
            ControlLog.start(
                kafka.consumer(),
                config.topics().control(),
                projects.refs().values(),
                levels::set,
                failure -> partFailed("reader of the control topic", kafka, failure)));
  }

  private Poller poller(
      KafkaAccess kafka,
      List<Project> projects,
      Set<ProjectRef> paused,
      Optional<String> groupInstance)
      throws Exception {
    InstantSource clock = InstantSource.system();
    ImsClient client = ImsAccess.client(parts, config, projects, clock);
    return parts.start(
        "poller",
        () ->
            Poller.start(
                PollingSettings.poller(kafka, config, groupInstance),
                projects,
                client,
                PollingSettings.policy(config),
                paused,
                clock,
                failure -> partFailed("poller", kafka, failure)));
  }

  private void partFailed(String part, KafkaAccess kafka, Throwable failure) {
    if (!(SafeText.root(failure) instanceof KafkaException)) {
      // Unexpected failure: log the stack trace for diagnosis.
      LOG.error("the {} failed", part, failure);
    }
    // At this point only Kafka Streams still creates topics: the changelogs.
    String creating =
        KafkaRights.changelogs(config).stream()
            .map(changelog -> KafkaRefusal.onTopic(AclOperation.CREATE, changelog))
            .collect(Collectors.joining(" and "));
    String reason =
        kafka
            .refusal()
            .in(failure, creating, topic -> null)
            .or(() -> KafkaRefusal.ofRecord(failure))
            .orElseGet(() -> SafeText.reason(failure));
    parts.fail("the " + part + " failed: " + reason, failure);
  }

  private Optional<WebServer> http(BridgeHealth health) throws Exception {
    Optional<WebServer.Settings> settings = HttpSettings.of(config);
    if (settings.isEmpty()) {
      return Optional.empty();
    }
    Build build = Build.current();
    Gauge.builder("imsbridge.build.info", () -> 1)
        .description("Always 1; the labels name the build.")
        .tag("version", build.version())
        .tag("commit", build.commit())
        .tag("kafka", build.kafka())
        .register(metrics);
    new JvmMemoryMetrics().bindTo(metrics);
    new JvmThreadMetrics().bindTo(metrics);
    JvmGcMetrics garbage = parts.start("metrics", JvmGcMetrics::new);
    garbage.bindTo(metrics);
    return Optional.of(
        parts.start("HTTP server", () -> WebServer.start(settings.get(), health, metrics, events)));
  }
}
