/**
 * What the bridge answers over HTTP: jobs and their past, events as they come, IMS's own query,
 * health and metrics, and the page that shows it all.
 *
 * <p>May know {@code job}, {@code wire}, {@code history}, the topology's queries and Vert.x; of the
 * poller only what it is told. Start with {@link dev.imsbridge.web.WebServer}, which mounts each
 * part.
 */
package dev.imsbridge.web;
