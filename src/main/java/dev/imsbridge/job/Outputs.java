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
  private final List<Output> all = new ArrayList<>();

  Outputs(Input input) {
    this.input = input;
  }

  List<Output> all() {
    return Collections.unmodifiableList(all);
  }

  void add(Output output) {
    all.add(output);
  }

  /** Audits a decision that is not based on an answer. A null {@code jobId} means the root job. */
  void audit(Decision what, String why, String jobId) {
    add(new Audited(what, why, jobId, null, Map.of()));
  }

  /** Audits a decision. If the input is an answer, the entry refers to its body. */
  void audit(Decision what, String why, String jobId, Map<String, String> details) {
    String bodySha256 = input instanceof Input.Answered answered ? answered.bodySha256() : null;
    add(new Audited(what, why, jobId, bodySha256, new TreeMap<>(details)));
  }

  /** Audits that the status in an answer was not published. */
  void auditAnswer(Decision what, String why, JobNode node, JobAnswer answer) {
    String answered = JsonSize.cut(String.valueOf(answer.status()), JobNode.MAX_CODE);
    audit(
        what,
        why,
        node.jobId(),
        Map.of("known_status", String.valueOf(node.status()), "answered_status", answered));
  }

  /** Audits which parts of a published answer were cut or omitted, if any. */
  void auditOmissions(JobNode node, JobAnswer answer) {
    if (!answer.shortened().isEmpty()) {
      audit(
          Decision.ANSWER_TRUNCATED,
          "fields over their limit were cut or left out; the evidence has them whole",
          node.jobId(),
          Map.of("fields", String.join(" ", answer.shortened())));
    }
    if (!answer.unreadable().isEmpty()) {
      audit(
          Decision.ANSWER_PARTLY_READ,
          "the status was read; unreadable parts were left out; the evidence has the bytes",
          node.jobId(),
          Map.of("unreadable", String.join("; ", answer.unreadable())));
    }
  }
}
