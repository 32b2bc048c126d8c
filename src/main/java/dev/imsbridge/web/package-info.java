/**
 * The HTTP server of the bridge: jobs and their history, the event stream, a mirror of the IMS job
 * API, health, metrics, and the web page.
 *
 * <p>May depend on {@code job}, {@code wire}, {@code history}, the queries of {@code topology},
 * Kafka, Micrometer and Vert.x. It does not depend on {@code poller}, whose status it receives as
 * JSON. Start with {@link dev.imsbridge.web.WebServer}, which registers the routes of all parts.
 */
package dev.imsbridge.web;
