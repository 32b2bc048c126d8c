/**
 * The JSON API under {@code /api/v1}: jobs, their history, requests and the status, over all
 * instances of a bridge.
 *
 * <p>Start with {@link dev.imsbridge.web.api.ApiRoutes} for the routes and {@link
 * dev.imsbridge.web.api.JobTrees} for reads that may concern another instance.
 */
package dev.imsbridge.web.api;
