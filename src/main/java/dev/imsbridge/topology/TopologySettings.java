package dev.imsbridge.topology;

import dev.imsbridge.job.FoldRules;
import dev.imsbridge.wire.CloudEvent;
import dev.imsbridge.wire.Requests;
import dev.imsbridge.wire.TopicNames;
import java.time.Duration;
import java.util.Set;

/**
 * What the topology is built from.
 *
 * @param requests reads requests, and knows which projects are configured
 * @param rules the fold's settings
 * @param retention how long a tree is remembered after it ended
 * @param mode how CloudEvents attributes travel
 * @param acceptedLogs ids of topics of observations to go on with though the state was made from
 *     another, or from more of it
 */
public record TopologySettings(
    TopicNames topics,
    Requests requests,
    FoldRules rules,
    Duration retention,
    CloudEvent.Mode mode,
    Set<String> acceptedLogs) {}
