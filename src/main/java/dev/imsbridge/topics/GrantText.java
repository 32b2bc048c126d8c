package dev.imsbridge.topics;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.kafka.common.resource.ResourceType;

/** Formats grants as a table, as commands of Kafka's own tool, or as a user of Strimzi. */
public final class GrantText {
  private GrantText() {}

  public static String table(List<Grant> grants) {
    return grants.stream()
        .map(
            grant ->
                "%-16s  %-8s  %-40s  %s"
                    .formatted(
                        grant.resource().resourceType(),
                        grant.resource().patternType(),
                        grant.resource().name(),
                        grant.operations().stream()
                            .map(Enum::name)
                            .collect(Collectors.joining(", "))))
        .collect(Collectors.joining("\n"));
  }

  /**
   * Returns one command of kafka-acls.sh in each line.
   *
   * @param principal the name of the user. It must not contain a single quote, because the command
   *     encloses it in single quotes.
   */
  public static String kafkaAcls(List<Grant> grants, String principal, String bootstrap) {
    return grants.stream()
        .map(grant -> command(grant, principal, bootstrap))
        .collect(Collectors.joining("\n"));
  }

  private static String command(Grant grant, String principal, String bootstrap) {
    StringBuilder command =
        new StringBuilder("kafka-acls.sh --bootstrap-server ")
            .append(bootstrap)
            .append(" --command-config admin.properties --add --allow-principal 'User:")
            .append(principal)
            .append('\'');
    grant.operationNames().forEach(name -> command.append(" --operation ").append(name));
    command.append(" --").append(option(grant.resource().resourceType()));
    if (grant.resource().resourceType() != ResourceType.CLUSTER) {
      command.append(' ').append(grant.resource().name());
    }
    return command.append(grant.prefixed() ? " --resource-pattern-type prefixed" : "").toString();
  }

  private static String option(ResourceType type) {
    return type.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * Returns a KafkaUser of Strimzi that authenticates with SCRAM-SHA-512.
   *
   * @param cluster the name of the Kafka resource
   */
  public static String strimzi(List<Grant> grants, String user, String cluster) {
    ObjectNode document = StrimziText.document("KafkaUser", user, cluster);
    ObjectNode spec = document.putObject("spec");
    spec.putObject("authentication").put("type", "scram-sha-512");
    ArrayNode acls = spec.putObject("authorization").put("type", "simple").putArray("acls");
    for (Grant grant : grants) {
      ObjectNode acl = acls.addObject();
      ObjectNode resource = acl.putObject("resource").put("type", strimziType(grant));
      if (grant.resource().resourceType() != ResourceType.CLUSTER) {
        resource
            .put("name", grant.resource().name())
            .put("patternType", grant.prefixed() ? "prefix" : "literal");
      }
      ArrayNode operations = acl.putArray("operations");
      grant.operationNames().forEach(operations::add);
    }
    return StrimziText.yaml(List.of(document));
  }

  private static String strimziType(Grant grant) {
    return grant.resource().resourceType() == ResourceType.TRANSACTIONAL_ID
        ? "transactionalId"
        : option(grant.resource().resourceType());
  }
}
