package dev.imsbridge.web.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imsbridge.history.letters.DeadLetters;
import dev.imsbridge.history.letters.DeadLetters.Newest;
import dev.imsbridge.history.letters.LetterFilter;
import dev.imsbridge.history.letters.LetterJson;
import dev.imsbridge.history.letters.LetterPosition;
import dev.imsbridge.web.http.BadRequestException;
import dev.imsbridge.web.http.Problems;
import dev.imsbridge.web.http.Query;
import dev.imsbridge.web.http.Routes;
import dev.imsbridge.wire.TopicNames;
import io.vertx.core.MultiMap;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;

/**
 * {@code /api/v1/dead-letters}: the newest dead letters, and one of them with its content. The
 * topic is read from {@code since} on. The number of concurrent reads and their time are limited.
 * Thread-safe.
 */
final class DeadLettersApi {
  private static final String PATH = "/api/v1/dead-letters";
  private static final Set<String> NAMES = Set.of("since", "until", "topic", "limit");
  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_LIMIT = 1_000;

  /** A parsed query. */
  record Question(LetterFilter filter, int limit) {}

  private DeadLettersApi() {}

  static void mount(Router router, ApiContext context) {
    Routes.get(router, PATH).handler(context.jobs(DeadLettersApi::list));
    Routes.get(router, PATH + "/:partition/:offset")
        .handler(Query.none(context.jobs(DeadLettersApi::show)));
  }

  private static void list(RoutingContext routing, ApiContext.Jobs jobs) {
    Question question = question(Query.of(routing.request()), jobs.services().topics());
    DeadLetters letters = jobs.services().letters();
    ApiJson.send(
        routing,
        jobs.past()
            .run(
                routing.response()::closed,
                progress -> json(letters.newest(question.filter(), question.limit(), progress))));
  }

  /**
   * Parses a query.
   *
   * @throws BadRequestException if a parameter is unknown, repeated or invalid
   */
  static Question question(MultiMap query, TopicNames topics) {
    for (String name : query.names()) {
      if (!NAMES.contains(name) || query.getAll(name).size() > 1) {
        throw new BadRequestException(
            "parameters are since, until, topic and limit, each at most once");
      }
    }
    LetterFilter filter =
        new LetterFilter(
            Set.of(),
            Parameters.time("since", query),
            Parameters.time("until", query),
            topic(query.get("topic"), topics));
    return new Question(filter, Parameters.limit(query, DEFAULT_LIMIT, MAX_LIMIT));
  }

  private static String topic(String topic, TopicNames topics) {
    if (topic == null) {
      return null;
    }
    return switch (topic) {
      case "requests" -> topics.requests();
      case "observations" -> topics.observations();
      default -> throw new BadRequestException("topic: requests or observations");
    };
  }

  private static ObjectNode json(Newest newest) {
    return ApiJson.object()
        .putPOJO("letters", newest.letters().stream().map(LetterJson::of).toList())
        .put("left_out", newest.leftOut());
  }

  private static void show(RoutingContext routing, ApiContext.Jobs jobs) {
    LetterPosition position =
        LetterPosition.parse(routing.pathParam("partition") + "/" + routing.pathParam("offset"))
            .orElseThrow(() -> new BadRequestException("partition and offset must be numbers"));
    jobs.past()
        .run(
            routing.response()::closed,
            progress ->
                jobs.services().letters().find(position, progress).map(LetterJson::of).orElse(null))
        .onSuccess(
            json -> {
              if (json == null) {
                Problems.notFound(
                    routing.response(),
                    "no dead letter is at this position; it may be past its retention");
              } else {
                ApiJson.send(routing, 200, json);
              }
            })
        .onFailure(failure -> Failures.send(routing, failure));
  }
}
