package dev.imsbridge.web.api;

import dev.imsbridge.web.stream.CompletionWaiters;
import io.vertx.ext.web.Router;

/** Registers the routes of the API, and those between instances. */
public final class ApiRoutes {
  private ApiRoutes() {}

  public static void mount(Router router, ApiContext context, CompletionWaiters waiters) {
    PollLookup polls = new PollLookup(context);
    polls.mount(router);
    new StatusApi(context).mount(router);
    new JobsApi(context, polls).mount(router);
    new HistoryApi(context).mount(router);
    new DeadLettersApi(context).mount(router);
    new CompletionApi(context, waiters).mount(router);
    new InternalApi(context).mount(router);
  }
}
