/**
 * What operators change at run time: the topic of their actions, read and written.
 *
 * <p>May depend on {@code job}, {@code wire} and kafka-clients. Start with {@link
 * dev.imsbridge.control.ControlLog}, which follows the topic.
 */
package dev.imsbridge.control;
