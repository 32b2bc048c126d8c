package dev.imsbridge.ims;

import dev.imsbridge.ims.CredentialSource.Ready;
import dev.imsbridge.ims.CredentialSource.Supply;
import dev.imsbridge.ims.CredentialSource.Unavailable;
import dev.imsbridge.ims.Exchanged.Reply;
import dev.imsbridge.ims.Outcome.Fault;
import dev.imsbridge.job.JobId;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Requests jobs from IMS. Reuses connections and credentials between calls. Has no budget and no
 * schedule. Makes one attempt per call, or two if renewable credentials were refused.
 *
 * <p>Thread-safe. Never throws and never blocks: each call ends in exactly one {@link Outcome},
 * each attempt within the total timeout.
 */
public final class ImsClient implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ImsClient.class);

  /** A signature is valid for 15 min before and after its date. */
  private static final Duration MAX_SKEW = Duration.ofMinutes(15);

  private final ClientSettings settings;
  private final InstantSource clock;
  private final Transport transport;
  private final Map<Project, CredentialSource> sources = new ConcurrentHashMap<>();

  /**
   * Creates a client without opening a connection.
   *
   * @param vertx provides the event loops; not closed with this client
   * @param clock the time for signatures and for the expiry of credentials
   */
  public ImsClient(Vertx vertx, ClientSettings settings, InstantSource clock) {
    this.settings = settings;
    this.clock = clock;
    transport = new Transport(vertx, settings);
  }

  /**
   * Requests a job.
   *
   * @param resultHandler receives the outcome, on an event loop or before this method returns; must
   *     not block
   */
  public void get(Project project, String jobId, Consumer<Outcome> resultHandler) {
    if (!JobId.valid(jobId)) {
      report(
          resultHandler,
          Fault.unanswered(FaultKind.REJECTED, "the job id must be " + JobId.FORM, Duration.ZERO));
      return;
    }
    CredentialSource source = sources.computeIfAbsent(project, this::source);
    new PendingGet(project, jobId, source, resultHandler).attempt(true);
  }

  /**
   * Requests the time of an endpoint: the Date header of an answer of any status. Sends no
   * credentials.
   *
   * @param resultHandler receives the time, or empty if there is no answer or no valid Date header;
   *     must not block
   */
  public void time(Endpoint endpoint, Consumer<Optional<Instant>> resultHandler) {
    transport.send(
        Call.get(endpoint, "/", Map.of()),
        exchanged -> resultHandler.accept(Optional.ofNullable(dateOf(exchanged))));
  }

  private static Instant dateOf(Exchanged exchanged) {
    return exchanged instanceof Reply reply ? RetryAfter.date(reply.headers().get("Date")) : null;
  }

  /** Closes all connections. Calls in progress end as transient faults. */
  @Override
  public void close() {
    transport.close();
  }

  private CredentialSource source(Project project) {
    if (project.credentials() instanceof Credentials.Password password) {
      String projectId = project.ref().projectId();
      return new RenewingCredentials(
          project.name(), new IamIssuer(transport, password, projectId, clock), clock);
    }
    if (project.credentials() instanceof Credentials.Metadata metadata) {
      return new RenewingCredentials(
          project.name(), new MetadataIssuer(transport, metadata.endpoint()), clock);
    }
    return new CredentialSource.Fixed(project.credentials());
  }

  private static void report(Consumer<Outcome> resultHandler, Outcome outcome) {
    try {
      resultHandler.accept(outcome);
    } catch (RuntimeException e) {
      LOG.error("the handler of an outcome failed", e);
    }
  }

  /** One call of {@link #get} in progress. */
  private final class PendingGet {
    private final Project project;
    private final String jobId;
    private final CredentialSource source;
    private final Consumer<Outcome> resultHandler;
    private final long startedAt = System.nanoTime();

    PendingGet(
        Project project, String jobId, CredentialSource source, Consumer<Outcome> resultHandler) {
      this.project = project;
      this.jobId = jobId;
      this.source = source;
      this.resultHandler = resultHandler;
    }

    void attempt(boolean first) {
      source.supply(supply -> send(supply, first));
    }

    private void send(Supply supply, boolean first) {
      if (supply instanceof Unavailable none) {
        report(
            resultHandler,
            Fault.unanswered(FaultKind.AUTH, "no credentials: " + none.detail(), latency()));
        return;
      }
      Credentials credentials = ((Ready) supply).credentials();
      String path = settings.path().expand(project.ref().projectId(), jobId);
      Map<String, String> headers = headers(credentials, path);
      transport.send(
          Call.get(project.endpoint(), path, headers),
          exchanged -> received(exchanged, credentials, secrets(credentials, headers), first));
    }

    private Map<String, String> headers(Credentials credentials, String path) {
      if (credentials instanceof Credentials.Token token) {
        return Map.of("X-Auth-Token", token.token().reveal());
      }
      if (credentials instanceof Credentials.AccessKey key) {
        String host = project.endpoint().hostHeader();
        return Signer.sign(key, host, path, project.ref().projectId(), clock.instant());
      }
      return Map.of();
    }

    /**
     * The secrets that the server received. Anyone who has the signature can use it while it is
     * valid.
     */
    private static List<Secret> secrets(Credentials sent, Map<String, String> headers) {
      if (sent instanceof Credentials.Token token) {
        return List.of(token.token());
      }
      if (sent instanceof Credentials.AccessKey key) {
        Secret signature = Secret.of(Signer.signature(headers));
        return key.securityToken() == null
            ? List.of(signature)
            : List.of(key.securityToken(), signature);
      }
      return List.of();
    }

    private void received(
        Exchanged exchanged, Credentials used, List<Secret> secrets, boolean first) {
      Outcome outcome = outcome(exchanged, secrets);
      if (!(outcome instanceof Fault fault && fault.kind() == FaultKind.AUTH)) {
        if (outcome.response().status() != 0) {
          source.accepted();
        }
        report(resultHandler, outcome);
      } else if (first && source.refused(used)) {
        attempt(false);
      } else {
        report(resultHandler, withSkew(fault, exchanged));
      }
    }

    private Outcome outcome(Exchanged exchanged, List<Secret> secrets) {
      try {
        Exchanged masked =
            exchanged instanceof Reply reply ? Mask.over(secrets).apply(reply) : exchanged;
        return FaultClassifier.classify(jobId, masked, latency());
      } catch (RuntimeException e) {
        LOG.atError()
            .addKeyValue("project", project.name())
            .addKeyValue("job_id", jobId)
            .setCause(e)
            .log("project {}: cannot parse the answer about job {}", project.name(), jobId);
        return Fault.unanswered(
            FaultKind.MALFORMED, "unreadable: " + e.getClass().getSimpleName(), latency());
      }
    }

    // A wrong clock is a possible reason why a server refuses a signature.
    private Fault withSkew(Fault fault, Exchanged exchanged) {
      Instant serverTime = dateOf(exchanged);
      Duration skew =
          serverTime == null ? Duration.ZERO : Duration.between(serverTime, clock.instant()).abs();
      return skew.compareTo(MAX_SKEW) < 0
          ? fault
          : new Fault(
              fault.response(),
              fault.kind(),
              "the clocks differ by " + skew.toMinutes() + " minutes; " + fault.detail(),
              fault.retryAfter(),
              fault.rateLimit(),
              fault.body());
    }

    private Duration latency() {
      return Duration.ofNanos(System.nanoTime() - startedAt);
    }
  }
}
