package dev.imsbridge.campaign;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import dev.imsbridge.campaign.BridgeSlot.Ended;
import dev.imsbridge.campaign.FlakyProxy.Mode;
import dev.imsbridge.cli.InProcess;
import dev.imsbridge.simulator.ExpectedJob;
import dev.imsbridge.simulator.FaultType;
import dev.imsbridge.simulator.ScriptedFault;
import dev.imsbridge.simulator.SimulatorOptions;
import dev.imsbridge.simulator.SimulatorServer;
import dev.imsbridge.wire.TopicNames;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.awaitility.core.ConditionTimeoutException;

/**
 * One campaign: bridges and a cluster of three nodes in separate processes get the faults of a
 * seeded plan while jobs are requested. Then everything is repaired, and when all jobs have ended,
 * the published records are checked against what the simulator served.
 *
 * <p>{@link #main} runs one campaign and ends with exit code 1 if a guarantee was broken. See
 * docs/reliability.md.
 */
final class Campaign {
  private static final Duration LONGEST_JOB = Duration.ofSeconds(15);
  private static final Duration QUIET = Duration.ofMinutes(8);
  private static final Duration START = Duration.ofMinutes(5);
  private static final int PARTITIONS = 6;

  /** Begins the ids that the simulator does not know. */
  static final String ABSENT = "absent-";

  private static final String PREFIX = "c.jobs.";

  private final CampaignOptions options;
  private final PrintStream out;
  private final TopicNames topics = new TopicNames(PREFIX);
  private final Violations violations = new Violations();
  private final List<Ended> ended = Collections.synchronizedList(new ArrayList<>());
  private final ScheduledExecutorService supervisor = Executors.newSingleThreadScheduledExecutor();
  private Equipment equipment;
  private NodeCluster nodes;
  private List<BridgeSlot> bridges;
  private FaultRunner faults;
  private int hung;

  /**
   * The result of a campaign.
   *
   * @param row the row of a table in Markdown, see {@link #HEAD}
   * @param violations one line for each rule that was broken
   */
  record Result(String row, List<String> violations) {
    static final String HEAD =
        "| seed | jobs | requests | bridge kills | node kills | other faults | transitions |"
            + " answers lost on the way | unplanned ends | quiet after | violations |\n"
            + "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |";
  }

  Campaign(CampaignOptions options, PrintStream out) {
    this.options = options;
    this.out = out;
  }

  public static void main(String[] arguments) throws Exception {
    Path directory = Files.createTempDirectory("imsbridge-campaign");
    CampaignOptions options;
    try {
      options = CampaignOptions.of(directory, arguments);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(2);
      return;
    }
    Result result = new Campaign(options, System.out).run();
    System.out.println(Result.HEAD);
    System.out.println(result.row());
    result.violations().forEach(System.out::println);
    if (!result.violations().isEmpty()) {
      System.out.println("data and logs: " + options.directory());
    }
    System.exit(result.violations().isEmpty() ? 0 : 1);
  }

  Result run() throws Exception {
    out.printf("campaign with seed=%d in %s%n", options.seed(), options.directory());
    Files.createDirectories(options.directory());
    Set<Disruption> kinds =
        Equipment.possible(options.kinds(), options.directory().resolve("scratch"), out);
    List<PlannedFault> plan =
        CampaignPlan.of(options.seed(), options.period(), options.bridges(), kinds);
    plan.forEach(out::println);
    ServedAnswers served = new ServedAnswers();
    try (Equipment prepared = Equipment.of(kinds, options.directory(), options.bridges());
        NodeCluster cluster =
            new NodeCluster(options.directory(), options.bridges(), new FreePorts());
        SimulatorServer simulator = SimulatorServer.start(simulated(), served)) {
      equipment = prepared;
      nodes = cluster;
      nodes.startAll();
      await().atMost(START).pollInterval(Duration.ofMillis(500)).until(nodes::startedAndListening);
      bridges = slots(simulator.port());
      try {
        return disturbed(plan, jobs(simulator), simulator, served);
      } finally {
        supervisor.shutdownNow();
        for (BridgeSlot bridge : bridges) {
          bridge.close();
        }
      }
    }
  }

  private SimulatorOptions simulated() {
    return SimulatorOptions.defaults()
        .withSeed(options.seed())
        .withSpeed(100)
        .withUnknown(List.of(ABSENT + "*"))
        .withFaults(
            ScriptedFault.of(FaultType.BAD_GATEWAY).withProbability(0.02).build(),
            ScriptedFault.of(FaultType.UNAVAILABLE).withProbability(0.01).build(),
            ScriptedFault.of(FaultType.TRUNCATED_BODY).withProbability(0.01).build(),
            ScriptedFault.of(FaultType.BROKEN_JSON).withProbability(0.01).build(),
            ScriptedFault.of(FaultType.OTHER_JOB).withProbability(0.01).build(),
            ScriptedFault.of(FaultType.RESET).withProbability(0.01).build(),
            ScriptedFault.of(FaultType.SLOW_BODY)
                .withProbability(0.01)
                .withDelay(Duration.ofSeconds(2))
                .build(),
            ScriptedFault.of(FaultType.STALE).withProbability(0.03).build(),
            ScriptedFault.of(FaultType.UNKNOWN_STATUS).withProbability(0.01).build(),
            ScriptedFault.of(FaultType.QUIRKS).withProbability(0.03).build());
  }

  private List<String> jobs(SimulatorServer simulator) {
    Random random = new Random(options.seed());
    return simulator
        .catalogue()
        .ids()
        .filter(id -> simulator.expected(id).duration().compareTo(LONGEST_JOB) < 0)
        .limit(options.jobs())
        .map(id -> random.nextInt(100) == 0 ? ABSENT + id.substring(0, 20) : id)
        .toList();
  }

  // ---- processes

  private List<BridgeSlot> slots(int simulatorPort) throws Exception {
    FreePorts ports = new FreePorts();
    List<BridgeSlot> slots = new ArrayList<>();
    for (int index = 0; index < options.bridges(); index++) {
      List<String> settings = new ArrayList<>(settings());
      settings.add("kafka.bootstrap.servers=" + nodes.bootstrapServers(index));
      settings.add("ims.rate=" + 2_000);
      settings.add("ims.burst=" + 200);
      settings.add("ims.auth=none");
      settings.add("ims.region=local");
      settings.add("poll.policy=fixed");
      settings.add("poll.interval=1s");
      settings.add("watch.not-found.grace=10s");
      settings.add("watch.not-found.seen.grace=60s");
      settings.add("state.memory.max.bytes=" + (32 << 20));
      // Shorter than the default, so that one campaign has time for many faults.
      settings.add("kafka.streams.main.consumer.session.timeout.ms=6000");
      settings.add("kafka.consumer.session.timeout.ms=6000");
      settings.add("kafka.consumer.heartbeat.interval.ms=1500");
      settings.add("kafka.streams.producer.transaction.timeout.ms=10000");
      slots.add(
          new BridgeSlot(
              index,
              options.directory(),
              simulatorPort,
              ports,
              settings,
              equipment.clocks().isEmpty()
                  ? Map.of()
                  : equipment.clocks().get(index).environment()));
    }
    return slots;
  }

  /** The settings that the commands of the check need too. */
  private List<String> settings() {
    List<String> settings = new ArrayList<>();
    settings.add("topics.prefix=" + PREFIX);
    settings.add("topics.partitions=" + PARTITIONS);
    settings.add("topics.replication.factor=3");
    settings.add("topics.min.insync.replicas=2");
    settings.add("ims.project.id=p1");
    settings.addAll(options.settings());
    return settings;
  }

  private void supervise() {
    for (BridgeSlot bridge : bridges) {
      try {
        bridge
            .supervise()
            .ifPresent(
                each -> {
                  ended.add(each);
                  out.println("ended by itself: " + each);
                });
      } catch (Exception e) {
        out.println("a bridge was not started again: " + e);
      }
    }
  }

  // ---- the campaign

  private Result disturbed(
      List<PlannedFault> plan, List<String> jobs, SimulatorServer simulator, ServedAnswers served)
      throws Exception {
    for (BridgeSlot bridge : bridges) {
      bridge.start();
    }
    supervisor.scheduleWithFixedDelay(this::supervise, 1, 1, TimeUnit.SECONDS);
    await().atMost(START).until(() -> bridges.stream().allMatch(BridgeSlot::ready));
    // All of them create the topics of the empty cluster at once.
    ended.forEach(each -> violations.add("a bridge did not start", each.toString()));
    RequestLoad load =
        new RequestLoad(
            nodes.bootstrapServers(),
            topics,
            bridges.stream().map(BridgeSlot::url).toList(),
            options.seed());
    faults =
        new FaultRunner(
            options.seed(),
            nodes,
            bridges,
            List.of("imsbridge-" + PREFIX, topics.pollerGroup()),
            equipment);
    Thread disturber = new Thread(() -> disturb(plan), "faults");
    disturber.start();
    load.run(jobs, options.period());
    disturber.join();
    long begin = System.nanoTime();
    boolean complete;
    // Partitions may still move for a while after the repair.
    long quietSince;
    try (HungTransactions transactions = new HungTransactions(nodes.bootstrapServers(), out)) {
      repair(transactions);
      quietSince = System.currentTimeMillis() + 30_000;
      complete = awaitEnds(load.accepted(), transactions);
    }
    Duration quiet = Duration.ofNanos(System.nanoTime() - begin);
    if (!complete) {
      bridges.forEach(bridge -> out.println(bridge.log(30)));
    }
    // No supervision, so that a stopped bridge stays stopped.
    supervisor.shutdown();
    supervisor.awaitTermination(30, TimeUnit.SECONDS);
    for (BridgeSlot bridge : bridges) {
      int exitCode = bridge.stop();
      violations.unless(exitCode == 0, "a bridge did not stop in order", exitCode + "");
    }
    faults.failures().forEach(each -> violations.add("a fault was not answered as promised", each));
    Result result = check(load, simulator, served, quietSince, quiet);
    if (!result.violations().isEmpty()) {
      dump();
    }
    return result;
  }

  /** Keeps the records, because the data of the nodes may be on small disks. */
  private void dump() throws IOException {
    Path directory = Files.createDirectories(options.directory().resolve("topics"));
    for (String topic : topics.all()) {
      CommittedRecords.dump(nodes.bootstrapServers(), topic, directory.resolve(topic));
    }
  }

  private void disturb(List<PlannedFault> plan) {
    try {
      faults.run(plan);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends every fault that is left. */
  private void repair(HungTransactions transactions) throws Exception {
    await().atMost(START).pollInterval(Duration.ofMillis(500)).until(nodes::startedAndListening);
    for (int index = 0; index < bridges.size(); index++) {
      nodes.network(index, -1, Mode.OPEN);
      bridges.get(index).network(Mode.OPEN);
      bridges.get(index).start();
    }
    await()
        .atMost(QUIET)
        .pollInterval(Duration.ofSeconds(1))
        .ignoreExceptions()
        .until(
            () -> {
              hung = transactions.end();
              return bridges.stream().allMatch(BridgeSlot::ready);
            });
  }

  private boolean awaitEnds(Set<String> accepted, HungTransactions transactions) {
    try {
      await()
          .atMost(QUIET)
          .pollInterval(Duration.ofSeconds(3))
          .ignoreExceptions()
          .until(
              () -> {
                hung = transactions.end();
                Set<String> completed =
                    records(topics.completions()).stream()
                        .map(record -> new String(record.key(), UTF_8))
                        .collect(Collectors.toCollection(HashSet::new));
                return completed.containsAll(accepted)
                    && EventCheck.table(records(topics.watches())).values().stream()
                        .allMatch(record -> record.value() == null);
              });
      return true;
    } catch (ConditionTimeoutException e) {
      return false;
    }
  }

  private List<ConsumerRecord<byte[], byte[]>> records(String topic) {
    return CommittedRecords.read(nodes.bootstrapServers(), topic);
  }

  // ---- the check

  private Result check(
      RequestLoad load,
      SimulatorServer simulator,
      ServedAnswers served,
      long quietSince,
      Duration quiet) {
    Set<String> absent =
        load.accepted().stream().filter(job -> job.startsWith(ABSENT)).collect(Collectors.toSet());
    Set<String> again = EventCheck.requestedAgain(records(topics.requests()), load.cancelled());
    again.forEach(job -> out.println("the load's producer doubled the request of " + job));
    Set<String> accepted = new HashSet<>(load.accepted());
    accepted.removeAll(again);
    EventCheck check = new EventCheck(violations, accepted, load.cancelled(), absent, again);
    List<ConsumerRecord<byte[], byte[]>> observations = records(topics.observations());
    ObservedStatuses observed = new ObservedStatuses();
    observations.forEach(observed::add);
    List<ConsumerRecord<byte[], byte[]>> transitions = records(topics.transitions());
    List<ConsumerRecord<byte[], byte[]>> completions = records(topics.completions());
    check.transitions(transitions);
    check.observed(observed, served);
    int lostOnTheWay = check.served(served, observed, quietSince);
    check.ends(played(load, simulator));
    check.completions(completions);
    check.statusTable(records(topics.status()));
    check.watches(records(topics.watches()));
    check.deadLetters(
        records(topics.deadLetters()), load.hostile(), records(topics.requests()), observations);
    command("audit", "verify");
    command("rebuild", "--compare");
    command("replay", "--to", "again.transitions", "--create");
    command("replay", "--what", "completions", "--to", "again.completions", "--create");
    check.sameEvents("transitions ", transitions, records("again.transitions"));
    check.sameEvents("completions ", completions, records("again.completions"));
    return new Result(row(load, transitions.size(), lostOnTheWay, quiet), violations.lines());
  }

  private static Map<String, Map<String, String>> played(
      RequestLoad load, SimulatorServer simulator) {
    return load.accepted().stream()
        .filter(job -> !load.cancelled().contains(job) && !job.startsWith(ABSENT))
        .collect(
            Collectors.toMap(
                job -> job,
                job ->
                    simulator
                        .expected(job)
                        .tree()
                        .collect(
                            Collectors.toMap(ExpectedJob::jobId, each -> each.status().name()))));
  }

  /** Runs a command of the bridge, which must succeed. */
  private void command(String... arguments) {
    Map<String, String> environment = new TreeMap<>();
    List<String> all = new ArrayList<>(settings());
    all.add("kafka.bootstrap.servers=" + nodes.bootstrapServers());
    for (String setting : all) {
      int equals = setting.indexOf('=');
      String name = setting.substring(0, equals).toUpperCase(Locale.ROOT).replace('.', '_');
      environment.put("IMSBRIDGE_" + name, setting.substring(equals + 1));
    }
    InProcess result = InProcess.run(environment, arguments);
    violations.unless(
        result.exitCode() == 0,
        "a command finds a fault: " + String.join(" ", arguments),
        result.exitCode() + ": " + result.out() + result.err());
  }

  private String row(RequestLoad load, int transitions, int lostOnTheWay, Duration quiet) {
    Set<Disruption> kills =
        EnumSet.of(
            Disruption.BRIDGE_KILL,
            Disruption.NODE_KILL,
            Disruption.TWO_NODES_KILL,
            Disruption.ALL_NODES_KILL);
    return Stream.<Object>of(
            options.seed(),
            load.accepted().size(),
            load.records(),
            faults.bridgeKills(),
            faults.nodeKills(),
            faults.counts(kills) + (hung == 0 ? "" : ", HUNG_TRANSACTION " + hung),
            transitions,
            lostOnTheWay,
            ended.size(),
            quiet.toSeconds() + " s",
            violations.count())
        .map(Object::toString)
        .collect(Collectors.joining(" | ", "| ", " |"));
  }
}
