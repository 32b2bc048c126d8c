package dev.imsbridge.web.api;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import dev.imsbridge.job.JobTree;
import dev.imsbridge.topology.TreeQueries;
import dev.imsbridge.web.http.Workers;
import dev.imsbridge.wire.StoreCodec;
import io.vertx.core.Future;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.streams.state.HostInfo;

/**
 * The job trees of all instances. Each tree is stored by one instance; queries for other trees are
 * sent to their instances. A job whose instance cannot be queried is reported as {@link
 * Unavailable}, never as {@link Unknown}.
 *
 * <p>Thread-safe. The disk is read on workers, with a bounded number of waiting queries.
 */
public final class JobTrees {
  /** The maximum number of trees that each instance examines for one page. */
  private static final int MAX_EXAMINED = 5_000;

  /** The result of a lookup. */
  public sealed interface Found {}

  public record Known(JobTree tree) implements Found {}

  /** No instance has the job. */
  record Unknown() implements Found {}

  /** The result cannot be determined now, for a temporary reason. */
  public record Unavailable(String why) implements Found {}

  /**
   * Jobs in the order of their ids.
   *
   * @param lookedTo the last id that was examined; null if all jobs were examined
   * @param partitions the partitions that were examined
   */
  record Page(NavigableMap<String, JsonNode> jobs, String lookedTo, Set<Integer> partitions) {}

  private static final String STATE_MOVES = "the state of the job is moving to another instance";

  private final TreeQueries queries;
  private final Peers peers;
  private final Workers workers;

  JobTrees(TreeQueries queries, Peers peers, Workers workers) {
    this.queries = queries;
    this.peers = peers;
    this.workers = workers;
  }

  /** Runs a task that reads the disk on a worker. Fails if too many tasks wait. */
  <T> Future<T> work(Callable<T> work) {
    return workers.run(work);
  }

  /** Finds the tree of a root job or of any of its sub-jobs. */
  public Future<Found> find(String jobId) {
    HostInfo owner = queries.owner(jobId).orElse(null);
    if (owner == null) {
      return Future.succeededFuture(new Unavailable(STATE_MOVES));
    }
    Future<Found> asRoot =
        queries.isSelf(owner)
            ? work(() -> root(jobId))
            : ask(owner, jobId, InternalPaths.ROOT).map(Answer::found);
    return asRoot
        .compose(found -> found instanceof Unknown ? subJob(jobId) : Future.succeededFuture(found))
        .recover(failure -> Future.succeededFuture(new Unavailable(reason(failure))));
  }

  private static String reason(Throwable failure) {
    return failure instanceof Workers.BusyException ? failure.getMessage() : STATE_MOVES;
  }

  /** Returns the tree of a root job whose partition this instance stores. */
  Found root(String jobId) {
    try {
      return queries.tree(jobId).<Found>map(Known::new).orElseGet(Unknown::new);
    } catch (TreeQueries.UnavailableException e) {
      return new Unavailable(e.getMessage());
    }
  }

  private record Answer(Found found, Set<Integer> partitions) {}

  private Future<Found> subJob(String jobId) {
    return work(() -> queries.treeOf(jobId))
        .compose(
            here ->
                here.tree() == null
                    ? elsewhere(jobId, here.partitions())
                    : Future.succeededFuture(new Known(here.tree())));
  }

  // The job is unknown only if all partitions were searched.
  private Future<Found> elsewhere(String jobId, Set<Integer> here) {
    Set<Integer> searched = new TreeSet<>(here);
    if (searched.size() == queries.partitions()) {
      return Future.succeededFuture(new Unknown());
    }
    List<Future<Answer>> answers =
        queries.others().stream().map(other -> ask(other, jobId, InternalPaths.SUB_JOB)).toList();
    return Peers.results(answers)
        .map(
            found -> {
              for (Answer each : found) {
                if (each.found() instanceof Known known) {
                  return known;
                }
                searched.addAll(each.partitions());
              }
              return searched.size() == queries.partitions()
                  ? new Unknown()
                  : new Unavailable(STATE_MOVES);
            });
  }

  private Future<Answer> ask(HostInfo other, String jobId, String as) {
    return peers
        .get(other, InternalPaths.TREES + "/" + jobId, Map.of(InternalPaths.AS, as))
        .map(
            reply ->
                switch (reply.status()) {
                  case 200 -> new Answer(known(reply.body().getBytes()), Set.of());
                  case 404 -> new Answer(new Unknown(), numbers(reply.partitions()));
                  default -> new Answer(new Unavailable(STATE_MOVES), Set.of());
                })
        .otherwise(
            new Answer(new Unavailable("the instance of the job does not answer"), Set.of()));
  }

  private static Found known(byte[] tree) {
    try {
      return new Known(StoreCodec.tree(tree));
    } catch (UncheckedIOException e) {
      return new Unavailable("the instance of the job runs another version");
    }
  }

  private static Set<Integer> numbers(String text) {
    return Arrays.stream(text.split(","))
        .filter(each -> each.matches("\\d{1,5}"))
        .map(Integer::valueOf)
        .collect(Collectors.toSet());
  }

  /** Returns a page of the jobs of all instances. */
  Future<Page> page(JobFilter filter, Map<String, String> query) {
    List<Future<Page>> pages = new ArrayList<>();
    pages.add(work(() -> here(filter)));
    pages.addAll(
        peers.get(queries.others(), InternalPaths.JOBS, query, new TypeReference<Page>() {}));
    return Peers.results(pages).map(found -> merge(found, filter.limit()));
  }

  /** Returns the part of a page that comes from this instance. */
  Page here(JobFilter filter) {
    TreeQueries.Page page =
        queries.page(filter.after(), filter.limit(), MAX_EXAMINED, filter.wanted());
    NavigableMap<String, JsonNode> jobs = new TreeMap<>();
    page.trees().forEach(tree -> jobs.put(tree.rootJobId(), JobView.summary(tree)));
    return new Page(jobs, page.lastExamined(), page.partitions());
  }

  // Instances stop at different ids. The page ends at the smallest of them, so that the next page
  // skips no job.
  private static Page merge(List<Page> pages, int limit) {
    String lookedTo =
        pages.stream()
            .map(Page::lookedTo)
            .filter(Objects::nonNull)
            .min(String::compareTo)
            .orElse(null);
    NavigableMap<String, JsonNode> jobs = new TreeMap<>();
    pages.forEach(page -> jobs.putAll(page.jobs()));
    NavigableMap<String, JsonNode> all =
        lookedTo == null ? jobs : new TreeMap<>(jobs.headMap(lookedTo, true));
    while (all.size() > limit) {
      all.pollLastEntry();
      lookedTo = all.lastKey();
    }
    Set<Integer> partitions =
        pages.stream()
            .map(Page::partitions)
            .flatMap(Collection::stream)
            .collect(Collectors.toSet());
    return new Page(all, lookedTo, partitions);
  }

  /** Returns the partitions that a page does not cover. */
  List<Integer> missing(Page page) {
    return IntStream.range(0, queries.partitions())
        .boxed()
        .filter(each -> !page.partitions().contains(each))
        .toList();
  }
}
