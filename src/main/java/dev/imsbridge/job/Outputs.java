package dev.imsbridge.job;

import dev.imsbridge.job.Output.Audited;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Collects the outputs of one input, in order. Used for one input, on one thread. */
final class Outputs {
  private final Input input;
  private final List<Output> outputs = new ArrayList<>();

  Outputs(Input input) {
    this.input = input;
  }

  List<Output> outputs() {
    return Collections.unmodifiableList(outputs);
  }

  void say(Output output) {
    outputs.add(output);
  }

  /** Audits a decision that is not based on an answer. A null {@code jobId} means the root job. */
  void audit(Decision what, String why, String jobId) {
    say(new Audited(what, why, jobId, null, Map.of()));
  }

  /** Audits a decision. If the input is an answer, the entry refers to its body. */
  void audit(Decision what, String why, String jobId, Map<String, String> details) {
    String bodySha256 = input instanceof Input.Answered answered ? answered.bodySha256() : null;
    say(new Audited(what, why, jobId, bodySha256, new TreeMap<>(details)));
  }
}
