/**
 * Campaigns: bridges, a Kafka cluster of three nodes and a simulated IMS in separate processes,
 * seeded faults of every kind, and a check of every published record against the answers that the
 * simulator served. Start with {@link dev.imsbridge.campaign.Campaign}.
 */
package dev.imsbridge.campaign;
