/**
 * Compares the declared topics with the topics of the cluster: reports differences, resolves those
 * that are safe to resolve, and finds those that prevent the bridge from running.
 *
 * <p>May depend on {@code wire}, Jackson and kafka-clients.
 *
 * <p>Start with {@link dev.imsbridge.topics.Topics}. The declarations are the files of the folder
 * {@code topics/}, which are packaged in the jar.
 */
package dev.imsbridge.topics;
