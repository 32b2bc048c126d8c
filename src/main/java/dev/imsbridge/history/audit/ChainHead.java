package dev.imsbridge.history.audit;

/**
 * The end of a partition's audit chain. It proves the whole chain before it.
 *
 * @param position the position of the last entry; 0 if there is none
 * @param hash the hash of its record
 */
public record ChainHead(long position, String hash) {}
