/**
 * Lists and reads dead letters, and sends them again to the requests topic.
 *
 * <p>Start with {@link dev.imsbridge.history.letters.DeadLetters}.
 */
package dev.imsbridge.history.letters;
