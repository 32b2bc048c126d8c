package dev.imsbridge.topics;

import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * The operations that a principal may use on one resource, or on all resources whose names have a
 * prefix.
 */
public record Grant(ResourcePattern resource, Set<AclOperation> operations) {

  public Grant {
    operations = Collections.unmodifiableSet(EnumSet.copyOf(operations));
  }

  public static Grant one(ResourceType type, String name, Collection<AclOperation> operations) {
    return new Grant(new ResourcePattern(type, name, PatternType.LITERAL), Set.copyOf(operations));
  }

  public static Grant prefix(ResourceType type, String name, Collection<AclOperation> operations) {
    return new Grant(new ResourcePattern(type, name, PatternType.PREFIXED), Set.copyOf(operations));
  }

  boolean prefixed() {
    return resource.patternType() == PatternType.PREFIXED;
  }

  /**
   * Returns the operations as Kafka's tools and Strimzi write them, such as {@code
   * DescribeConfigs}.
   */
  List<String> operationNames() {
    return operations.stream()
        .map(
            operation ->
                Stream.of(operation.name().split("_", -1))
                    .map(word -> word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
                    .collect(Collectors.joining()))
        .toList();
  }
}
