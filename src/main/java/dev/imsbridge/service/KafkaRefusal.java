package dev.imsbridge.service;

import dev.imsbridge.terminal.SafeText;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;

/**
 * Explains in one line why a cluster rejects a request, and how to correct it. Covers TLS,
 * authentication, rights, record timestamps, records, and members with the same id. Immutable.
 *
 * @param bootstrap the address of the cluster
 * @param applicationId the prefix of transactional ids
 */
public record KafkaRefusal(String bootstrap, String applicationId) {
  private static final String CURE = "see Rights in Kafka in docs/operations.md";

  // Kafka Streams 4.4.0 names the topic only in this message.
  private static final Pattern SENT = Pattern.compile("sending record to topic (\\S+) for task");

  /**
   * Returns the explanation of the first cause that is a refusal, outermost first; empty if there
   * is none.
   *
   * @param unnamed the missing right to report if the failure names no topic
   * @param tried returns the operation that failed on a topic; null if it is unknown
   */
  public Optional<String> in(
      Throwable failure, String unnamed, Function<String, AclOperation> tried) {
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (each instanceof SslAuthenticationException) {
        return Optional.of(
            "TLS with Kafka at %s failed (%s): check kafka.ssl.*, and that its certificate names this host"
                .formatted(bootstrap, SafeText.reason(each)));
      }
      if (each instanceof AuthenticationException) {
        return Optional.of(
            "authentication with Kafka at %s failed (%s): check kafka.sasl.mechanism and kafka.sasl.jaas.config"
                .formatted(bootstrap, SafeText.reason(each)));
      }
      if (each instanceof InvalidTimestampException) {
        return Optional.of(
            "Kafka at %s rejects the timestamp of a record: set this machine's clock, and keep it by NTP (%s)"
                .formatted(bootstrap, SafeText.reason(each)));
      }
      if (each instanceof FencedInstanceIdException) {
        return Optional.of(
            "another process with the same id has replaced this one in a consumer group:"
                + " each instance needs its own state.dir, which is not a copy of another");
      }
      if (each instanceof AuthorizationException refused) {
        return Optional.of(lacking(rights(refused, unnamed, tried)));
      }
    }
    return Optional.empty();
  }

  /**
   * Returns the explanation if the topology failed because Kafka rejected a record, such as one
   * that is too large for its topic; empty otherwise.
   */
  static Optional<String> ofRecord(Throwable failure) {
    Throwable root = SafeText.root(failure);
    if (!(root instanceof ApiException) || root instanceof RetriableException) {
      return Optional.empty();
    }
    for (Throwable each = failure; each != null; each = each.getCause()) {
      Matcher sent = SENT.matcher(String.valueOf(each.getMessage()));
      if (sent.find()) {
        return Optional.of(
            "Kafka rejected a record for %s: %s; see `imsbridge topics plan`"
                .formatted(sent.group(1), SafeText.reason(failure)));
      }
    }
    return Optional.empty();
  }

  /**
   * Returns the line for missing rights.
   *
   * @param rights such as {@code READ on topic ims.jobs.requests}
   */
  String lacking(Collection<String> rights) {
    return "this user lacks rights in Kafka at %s: %s; %s"
        .formatted(bootstrap, String.join(", ", rights), CURE);
  }

  private List<String> rights(
      AuthorizationException refused, String unnamed, Function<String, AclOperation> tried) {
    if (refused instanceof TopicAuthorizationException topics) {
      Set<String> names = topics.unauthorizedTopics();
      return names.isEmpty()
          ? List.of(unnamed)
          : names.stream().sorted().map(name -> onTopic(tried.apply(name), name)).toList();
    }
    if (refused instanceof GroupAuthorizationException group) {
      return List.of("READ on group " + group.groupId());
    }
    return refused instanceof TransactionalIdAuthorizationException
        ? List.of("WRITE on transactional ids that begin with " + applicationId + "-")
        : List.of(SafeText.reason(refused));
  }

  static String onTopic(AclOperation operation, String topic) {
    return operation == null
        ? "an operation on topic " + topic
        : onTopic(EnumSet.of(operation), topic);
  }

  static String onTopic(Set<AclOperation> operations, String topic) {
    return operations.stream().map(Enum::name).collect(Collectors.joining(" and "))
        + " on topic "
        + topic;
  }
}
