/**
 * Dead letters: listed, read, and sent again to the requests topic.
 *
 * <p>Start with {@link dev.imsbridge.history.letters.DeadLetters}.
 */
package dev.imsbridge.history.letters;
