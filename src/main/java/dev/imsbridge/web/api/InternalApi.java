package dev.imsbridge.web.api;

import dev.imsbridge.topology.TreeQueries;
import dev.imsbridge.web.http.PeerSignature;
import dev.imsbridge.web.http.Problems;
import dev.imsbridge.web.http.Query;
import dev.imsbridge.wire.StoreCodec;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Collection;
import java.util.stream.Collectors;

/**
 * The API between instances of one bridge. Each instance answers from its own state only. It is not
 * part of the public API and requires the token or a {@link PeerSignature}.
 */
final class InternalApi {
  private InternalApi() {}

  static void mount(Router router, ApiContext context) {
    router
        .get(InternalPaths.TREES + "/:id")
        .handler(ApiContext.id(context.jobs(InternalApi::tree)));
    router.get(InternalPaths.JOBS).handler(context.jobs(InternalApi::jobs));
  }

  private static void tree(RoutingContext routing, ApiContext.Jobs jobs) {
    String id = routing.pathParam("id");
    boolean asRoot = InternalPaths.ROOT.equals(routing.request().getParam(InternalPaths.AS));
    jobs.trees()
        .work(() -> asRoot ? asRoot(jobs, id) : asSubJob(jobs, id))
        .onSuccess(answer -> answer.handle(routing))
        .onFailure(failure -> Failures.send(routing, failure));
  }

  private static Handler<RoutingContext> asRoot(ApiContext.Jobs jobs, String id) {
    JobTrees.Found found = jobs.trees().root(id);
    if (found instanceof JobTrees.Known known) {
      return tree(StoreCodec.encode(known.tree()));
    }
    return found instanceof JobTrees.Unavailable unavailable
        ? routing -> Problems.unavailable(routing.response(), unavailable.why(), 1)
        : routing -> Problems.notFound(routing.response(), "no such root job");
  }

  private static Handler<RoutingContext> asSubJob(ApiContext.Jobs jobs, String id) {
    TreeQueries.Search search = jobs.services().trees().treeOf(id);
    return search.tree() == null
        ? routing -> {
          routing.response().putHeader(InternalPaths.PARTITIONS, list(search.partitions()));
          Problems.notFound(routing.response(), "no such sub-job here");
        }
        : tree(StoreCodec.encode(search.tree()));
  }

  private static Handler<RoutingContext> tree(byte[] bytes) {
    return routing ->
        routing.response().putHeader("content-type", "application/json").end(Buffer.buffer(bytes));
  }

  private static String list(Collection<Integer> numbers) {
    return numbers.stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  private static void jobs(RoutingContext routing, ApiContext.Jobs jobs) {
    JobFilter filter = JobFilter.of(Query.of(routing.request()));
    ApiJson.send(routing, jobs.trees().work(() -> jobs.trees().here(filter)));
  }
}
