/**
 * A Kafka broker and controller inside this process, on one node, for users without a cluster.
 *
 * <p>{@code imsbridge kafka}, {@code imsbridge demo} and the test suite run it. It is a real broker
 * with its data on disk; it listens on 127.0.0.1 only.
 *
 * <p>May depend on the Kafka server, SLF4J and the JDK, and on no other package of the bridge.
 *
 * <p>Start with {@link dev.imsbridge.embedded.EmbeddedKafka}. {@link
 * dev.imsbridge.embedded.KafkaNode} assembles the broker from Kafka's own classes, and {@link
 * dev.imsbridge.embedded.ExitGuard} keeps the broker from ending the process.
 */
package dev.imsbridge.embedded;
