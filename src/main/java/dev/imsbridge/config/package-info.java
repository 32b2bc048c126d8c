/**
 * The settings: their keys and sources, the checks of their values, and the projects with their
 * credentials.
 *
 * <p>May depend on {@code terminal}, {@code job}, {@code wire}, {@code ims}, kafka-clients and
 * Kafka Streams.
 *
 * <p>Start with {@link dev.imsbridge.config.Keys}, which declares every setting, then {@link
 * dev.imsbridge.config.BridgeConfig}, which holds the values.
 */
package dev.imsbridge.config;
