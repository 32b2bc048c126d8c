package dev.imsbridge.web.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** The status of this instance. Thread-safe; may block briefly, so call it on a worker. */
public interface InstanceStatus {

  /** Returns the instance in the shape of the OpenAPI document. */
  ObjectNode status();

  /**
   * Returns the partitions that this instance processes, and those whose state it keeps as a
   * standby copy.
   */
  List<PartitionStatus> partitions();
}
