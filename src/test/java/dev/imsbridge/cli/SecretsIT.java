package dev.imsbridge.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.embedded.SharedBroker;
import dev.imsbridge.job.JobStatus;
import dev.imsbridge.service.Bridge;
import dev.imsbridge.service.KafkaAccess;
import dev.imsbridge.service.Roles;
import dev.imsbridge.simulator.AccessKey;
import dev.imsbridge.simulator.IamUser;
import dev.imsbridge.simulator.ImsJobType;
import dev.imsbridge.simulator.SimulatorAuth;
import dev.imsbridge.simulator.SimulatorOptions;
import dev.imsbridge.simulator.SimulatorServer;
import dev.imsbridge.terminal.Lifecycle;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * No secret is visible anywhere, even in failures. A bridge with credentials of every kind polls an
 * honest cloud and a malicious one. Then everything that it wrote, logged or showed is searched. A
 * canary, which is not secret and is passed on deliberately, proves that the search works in each
 * place.
 */
@ExtendWith(SharedBroker.Extension.class)
class SecretsIT {
  private static final String WORD = "Zq7Xw9KpVb3Nh5";
  private static final String CANARY_WORD = "Canary4Gm8Rt2Lc6";
  private static final List<String> SPITES =
      List.of(
          "job",
          "nonsense",
          "nested",
          "html",
          "long",
          "redirect",
          "gone",
          "400",
          "401",
          "403",
          "429",
          "500");

  @TempDir Path directory;

  private final Leaks leaks = new Leaks(WORD);
  private final Leaks canary = new Leaks(CANARY_WORD);
  private final Properties settings = new Properties();
  private final AtomicLong events = new AtomicLong();
  private final Map<Logger, Level> levels = new HashMap<>();
  private final Appender<ILoggingEvent> listening = new Listening();
  private Appender<ILoggingEvent> console;
  private int secrets;

  private final class Listening extends AppenderBase<ILoggingEvent> {
    @Override
    protected void append(ILoggingEvent event) {
      events.incrementAndGet();
      seen("log of " + event.getLoggerName(), event.getFormattedMessage());
      seen("log thread", event.getThreadName());
      int depth = 0;
      for (IThrowableProxy each = event.getThrowableProxy();
          each != null && depth++ < 10;
          each = each.getCause()) {
        seen("log exception of " + event.getLoggerName(), each.getMessage());
      }
    }
  }

  @BeforeEach
  void listen() {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    for (Logger logger : context.getLoggerList()) {
      if (logger.getLevel() != null) {
        levels.put(logger, logger.getLevel());
        logger.setLevel(Level.TRACE);
      }
    }
    console = root().getAppender("stderr");
    root().detachAppender(console);
    listening.setContext(context);
    listening.start();
    root().addAppender(listening);
  }

  @AfterEach
  void listenNoMore() {
    root().detachAppender(listening);
    root().addAppender(console);
    levels.forEach(Logger::setLevel);
  }

  private static Logger root() {
    return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  }

  private void seen(String where, String text) {
    leaks.look(where, text);
    canary.look(where, text);
  }

  /** Returns a new secret with all characters that need escaping somewhere. */
  private String secret() {
    return "s" + secrets++ + "/+\"\\&" + WORD + "==";
  }

  private void set(String key, Object value) {
    settings.setProperty(key, value.toString());
  }

  private Path file() throws Exception {
    Path file = Files.createTempFile(directory, "bridge", ".properties");
    try (var out = Files.newBufferedWriter(file, UTF_8)) {
      settings.store(out, null);
    }
    return file;
  }

  @Test
  void shouldKeepEverySecretWhateverGoesWrong(SharedBroker broker) throws Exception {
    AccessKey permanent = AccessKey.permanent("AK1", secret());
    AccessKey temporary = new AccessKey("AK2", secret(), secret());
    IamUser user = new IamUser("account", "user", secret());
    SimulatorAuth auth = SimulatorAuth.aksk(permanent, temporary).orToken(user);
    try (SimulatorServer simulator =
            SimulatorServer.start(SimulatorOptions.defaults().withSpeed(200).withAuth(auth));
        SpitefulCloud cloud = new SpitefulCloud(simulator.uri());
        Lifecycle parts = new Lifecycle(Duration.ofSeconds(20))) {
      String prefix = broker.newPrefix();
      configure(broker, prefix, simulator, cloud, permanent);
      Map<String, String> honest = honest(simulator, temporary, user);
      Set<String> spited = spiteful();
      BridgeConfig config = BridgeConfig.load(file(), Map.of(), List.of());

      int port = new Bridge(parts, config, Roles.ALL).start().http().port();
      try (KafkaProducer<byte[], byte[]> producer = KafkaAccess.of(config).producer()) {
        honest.forEach((job, project) -> request(producer, config, job, project));
        spited.forEach(job -> request(producer, config, job, job));
        awaitCompletions(config, honest.keySet());
        simulator.revokeTokens();
        String again = simulator.catalogue().id(ImsJobType.IMPORT_OVA_IMAGE, JobStatus.FAIL);
        request(producer, config, again, "password");
        String held = simulator.catalogue().id(ImsJobType.IMPORT_IMAGE, JobStatus.FAIL);
        request(producer, config, held, "token");
        awaitCompletions(config, Set.of(again));
        awaitObservations(config, spited);
      }
      assertThat(cloud.asked()).contains("tokens").hasSize(1 + 2 * SPITES.size());
      assertThat(cloud.headersSeen())
          .contains("X-Auth-Token", "X-Security-Token", "Authorization", "Proxy-Authorization");

      for (String path :
          List.of(
              "/metrics",
              "/readyz",
              "/livez",
              "/nothing?" + CANARY_WORD,
              "/api/v1/config",
              "/api/v1/control",
              "/api/v1/status")) {
        look(path, port);
      }
      String url = "http://127.0.0.1:" + port;
      command("config", "--all", "--config", file().toString(), "--url", url);
      lookAtThreadsAndBeans();
      commands(config);
      topics(config, broker, prefix);
    }
    lookAtMistakes();

    assertThat(leaks.found()).isEmpty();
    LoggerFactory.getLogger("canary").trace("user:" + CANARY_WORD);
    LoggerFactory.getLogger("canary")
        .trace(
            "x", new IllegalStateException(new IllegalStateException(encoded("a:" + CANARY_WORD))));
    assertThat(events.get()).as("the logs are listened to").isGreaterThan(5_000);
    for (String place :
        List.of(
            "value in " + settings.get("topics.prefix") + "transitions",
            "header in " + settings.get("topics.prefix") + "completions",
            "value in " + settings.get("topics.prefix") + "status",
            "log of canary",
            "log exception of canary",
            "thread",
            "bean",
            "/api/v1/config",
            "out of config",
            "err of submit")) {
      assertThat(canary.foundIn(place)).as("a canary is found: " + place).isTrue();
    }
  }

  // ---- configuration

  private void configure(
      SharedBroker broker,
      String prefix,
      SimulatorServer simulator,
      SpitefulCloud cloud,
      AccessKey permanent) {
    set("kafka.bootstrap.servers", broker.bootstrapServers());
    set("topics.prefix", prefix);
    set("topics.partitions", 2);
    set("data.dir", directory);
    set("http.listen", "127.0.0.1:0");
    set("log.level", "trace");
    set("watch.not-found.grace", "1s");
    set("poll.policy", "fixed");
    set("poll.interval", "1s");
    set("ims.project.id", "aksk");
    set("ims.endpoint", simulator.uri());
    set("ims.auth", "aksk");
    set("ims.auth.ak", permanent.access());
    set("ims.auth.sk", permanent.secret());
    set("ims.proxy", "http://127.0.0.1:" + cloud.port());
    set("ims.proxy.user", "proxy-user");
    set("ims.proxy.password", secret());
    String jaas =
        "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"u\" password=\"%s\";";
    set("kafka.sasl.jaas.config", jaas.formatted(WORD + secrets++));
    set("kafka.streams.main.consumer.sasl.jaas.config", jaas.formatted(WORD + secrets++));
    set("kafka.ssl.keystore.password", secret());
    set("kafka.ssl.key.password", secret());
    set("kafka.producer.ssl.truststore.password", secret());
    set("kafka.plugin.client.handle", secret());
    set("kafka.client.rack", CANARY_WORD);
  }

  /** Returns the jobs to request, with the project of each. */
  private Map<String, String> honest(SimulatorServer simulator, AccessKey temporary, IamUser user) {
    project("temporary", simulator.uri(), "aksk");
    set("ims.projects.temporary.auth.ak", temporary.access());
    set("ims.projects.temporary.auth.sk", temporary.secret());
    set("ims.projects.temporary.auth.security.token", temporary.securityToken());
    project("token", simulator.uri(), "token");
    String issued = simulator.issueToken();
    leaks.and(issued);
    set("ims.projects.token.auth.token", issued);
    project("password", simulator.uri(), "password");
    password("password", simulator.uri(), user.password());
    project("wrong-token", simulator.uri(), "token");
    set("ims.projects.wrong-token.auth.token", secret());
    project("wrong-key", simulator.uri(), "aksk");
    set("ims.projects.wrong-key.auth.ak", "AK1");
    set("ims.projects.wrong-key.auth.sk", secret());
    project("no-iam", simulator.uri(), "password");
    password("no-iam", URI.create("http://127.9.9.9:81"), secret());
    Map<String, String> jobs = new TreeMap<>();
    for (String project : List.of("aksk", "temporary", "token", "password")) {
      ImsJobType type = ImsJobType.values()[jobs.size()];
      jobs.put(simulator.catalogue().id(type, JobStatus.SUCCESS), project);
    }
    return jobs;
  }

  private void password(String project, URI iam, String password) {
    set("ims.projects." + project + ".auth.iam.endpoint", iam);
    set("ims.projects." + project + ".auth.domain", "account");
    set("ims.projects." + project + ".auth.user", "user");
    set("ims.projects." + project + ".auth.password", password);
  }

  /** One project per job, so that a project that is held back does not delay the other jobs. */
  private Set<String> spiteful() {
    Set<String> jobs = new TreeSet<>(Set.of("wrong-token", "wrong-key", "no-iam"));
    for (String spite : SPITES) {
      for (String kind : List.of("t", "k")) {
        String job = kind + "-" + spite;
        jobs.add(job);
        project(
            job,
            URI.create("http://127.1.0." + jobs.size() + ":81"),
            kind.equals("t") ? "token" : "aksk");
        if (kind.equals("t")) {
          set("ims.projects." + job + ".auth.token", secret());
        } else {
          set("ims.projects." + job + ".auth.ak", "AK1");
          set("ims.projects." + job + ".auth.sk", secret());
          set("ims.projects." + job + ".auth.security.token", secret());
        }
      }
    }
    return jobs;
  }

  private void project(String name, URI endpoint, String auth) {
    set("ims.projects." + name + ".project.id", name);
    set("ims.projects." + name + ".endpoint", endpoint);
    set("ims.projects." + name + ".auth", auth);
  }

  // ---- requests

  private static void request(
      KafkaProducer<byte[], byte[]> producer, BridgeConfig config, String job, String project) {
    String value =
        """
        {"job_id": "%s", "project_id": "%s", "region": "local", "labels": {"bird": "%s"}}"""
            .formatted(job, project, CANARY_WORD);
    ProducerRecord<byte[], byte[]> request =
        new ProducerRecord<>(config.topics().requests(), value.getBytes(UTF_8));
    request.headers().add("correlation-id", encoded("u:" + CANARY_WORD).getBytes(UTF_8));
    var unused = producer.send(request);
  }

  private static String encoded(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }

  private void awaitCompletions(BridgeConfig config, Set<String> jobs) throws Exception {
    await(config, config.topics().completions(), jobs);
  }

  private void awaitObservations(BridgeConfig config, Set<String> jobs) throws Exception {
    await(config, config.topics().observations(), jobs);
  }

  /** Waits until each job has a record that the poller or the topology wrote itself. */
  private static void await(BridgeConfig config, String topic, Set<String> jobs) throws Exception {
    KafkaAccess kafka = KafkaAccess.of(config);
    Set<String> missing = new TreeSet<>(jobs);
    try (KafkaConsumer<byte[], byte[]> consumer = kafka.consumer()) {
      consumer.assign(kafka.partitions(List.of(topic)));
      consumer.seekToBeginning(consumer.assignment());
      Awaitility.await()
          .atMost(Duration.ofSeconds(90))
          .untilAsserted(
              () -> {
                for (ConsumerRecord<byte[], byte[]> record :
                    consumer.poll(Duration.ofMillis(100))) {
                  var kind = record.headers().lastHeader("kind");
                  if (kind == null || !new String(kind.value(), UTF_8).equals("request")) {
                    missing.remove(new String(record.key(), UTF_8));
                  }
                }
                assertThat(missing).isEmpty();
              });
    }
  }

  // ---- search

  private void look(String path, int port) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + port + path);
    var answer =
        HttpClient.newHttpClient()
            .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    seen(path, answer.body() + answer.headers().map());
    assertThat(answer.body()).isNotNull();
  }

  private void lookAtThreadsAndBeans() throws Exception {
    Thread named = new Thread(() -> {}, "t-" + CANARY_WORD);
    seen("thread", named.getName());
    Thread.getAllStackTraces().keySet().forEach(each -> seen("thread", each.getName()));
    MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
    ObjectName name = new ObjectName("canary:type=Bird");
    beans.registerMBean(new Bird(), name);
    for (ObjectName each : beans.queryNames(null, null)) {
      seen("bean", each.toString());
      if (!each.getDomain().startsWith("java") && !each.getDomain().startsWith("jdk")) {
        lookAtAttributes(beans, each);
      }
    }
    beans.unregisterMBean(name);
  }

  private void lookAtAttributes(MBeanServer beans, ObjectName name) {
    try {
      for (MBeanAttributeInfo attribute : beans.getMBeanInfo(name).getAttributes()) {
        if (!attribute.getType().matches("double|long|int|boolean")) {
          seen("bean", String.valueOf(beans.getAttribute(name, attribute.getName())));
        }
      }
    } catch (JMException | RuntimeException e) {
      // The bean is gone or does not return its value: it shows nothing.
      seen("bean", e.getMessage());
    }
  }

  /** Interface required by JMX. */
  public interface BirdMBean {
    String getSong();
  }

  /** A bean that contains the canary. */
  public static final class Bird implements BirdMBean {
    @Override
    public String getSong() {
      return CANARY_WORD;
    }
  }

  private void topics(BridgeConfig config, SharedBroker broker, String prefix) throws Exception {
    Set<String> names = new HashSet<>();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      for (String name :
          admin.listTopics(new ListTopicsOptions().listInternal(true)).names().get()) {
        if (name.contains(prefix)
            || name.startsWith("__")
            || name.contains(config.applicationId())) {
          names.add(name);
        }
      }
    }
    assertThat(names)
        .contains("__consumer_offsets", "__transaction_state", config.topics().status());
    assertThat(names).anyMatch(name -> name.endsWith("-changelog"));
    KafkaAccess kafka = KafkaAccess.of(config);
    List<TopicPartition> partitions = kafka.partitions(names);
    try (KafkaConsumer<byte[], byte[]> consumer = kafka.consumer()) {
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
        consumer.poll(Duration.ofMillis(200)).forEach(this::look);
      }
    }
  }

  private void look(ConsumerRecord<byte[], byte[]> record) {
    for (Leaks each : List.of(leaks, canary)) {
      each.look("key in " + record.topic(), record.key());
      each.look("value in " + record.topic() + " " + key(record), record.value());
      record
          .headers()
          .forEach(
              header ->
                  each.look(
                      "header in " + record.topic() + " " + key(record) + " " + header.key(),
                      header.value()));
    }
  }

  private static String key(ConsumerRecord<byte[], byte[]> record) {
    return record.key() == null ? "" : new String(record.key(), UTF_8);
  }

  // ---- commands

  private void command(String... arguments) {
    InProcess ended = InProcess.run(Map.of(), arguments);
    seen("out of " + arguments[0], ended.out());
    seen("err of " + arguments[0], ended.err());
  }

  private void commands(BridgeConfig config) throws Exception {
    String file = file().toString();
    command("doctor", "--config", file);
    command("doctor", "--config", file, "--json");
    command("submit", "--config", file, "not a job " + CANARY_WORD);
    command("topics", "plan", "--config", file);
    command("run", "--config", file, "--set", "topics.partitions=3", "--set", "log.level=trace");
    String[] sasl = {"kafka.security.protocol=SASL_PLAINTEXT", "kafka.sasl.mechanism=PLAIN"};
    String[] ssl = {"kafka.security.protocol=SSL", "kafka.ssl.keystore.location=" + file};
    for (String[] security : List.of(sasl, ssl)) {
      List<String> hurried = new ArrayList<>(List.of("run", "--config", file));
      for (String each : security) {
        hurried.addAll(List.of("--set", each));
      }
      hurried.addAll(List.of("--set", "kafka.default.api.timeout.ms=1500"));
      hurried.addAll(List.of("--set", "kafka.request.timeout.ms=1000"));
      command(hurried.toArray(String[]::new));
    }
    seen("configuration", config.values() + " " + config.given());
    config.given().forEach(key -> seen("shown", config.shown(key)));
  }

  /** Typical input errors that contain a secret. */
  private void lookAtMistakes() {
    for (String mistake :
        List.of(
            "ims.endpoint=https://user:" + WORD + "@ims.example.com",
            "ims.proxy=http://user:" + WORD + "@proxy:3128",
            "ims.auth.tokn=" + WORD,
            "ims.auth=" + WORD,
            "kafka.bootstrap.servers=u:" + WORD + "@b:9092",
            "kafka.sasl.jaas.config=Module required password=a " + WORD + ";",
            "kafka.ssl.keystore.key=" + WORD,
            WORD)) {
      command("run", "--set", mistake, "--set", "embedded.port=1");
      command("doctor", "--set", mistake, "--set", "embedded.port=1");
    }
    command("run", "--ims.auth.token=" + WORD);
    command("run", "--set", "ims.auth.token", WORD);
    command("bench", "poll", "--url", "http://user:" + WORD + "@127.0.0.1:1");
    command("run", "--help");
  }
}
