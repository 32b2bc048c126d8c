package dev.imsbridge.web.api;

import io.vertx.ext.web.Router;

/** Registers the routes of the API, and those between instances. */
public final class ApiRoutes {
  private ApiRoutes() {}

  public static void mount(Router router, ApiContext context) {
    PollLookup polls = new PollLookup(context);
    polls.mount(router);
    new StatusApi(context).mount(router);
    new JobsApi(context, polls).mount(router);
    new HistoryApi(context).mount(router);
    new DeadLettersApi(context).mount(router);
    new InternalApi(context).mount(router);
  }
}
