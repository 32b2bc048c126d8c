/**
 * The topics as they are declared, against the topics as they are: what differs, what can be put
 * right without harm, and what the bridge must not run with.
 *
 * <p>May know {@code wire}, Jackson and kafka-clients. Start with {@link
 * dev.imsbridge.topics.Topics}; the declarations are the files of the folder {@code topics/}, which
 * travel in the jar.
 */
package dev.imsbridge.topics;
