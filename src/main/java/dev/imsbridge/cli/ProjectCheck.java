package dev.imsbridge.cli;

import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.config.Keys;
import dev.imsbridge.ims.Credentials;
import dev.imsbridge.ims.Endpoint;
import dev.imsbridge.ims.FaultKind;
import dev.imsbridge.ims.ImsClient;
import dev.imsbridge.ims.Outcome;
import dev.imsbridge.ims.Project;
import dev.imsbridge.service.Finding;
import dev.imsbridge.terminal.SafeText;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** Checks one project: its credentials, the clock of its endpoint, and one GET. */
final class ProjectCheck {
  // A GET may be sent twice, with a request for new credentials in between.
  private static final int CALLS = 4;
  private static final Duration BROKEN_SKEW = Duration.ofMinutes(15);
  private static final Duration ODD_SKEW = Duration.ofMinutes(1);

  private final ImsClient client;
  private final Project project;
  private final InstantSource clock;
  private final Duration timeout;

  ProjectCheck(ImsClient client, Project project, InstantSource clock, BridgeConfig config) {
    this.client = client;
    this.project = project;
    this.clock = clock;
    timeout = config.duration(Keys.IMS_TOTAL_TIMEOUT).multipliedBy(CALLS);
  }

  List<Finding> findings(String jobId) throws InterruptedException {
    return List.of(credentials(), time(), get(jobId));
  }

  // ---- credentials

  private Finding credentials() {
    String subject = subject("credentials");
    Credentials credentials = project.credentials();
    if (credentials instanceof Credentials.None) {
      String text = "none are sent to " + project.endpoint();
      return tls()
          ? Finding.warn(subject, text, "set ims.auth, unless this is a simulator")
          : Finding.ok(subject, text);
    }
    return Finding.ok(subject, described(credentials));
  }

  private boolean tls() {
    return project.endpoint().toString().startsWith("https:");
  }

  private static String described(Credentials credentials) {
    if (credentials instanceof Credentials.AccessKey key) {
      return key.securityToken() == null
          ? "an access key signs each GET"
          : "a temporary access key signs each GET; the bridge does not renew it";
    }
    if (credentials instanceof Credentials.Password password) {
      return "user %s of account %s; %s issues the tokens"
          .formatted(
              SafeText.line(password.user()), SafeText.line(password.domain()), password.iam());
    }
    return credentials instanceof Credentials.Metadata
        ? "the access key that the metadata service of this cloud server provides"
        : "an IAM token, valid for at most 24 h; the bridge does not renew it";
  }

  // ---- time

  private Finding time() throws InterruptedException {
    String subject = subject("clock");
    Endpoint endpoint = project.endpoint();
    Optional<Instant> theirs =
        this.<Optional<Instant>>await(then -> client.time(endpoint, then))
            .flatMap(answer -> answer);
    if (theirs.isEmpty()) {
      return Finding.warn(
          subject, endpoint + " does not state its time", "keep this machine's clock by NTP");
    }
    Duration skew = Duration.between(theirs.get(), clock.instant());
    String text =
        skew.abs().toSeconds() < 2
            ? "agrees with that of " + endpoint
            : "%s s %s that of %s"
                .formatted(
                    skew.abs().toSeconds(), skew.isNegative() ? "behind" : "ahead of", endpoint);
    if (skew.abs().compareTo(BROKEN_SKEW) >= 0) {
      return Finding.fail(
          subject,
          text,
          "set this machine's clock: signatures are rejected if it is wrong by 15 min");
    }
    return skew.abs().compareTo(ODD_SKEW) >= 0
        ? Finding.warn(
            subject, text, "set this machine's clock: at 15 min, signatures are rejected")
        : Finding.ok(subject, text);
  }

  // ---- one GET

  private Finding get(String jobId) throws InterruptedException {
    String subject = subject("get");
    Optional<Outcome> outcome = await(then -> client.get(project, jobId, then));
    if (outcome.isEmpty()) {
      return Finding.fail(subject, "no answer from " + project.endpoint(), "check the network");
    }
    if (outcome.get() instanceof Outcome.Fault fault) {
      return fault(subject, fault);
    }
    String took = ", within " + outcome.get().response().latency().toMillis() + " ms";
    return outcome.get() instanceof Outcome.Answer answer
        ? Finding.ok(subject, jobId + " is " + SafeText.line(answer.job().status() + took))
        : Finding.ok(subject, jobId + " is unknown to IMS; the credentials are accepted" + took);
  }

  private Finding fault(String subject, Outcome.Fault fault) {
    String text = SafeText.line(fault.detail());
    if (fault.kind() == FaultKind.REJECTED && fault.response().status() == 400) {
      // The status for an unknown job is not documented: the default job id may get any of these.
      return Finding.warn(
          subject,
          text + "; the credentials are accepted",
          "give an existing job with --job; if the answer is the same, check ims.path.template");
    }
    return switch (fault.kind()) {
      case THROTTLED ->
          Finding.warn(
              subject, text, "lower ims.rate: others use this project's quota, or it is small");
      case AUTH ->
          Finding.fail(
              subject,
              text,
              "check the settings under ims.auth, that they belong to project %s, and its rights"
                  .formatted(project.ref().projectId()));
      case TRANSIENT ->
          Finding.fail(
              subject,
              text,
              "check that %s can be reached from here: ims.endpoint, ims.proxy, firewalls,"
                      .formatted(project.endpoint())
                  + " ims.trusted.certificates; if it is down, the bridge waits for it");
      case MALFORMED, REJECTED ->
          Finding.fail(subject, text, "check ims.endpoint, ims.path.template and ims.project.id");
    };
  }

  private String subject(String what) {
    return what + " " + project.name();
  }

  private <T> Optional<T> await(Consumer<Consumer<T>> request) throws InterruptedException {
    CompletableFuture<T> answer = new CompletableFuture<>();
    request.accept(answer::complete);
    try {
      return Optional.of(answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS));
    } catch (ExecutionException | TimeoutException e) {
      return Optional.empty();
    }
  }
}
