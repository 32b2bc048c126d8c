package dev.imsbridge.web;

import dev.imsbridge.job.JobTree;
import dev.imsbridge.topology.TreeQueries;
import dev.imsbridge.wire.StoreCodec;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.streams.state.HostInfo;

/**
 * The job trees of all instances. Each is kept by one of them; questions about others' are passed
 * on to them. What cannot be asked is never taken for unknown: then there is no answer.
 *
 * <p>Thread-safe; the disk is read on workers, of which a bounded number of questions may wait.
 */
final class Trees {
  /** How many trees are looked at for one page, at each instance. */
  private static final int LOOKS = 5_000;

  /** What became of a search. */
  sealed interface Found {}

  record Known(JobTree tree) implements Found {}

  /** No instance knows the job. */
  record Unknown() implements Found {}

  /** Nobody can say now, for a reason that passes. */
  record Unavailable(String why) implements Found {}

  /**
   * Some jobs in the order of their ids.
   *
   * @param lookedTo the id up to and with which all is told; null when that is all there is
   * @param partitions those that were looked at
   */
  record Page(NavigableMap<String, JsonObject> jobs, String lookedTo, Set<Integer> partitions) {}

  private static final String MOVES = "the job's state is moving to another instance";

  private final TreeQueries queries;
  private final Peers peers;
  private final Workers workers;

  Trees(TreeQueries queries, Peers peers, Workers workers) {
    this.queries = queries;
    this.peers = peers;
    this.workers = workers;
  }

  int partitions() {
    return queries.partitions();
  }

  Set<HostInfo> others() {
    return queries.others();
  }

  /** All other instances, those included that keep nothing at present. */
  Set<HostInfo> instances() {
    return queries.instances();
  }

  /** Runs on a worker what reads the disk; fails when too many do. */
  <T> Future<T> work(Callable<T> work) {
    return workers.run(work);
  }

  /** Finds the tree of a root job or of any of its sub-jobs. */
  Future<Found> find(String jobId) {
    HostInfo owner = queries.owner(jobId).orElse(null);
    if (owner == null) {
      return Future.succeededFuture(new Unavailable(MOVES));
    }
    Future<Found> asRoot =
        queries.isSelf(owner)
            ? work(() -> root(jobId))
            : ask(owner, jobId, InternalApi.ROOT).map(Answer::found);
    return asRoot
        .compose(found -> found instanceof Unknown ? subJob(jobId) : Future.succeededFuture(found))
        .recover(failure -> Future.succeededFuture(new Unavailable(reason(failure))));
  }

  private static String reason(Throwable failure) {
    return failure instanceof Workers.BusyException ? failure.getMessage() : MOVES;
  }

  /** The tree of a root job that this instance keeps. */
  Found root(String jobId) {
    try {
      return queries.tree(jobId).<Found>map(Known::new).orElseGet(Unknown::new);
    } catch (TreeQueries.UnavailableException e) {
      return new Unavailable(e.getMessage());
    }
  }

  /** Searches among the trees that this instance keeps. */
  TreeQueries.Search search(String subJobId) {
    return queries.treeOf(subJobId);
  }

  private record Answer(Found found, Set<Integer> partitions) {}

  private Future<Found> subJob(String jobId) {
    return work(() -> search(jobId))
        .compose(
            here ->
                here.tree() == null
                    ? elsewhere(jobId, here.partitions())
                    : Future.succeededFuture(new Known(here.tree())));
  }

  // Unknown only when all partitions were searched.
  private Future<Found> elsewhere(String jobId, Set<Integer> here) {
    Set<Integer> searched = new TreeSet<>(here);
    if (searched.size() == queries.partitions()) {
      return Future.succeededFuture(new Unknown());
    }
    List<Future<Answer>> answers =
        queries.others().stream().map(other -> ask(other, jobId, InternalApi.SUB_JOB)).toList();
    return Future.join(answers)
        .otherwiseEmpty()
        .map(
            done -> {
              for (Future<Answer> each : answers) {
                if (each.succeeded() && each.result().found() instanceof Known known) {
                  return known;
                }
                if (each.succeeded()) {
                  searched.addAll(each.result().partitions());
                }
              }
              return searched.size() == queries.partitions()
                  ? new Unknown()
                  : new Unavailable(MOVES);
            });
  }

  private Future<Answer> ask(HostInfo other, String jobId, String as) {
    return peers
        .get(other, InternalApi.TREES + "/" + jobId, Map.of(InternalApi.AS, as))
        .map(
            reply ->
                switch (reply.status()) {
                  case 200 -> new Answer(known(reply.body().getBytes()), Set.of());
                  case 404 -> new Answer(new Unknown(), numbers(reply.partitions()));
                  default -> new Answer(new Unavailable(MOVES), Set.of());
                })
        .otherwise(new Answer(new Unavailable("its instance does not answer"), Set.of()));
  }

  private static Found known(byte[] tree) {
    try {
      return new Known(StoreCodec.tree(tree));
    } catch (UncheckedIOException e) {
      return new Unavailable("its instance is of another version");
    }
  }

  private static Set<Integer> numbers(String text) {
    return Arrays.stream(text.split(","))
        .filter(each -> each.matches("\\d{1,5}"))
        .map(Integer::valueOf)
        .collect(Collectors.toSet());
  }

  /** A page of the jobs of all instances. */
  Future<Page> page(JobFilter filter, Map<String, String> query) {
    List<Future<Page>> pages = new ArrayList<>();
    pages.add(work(() -> here(filter)));
    queries.others().forEach(other -> pages.add(there(other, query)));
    return Future.join(pages).otherwiseEmpty().map(done -> merge(pages, filter.limit()));
  }

  /** The part of a page that this instance has to give. */
  Page here(JobFilter filter) {
    TreeQueries.Page page = queries.page(filter.after(), filter.limit(), LOOKS, filter.wanted());
    NavigableMap<String, JsonObject> jobs = new TreeMap<>();
    page.trees().forEach(tree -> jobs.put(tree.rootJobId(), JobView.summary(tree)));
    return new Page(jobs, page.lookedTo(), page.partitions());
  }

  private Future<Page> there(HostInfo other, Map<String, String> query) {
    return peers
        .get(other, InternalApi.JOBS, query)
        .compose(
            reply ->
                reply.status() == 200
                    ? Future.succeededFuture(page(reply.body().toJsonObject()))
                    : Future.failedFuture("status " + reply.status()));
  }

  static JsonObject json(Page page) {
    return new JsonObject()
        .put("jobs", new JsonArray(List.copyOf(page.jobs().values())))
        .put("looked_to", page.lookedTo())
        .put("partitions", new JsonArray(List.copyOf(page.partitions())));
  }

  private static Page page(JsonObject json) {
    NavigableMap<String, JsonObject> jobs = new TreeMap<>();
    JsonArray list = json.getJsonArray("jobs");
    for (int i = 0; i < list.size(); i++) {
      jobs.put(list.getJsonObject(i).getString("job_id"), list.getJsonObject(i));
    }
    Set<Integer> partitions = new TreeSet<>();
    json.getJsonArray("partitions").forEach(each -> partitions.add(((Number) each).intValue()));
    return new Page(jobs, json.getString("looked_to"), partitions);
  }

  // What one instance has told all about, another may not have come to yet.
  private static Page merge(List<Future<Page>> pages, int limit) {
    List<Page> told = pages.stream().filter(Future::succeeded).map(Future::result).toList();
    String lookedTo =
        told.stream()
            .map(Page::lookedTo)
            .filter(each -> each != null)
            .min(String::compareTo)
            .orElse(null);
    NavigableMap<String, JsonObject> jobs = new TreeMap<>();
    told.forEach(page -> jobs.putAll(page.jobs()));
    NavigableMap<String, JsonObject> all =
        lookedTo == null ? jobs : new TreeMap<>(jobs.headMap(lookedTo, true));
    while (all.size() > limit) {
      all.pollLastEntry();
      lookedTo = all.lastKey();
    }
    Set<Integer> partitions =
        told.stream().map(Page::partitions).flatMap(Collection::stream).collect(Collectors.toSet());
    return new Page(all, lookedTo, partitions);
  }

  /** The partitions that a page says nothing of. */
  List<Integer> missing(Page page) {
    return IntStream.range(0, queries.partitions())
        .boxed()
        .filter(each -> !page.partitions().contains(each))
        .toList();
  }

  /** The query of a request, as it is passed on. */
  static Map<String, String> query(RoutingContext routing) {
    Map<String, String> query = new TreeMap<>();
    Query.of(routing.request()).forEach(each -> query.put(each.getKey(), each.getValue()));
    return query;
  }
}
