/**
 * The running process: the parts of a bridge and their start and stop, access to Kafka and IMS,
 * health, meters and log output.
 *
 * <p>May depend on every package except {@code bench}, {@code cli}, {@code ledger}, {@code
 * simulator} and parts of {@code history} and {@code web}. Start with {@link
 * dev.imsbridge.service.Bridge}, which connects the parts.
 */
package dev.imsbridge.service;
