/**
 * What the bridge answers over HTTP: at present its health and its metrics.
 *
 * <p>May know {@code history}, {@code wire}, the topology's store names and Vert.x. Start with
 * {@link dev.imsbridge.web.WebServer}.
 */
package dev.imsbridge.web;
