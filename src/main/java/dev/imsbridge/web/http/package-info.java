/**
 * What every route needs: access and signatures, request bodies and query parameters, problem
 * documents, connections, and threads for blocking work.
 *
 * <p>Knows nothing about jobs. Start with {@link dev.imsbridge.web.http.Problems} for errors and
 * {@link dev.imsbridge.web.http.HttpAccess} for tokens.
 */
package dev.imsbridge.web.http;
