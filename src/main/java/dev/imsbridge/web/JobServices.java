package dev.imsbridge.web;

import dev.imsbridge.history.EvidenceReader;
import dev.imsbridge.history.JobHistory;
import dev.imsbridge.topology.TreeQueries;
import dev.imsbridge.wire.Requests;
import dev.imsbridge.wire.TopicNames;

/**
 * What the API rests on, once the bridge runs.
 *
 * @param requests reads requests as the topology does
 * @param log where they are written to
 * @param polls when watches are polled, as far as this instance knows
 */
public record JobServices(
    TopicNames topics,
    TreeQueries trees,
    Requests requests,
    RequestLog log,
    JobHistory history,
    EvidenceReader evidence,
    PollTimes polls) {}
