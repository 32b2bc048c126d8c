package dev.imsbridge.wire;

import static java.util.Objects.requireNonNull;

import dev.imsbridge.job.Acceptance;
import dev.imsbridge.job.Evidence;
import dev.imsbridge.job.JobDetails;
import dev.imsbridge.job.JobNode;
import dev.imsbridge.job.JobRequest;
import dev.imsbridge.job.JobState;
import dev.imsbridge.job.JobStatus;
import dev.imsbridge.job.JobTimes;
import dev.imsbridge.job.JobTree;
import dev.imsbridge.job.LostReason;
import dev.imsbridge.job.ProjectRef;
import dev.imsbridge.job.Watch;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The fields of a stored job tree. A number never changes its meaning. A new field gets a new
 * number, which earlier releases skip. Fields are written in the order of their numbers.
 */
final class TreeCodec {
  private TreeCodec() {}

  static void write(StoreWriter out, JobTree tree) {
    Acceptance acceptance = tree.acceptance();
    out.message(1, acceptance.request(), TreeCodec::write);
    out.message(2, acceptance.requestEvidence(), TreeCodec::write);
    out.time(3, acceptance.requestedAt());
    out.messages(4, acceptance.elsewhere(), TreeCodec::write);
    out.time(5, acceptance.deadlineAt());
    out.number(6, tree.sequence());
    out.messages(7, tree.nodes().values(), TreeCodec::write);
    out.messages(8, tree.watches().values(), TreeCodec::write);
    out.message(9, tree.rootEnd(), TreeCodec::write);
    out.time(10, tree.endedAt());
    out.flag(11, tree.truncated());
  }

  static JobTree tree(StoreReader in) {
    JobRequest request = null;
    Evidence requestEvidence = null;
    Instant requestedAt = null;
    Set<ProjectRef> elsewhere = new LinkedHashSet<>();
    Instant deadlineAt = null;
    long sequence = 0;
    Map<String, JobNode> nodes = new LinkedHashMap<>();
    Map<String, JobTree.OpenWatch> watches = new LinkedHashMap<>();
    JobTree.RootEnd rootEnd = null;
    Instant endedAt = null;
    boolean truncated = false;
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case 1 -> request = in.message(TreeCodec::request);
        case 2 -> requestEvidence = in.message(TreeCodec::evidence);
        case 3 -> requestedAt = in.time();
        case 4 -> elsewhere.add(in.message(TreeCodec::project));
        case 5 -> deadlineAt = in.time();
        case 6 -> sequence = in.number();
        case 7 -> {
          JobNode node = in.message(TreeCodec::node);
          nodes.put(node.jobId(), node);
        }
        case 8 -> {
          String rootJobId = request.jobId();
          JobTree.OpenWatch open = in.message(watch -> watch(watch, rootJobId));
          watches.put(open.watch().key(), open);
        }
        case 9 -> rootEnd = in.message(TreeCodec::rootEnd);
        case 10 -> endedAt = in.time();
        case 11 -> truncated = in.flag();
        default -> in.skip();
      }
    }
    Acceptance acceptance =
        new Acceptance(
            requireNonNull(request),
            requireNonNull(requestEvidence),
            requireNonNull(requestedAt),
            elsewhere,
            requireNonNull(deadlineAt));
    return new JobTree(acceptance, sequence, nodes, watches, rootEnd, endedAt, truncated);
  }

  private static void write(StoreWriter out, JobRequest request) {
    out.text(1, request.jobId());
    out.message(2, request.project(), TreeCodec::write);
    out.messages(3, request.labels().entrySet(), TreeCodec::write);
    out.text(4, request.deadline() == null ? null : request.deadline().toString());
    out.text(5, request.correlation().traceparent());
    out.text(6, request.correlation().tracestate());
    out.text(7, request.correlation().correlationId());
  }

  private static JobRequest request(StoreReader in) {
    String jobId = null;
    ProjectRef project = null;
    SortedMap<String, String> labels = new TreeMap<>();
    Duration deadline = null;
    String traceparent = null;
    String tracestate = null;
    String correlationId = null;
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case 1 -> jobId = in.text();
        case 2 -> project = in.message(TreeCodec::project);
        case 3 -> addTo(labels, in.message(TreeCodec::label));
        case 4 -> deadline = Duration.parse(in.text());
        case 5 -> traceparent = in.text();
        case 6 -> tracestate = in.text();
        case 7 -> correlationId = in.text();
        default -> in.skip();
      }
    }
    return new JobRequest(
        jobId,
        project,
        labels,
        deadline,
        new JobRequest.Correlation(traceparent, tracestate, correlationId));
  }

  private static void write(StoreWriter out, JobNode node) {
    out.text(1, node.jobId());
    out.text(2, node.parentJobId());
    out.text(3, node.jobType());
    out.name(4, node.status());
    out.messages(5, node.stages(), TreeCodec::write);
    out.time(6, node.times().beginTime());
    out.time(7, node.times().endTime());
    out.text(8, node.details().errorCode());
    out.text(9, node.details().failReason());
    out.texts(10, node.details().imageIds());
    out.text(11, node.polling().describedBy());
    out.name(12, node.polling().givenUp());
    out.number(13, node.polling().generation());
    out.texts(14, node.answers().unknownStatuses());
    out.text(15, node.answers().digest());
    out.message(16, node.answers().evidence(), TreeCodec::write);
  }

  private static JobNode node(StoreReader in) {
    String jobId = null;
    String parentJobId = null;
    String jobType = null;
    JobStatus status = null;
    List<JobNode.Stage> stages = new ArrayList<>();
    Instant beginTime = null;
    Instant endTime = null;
    String errorCode = null;
    String failReason = null;
    List<String> imageIds = new ArrayList<>();
    String describedBy = null;
    LostReason givenUp = null;
    int generation = 0;
    List<String> unknownStatuses = new ArrayList<>();
    String digest = null;
    Evidence evidence = null;
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case 1 -> jobId = in.text();
        case 2 -> parentJobId = in.text();
        case 3 -> jobType = in.text();
        case 4 -> status = in.name(JobStatus.class);
        case 5 -> stages.add(in.message(TreeCodec::stage));
        case 6 -> beginTime = in.time();
        case 7 -> endTime = in.time();
        case 8 -> errorCode = in.text();
        case 9 -> failReason = in.text();
        case 10 -> imageIds.add(in.text());
        case 11 -> describedBy = in.text();
        case 12 -> givenUp = in.name(LostReason.class);
        case 13 -> generation = in.integer();
        case 14 -> unknownStatuses.add(in.text());
        case 15 -> digest = in.text();
        case 16 -> evidence = in.message(TreeCodec::evidence);
        default -> in.skip();
      }
    }
    return new JobNode(
        jobId,
        parentJobId,
        jobType,
        status,
        stages,
        new JobTimes(beginTime, endTime),
        new JobDetails(errorCode, failReason, imageIds),
        new JobNode.Polling(describedBy, givenUp, generation),
        new JobNode.Answers(unknownStatuses, digest, evidence));
  }

  private static void write(StoreWriter out, JobNode.Stage stage) {
    out.name(1, stage.status());
    out.time(2, stage.at());
  }

  private static JobNode.Stage stage(StoreReader in) {
    JobStatus status = null;
    Instant at = null;
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case 1 -> status = in.name(JobStatus.class);
        case 2 -> at = in.time();
        default -> in.skip();
      }
    }
    return new JobNode.Stage(status, at);
  }

  private static void write(StoreWriter out, JobTree.OpenWatch open) {
    Watch watch = open.watch();
    out.text(1, watch.jobId());
    out.message(2, watch.project(), TreeCodec::write);
    out.text(3, watch.jobType());
    out.number(4, watch.generation());
    out.time(5, watch.openedAt());
    out.time(6, watch.deadlineAt());
    out.text(7, open.fault());
  }

  private static JobTree.OpenWatch watch(StoreReader in, String rootJobId) {
    String jobId = null;
    ProjectRef project = null;
    String jobType = null;
    int generation = 0;
    Instant openedAt = null;
    Instant deadlineAt = null;
    String fault = null;
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case 1 -> jobId = in.text();
        case 2 -> project = in.message(TreeCodec::project);
        case 3 -> jobType = in.text();
        case 4 -> generation = in.integer();
        case 5 -> openedAt = in.time();
        case 6 -> deadlineAt = in.time();
        case 7 -> fault = in.text();
        default -> in.skip();
      }
    }
    return new JobTree.OpenWatch(
        new Watch(jobId, rootJobId, project, jobType, generation, openedAt, deadlineAt), fault);
  }

  private static void write(StoreWriter out, JobTree.RootEnd end) {
    out.message(1, end.state(), TreeCodec::write);
    out.name(2, end.previousStatus());
    out.text(3, end.results());
  }

  private static JobTree.RootEnd rootEnd(StoreReader in) {
    JobState state = null;
    JobStatus previousStatus = null;
    String results = null;
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case 1 -> state = in.message(TreeCodec::state);
        case 2 -> previousStatus = in.name(JobStatus.class);
        case 3 -> results = in.text();
        default -> in.skip();
      }
    }
    return new JobTree.RootEnd(state, previousStatus, results);
  }

  private static void write(StoreWriter out, JobState state) {
    out.text(1, state.jobId());
    out.text(2, state.rootJobId());
    out.text(3, state.parentJobId());
    out.text(4, state.jobType());
    out.message(5, state.project(), TreeCodec::write);
    out.name(6, state.status());
    out.number(7, state.sequence());
    out.time(8, state.times().beginTime());
    out.time(9, state.times().endTime());
    out.time(10, state.observedAt());
    out.text(11, state.details().errorCode());
    out.text(12, state.details().failReason());
    out.texts(13, state.details().imageIds());
    out.text(14, state.entities());
    out.messages(15, state.labels().entrySet(), TreeCodec::write);
    out.message(16, state.evidence(), TreeCodec::write);
  }

  private static JobState state(StoreReader in) {
    String jobId = null;
    String rootJobId = null;
    String parentJobId = null;
    String jobType = null;
    ProjectRef project = null;
    JobStatus status = null;
    long sequence = 0;
    Instant beginTime = null;
    Instant endTime = null;
    Instant observedAt = null;
    String errorCode = null;
    String failReason = null;
    List<String> imageIds = new ArrayList<>();
    String entities = null;
    SortedMap<String, String> labels = new TreeMap<>();
    Evidence evidence = null;
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case 1 -> jobId = in.text();
        case 2 -> rootJobId = in.text();
        case 3 -> parentJobId = in.text();
        case 4 -> jobType = in.text();
        case 5 -> project = in.message(TreeCodec::project);
        case 6 -> status = in.name(JobStatus.class);
        case 7 -> sequence = in.number();
        case 8 -> beginTime = in.time();
        case 9 -> endTime = in.time();
        case 10 -> observedAt = in.time();
        case 11 -> errorCode = in.text();
        case 12 -> failReason = in.text();
        case 13 -> imageIds.add(in.text());
        case 14 -> entities = in.text();
        case 15 -> addTo(labels, in.message(TreeCodec::label));
        case 16 -> evidence = in.message(TreeCodec::evidence);
        default -> in.skip();
      }
    }
    return new JobState(
        jobId,
        rootJobId,
        parentJobId,
        jobType,
        project,
        status,
        sequence,
        new JobTimes(beginTime, endTime),
        observedAt,
        new JobDetails(errorCode, failReason, imageIds),
        entities,
        labels,
        evidence);
  }

  private static void write(StoreWriter out, ProjectRef project) {
    out.text(1, project.region());
    out.text(2, project.projectId());
  }

  private static ProjectRef project(StoreReader in) {
    String region = null;
    String projectId = null;
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case 1 -> region = in.text();
        case 2 -> projectId = in.text();
        default -> in.skip();
      }
    }
    return new ProjectRef(region, projectId);
  }

  private static void write(StoreWriter out, Evidence evidence) {
    out.text(1, evidence.topic());
    out.number(2, evidence.partition());
    out.number(3, evidence.offset());
  }

  private static Evidence evidence(StoreReader in) {
    String topic = null;
    int partition = 0;
    long offset = 0;
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case 1 -> topic = in.text();
        case 2 -> partition = in.integer();
        case 3 -> offset = in.number();
        default -> in.skip();
      }
    }
    return new Evidence(topic, partition, offset);
  }

  private static void write(StoreWriter out, Map.Entry<String, String> label) {
    out.text(1, label.getKey());
    out.text(2, label.getValue());
  }

  private static Map.Entry<String, String> label(StoreReader in) {
    String name = null;
    String value = null;
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case 1 -> name = in.text();
        case 2 -> value = in.text();
        default -> in.skip();
      }
    }
    return Map.entry(name, value);
  }

  private static void addTo(SortedMap<String, String> labels, Map.Entry<String, String> label) {
    labels.put(label.getKey(), label.getValue());
  }
}
