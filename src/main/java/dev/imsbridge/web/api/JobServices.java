package dev.imsbridge.web.api;

import dev.imsbridge.history.EvidenceReader;
import dev.imsbridge.history.JobHistory;
import dev.imsbridge.history.letters.DeadLetters;
import dev.imsbridge.topology.TreeQueries;
import dev.imsbridge.wire.Requests;
import dev.imsbridge.wire.TopicNames;

/**
 * The services that the API uses once the bridge is running.
 *
 * @param requests parses requests in the same way as the topology
 * @param writer writes requests
 * @param polls returns the next poll of each watch that this instance polls
 */
public record JobServices(
    TopicNames topics,
    TreeQueries trees,
    Requests requests,
    RequestWriter writer,
    JobHistory history,
    EvidenceReader evidence,
    DeadLetters letters,
    PollTimes polls) {}
