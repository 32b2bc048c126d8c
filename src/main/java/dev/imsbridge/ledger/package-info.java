/**
 * Turns each record of the observations topic into the tree to store and the records to send. The
 * topology and a rebuild use the same code, so both give the same bytes.
 *
 * <p>Pure: no clock, no Kafka connection. Start with {@link dev.imsbridge.ledger.Ledger}, which
 * returns a {@link dev.imsbridge.ledger.LedgerEntry} for each {@link
 * dev.imsbridge.ledger.LogRecord}.
 */
package dev.imsbridge.ledger;
