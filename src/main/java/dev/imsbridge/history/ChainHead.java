package dev.imsbridge.history;

/**
 * The end of a partition's audit chain, which proves all of the chain before it.
 *
 * @param position of the last entry, 0 when there is none
 * @param hash of its value
 */
public record ChainHead(long position, String hash) {}
