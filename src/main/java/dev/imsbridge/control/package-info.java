/**
 * Actions of operators at run time, such as pausing a project: reads and writes their topic.
 *
 * <p>May depend on {@code job}, {@code wire} and kafka-clients. Start with {@link
 * dev.imsbridge.control.ControlLog}, which follows the topic.
 */
package dev.imsbridge.control;
