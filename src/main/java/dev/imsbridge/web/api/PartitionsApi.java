package dev.imsbridge.web.api;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imsbridge.topology.TreeQueries;
import dev.imsbridge.web.http.Query;
import dev.imsbridge.web.http.Routes;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.state.HostInfo;

/**
 * {@code GET /api/v1/partitions}: each partition that the topology reads, its owner and its
 * progress, over all instances. Answers are cached for 2 s, so the requests to Kafka and to other
 * instances do not grow with the number of clients. Thread-safe.
 */
final class PartitionsApi {
  private static final Duration MAX_AGE = Duration.ofSeconds(2);

  private static final Comparator<PartitionStatus> ORDER =
      Comparator.comparing(PartitionStatus::topic)
          .thenComparing(PartitionStatus::partition)
          .thenComparing(PartitionStatus::state);

  private final ApiContext context;
  private final SharedAnswer<List<PartitionStatus>> own;
  private final SharedAnswer<ObjectNode> all = new SharedAnswer<>(MAX_AGE, this::determine);

  PartitionsApi(ApiContext context) {
    this.context = context;
    own = new SharedAnswer<>(MAX_AGE, context::partitions);
  }

  void mount(Router router) {
    Routes.get(router, "/api/v1/partitions").handler(Query.none(context.jobs(this::all)));
    router.get(InternalPaths.PARTITION_STATES).handler(routing -> ApiJson.send(routing, own.get()));
  }

  private void all(RoutingContext routing, ApiContext.Jobs jobs) {
    ApiJson.send(routing, all.get());
  }

  private Future<ObjectNode> determine() {
    TreeQueries trees = context.now().services().trees();
    Future<List<PartitionStatus>> here = own.get();
    TypeReference<List<PartitionStatus>> type = new TypeReference<>() {};
    List<Future<List<PartitionStatus>>> answers = new ArrayList<>();
    answers.add(here);
    answers.addAll(
        context.peers().get(trees.instances(), InternalPaths.PARTITION_STATES, Map.of(), type));
    return Peers.results(answers)
        .compose(found -> here.map(found))
        .map(
            found ->
                merge(found, trees.assignment()).put("partial", found.size() < answers.size()));
  }

  /**
   * @param assigned the owner of each partition, as Kafka Streams assigned it last
   */
  private static ObjectNode merge(
      List<List<PartitionStatus>> answers, Map<TopicPartition, HostInfo> assigned) {
    List<PartitionStatus> found =
        answers.stream().flatMap(List::stream).collect(Collectors.toCollection(ArrayList::new));
    Set<TopicPartition> owned =
        found.stream()
            .filter(each -> each.state() != PartitionStatus.State.STANDBY)
            .map(each -> new TopicPartition(each.topic(), each.partition()))
            .collect(Collectors.toSet());
    assigned.forEach(
        (partition, host) -> {
          if (!owned.contains(partition)) {
            found.add(
                PartitionStatus.unknown(
                    partition.topic(), partition.partition(), host.host() + ":" + host.port()));
          }
        });
    found.sort(ORDER);
    return ApiJson.object().putPOJO("partitions", found);
  }
}
