/**
 * The benchmarks of whole bridges in processes of their own: starts, takeovers and a steady load.
 *
 * <p>Start with {@code BridgeChild}.
 */
package dev.imsbridge.bench.bridges;
