/**
 * What the bridge answers over HTTP: its health, its metrics and the events it publishes.
 *
 * <p>May know {@code history}, {@code wire}, the topology's store names and Vert.x. Start with
 * {@link dev.imsbridge.web.WebServer}.
 */
package dev.imsbridge.web;
