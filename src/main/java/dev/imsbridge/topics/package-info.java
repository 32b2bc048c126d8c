/**
 * Compares the declared topics with the topics of the cluster: reports differences, resolves those
 * that are safe to resolve, and finds those that prevent the bridge from running.
 *
 * <p>May depend on {@code wire}, Jackson and kafka-clients.
 *
 * <p>Start with {@link dev.imsbridge.topics.Topics}. {@link dev.imsbridge.topics.DeclaredTopics}
 * reads the declarations, {@link dev.imsbridge.topics.SettingComparison} has the rules for
 * settings.
 */
package dev.imsbridge.topics;
