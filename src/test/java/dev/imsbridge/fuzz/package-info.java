/**
 * Fuzzing: everything that reads bytes from outside the bridge gets mutated documents. {@link
 * dev.imsbridge.fuzz.FuzzTest} does it with seeded mutations, {@link
 * dev.imsbridge.fuzz.GuidedFuzzing} guided by coverage. Start with {@link
 * dev.imsbridge.fuzz.FuzzTargets}.
 */
package dev.imsbridge.fuzz;
