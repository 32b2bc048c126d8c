/**
 * Actions of operators at run time: their topic, read and written.
 *
 * <p>May depend on {@code job}, {@code wire} and kafka-clients. Start with {@link
 * dev.imsbridge.control.ControlLog}, which follows the topic.
 */
package dev.imsbridge.control;
