package dev.imsbridge.topology;

import dev.imsbridge.job.FoldRules;
import dev.imsbridge.wire.CloudEvent;
import dev.imsbridge.wire.Requests;
import dev.imsbridge.wire.TopicNames;
import java.time.Duration;
import java.util.Set;

/**
 * The settings of the topology.
 *
 * @param topics the names of the bridge's topics
 * @param requests reads requests and knows the configured projects
 * @param rules the settings of the fold
 * @param retention how long an ended tree is kept
 * @param mode how CloudEvents attributes are encoded
 * @param acceptedLogs ids of observations topics to continue with, although the state was built
 *     from another topic or from records that are lost
 */
public record TopologySettings(
    TopicNames topics,
    Requests requests,
    FoldRules rules,
    Duration retention,
    CloudEvent.Mode mode,
    Set<String> acceptedLogs) {}
