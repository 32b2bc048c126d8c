package dev.imsbridge.web.api;

import dev.imsbridge.web.stream.EventStream;
import io.vertx.ext.web.Router;

/** Registers the routes of the API, and those between instances. */
public final class ApiRoutes {
  private ApiRoutes() {}

  public static void mount(Router router, ApiContext context, EventStream events) {
    PollLookup polls = new PollLookup(context);
    polls.mount(router);
    new StatusApi(context).mount(router);
    new PartitionsApi(context).mount(router);
    new JobsApi(context, polls).mount(router);
    HistoryApi.mount(router, context);
    new PastApi(context, TopicSearch.LONGEST_PAST).mount(router);
    DeadLettersApi.mount(router, context);
    new CompletionApi(context, events.waiters()).mount(router);
    new ControlApi(context).mount(router);
    EventSamplesApi.mount(router, events.samples());
    InternalApi.mount(router, context);
  }
}
