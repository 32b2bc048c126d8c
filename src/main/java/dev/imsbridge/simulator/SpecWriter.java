package dev.imsbridge.simulator;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Writes what the simulator's own endpoints tell. */
final class SpecWriter {
  private SpecWriter() {}

  static byte[] created(String jobId) {
    return JsonText.bytes(
        json -> {
          json.writeStartObject();
          json.writeStringField("job_id", jobId);
          json.writeEndObject();
        });
  }

  static byte[] expected(ExpectedJob job, int gets) {
    return JsonText.bytes(
        json -> {
          json.writeStartObject();
          json.writeNumberField("gets", gets);
          json.writeFieldName("expected");
          writeExpected(json, job);
          json.writeEndObject();
        });
  }

  static byte[] catalogue(List<ExpectedJob> jobs) {
    return JsonText.bytes(
        json -> {
          json.writeStartArray();
          for (ExpectedJob job : jobs) {
            writeExpected(json, job);
          }
          json.writeEndArray();
        });
  }

  static byte[] stats(SimulatorStats stats, List<SimulatedJob> busiest) {
    return JsonText.bytes(
        json -> {
          json.writeStartObject();
          json.writeObjectFieldStart("requests");
          for (Map.Entry<RequestClass, Long> entry : new TreeMap<>(stats.requests()).entrySet()) {
            json.writeNumberField(entry.getKey().word(), entry.getValue());
          }
          json.writeEndObject();
          json.writeObjectFieldStart("faults");
          for (Map.Entry<FaultType, Long> entry : new TreeMap<>(stats.faults()).entrySet()) {
            json.writeNumberField(entry.getKey().word(), entry.getValue());
          }
          json.writeEndObject();
          json.writeNumberField("refused", stats.refused());
          json.writeNumberField("jobs", stats.jobs());
          json.writeObjectFieldStart("gets");
          for (SimulatedJob entry : busiest) {
            json.writeNumberField(entry.plan().jobId(), entry.gets());
          }
          json.writeEndObject();
          json.writeEndObject();
        });
  }

  static byte[] faults(List<ActiveFault> faults) {
    return JsonText.bytes(
        json -> {
          json.writeStartObject();
          json.writeArrayFieldStart("faults");
          for (ActiveFault active : faults) {
            json.writeStartObject();
            json.writeStringField("type", active.fault().type().word());
            json.writeNumberField("probability", active.fault().probability());
            if (active.fault().count() > 0) {
              json.writeNumberField("left", active.left());
            }
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  private static void writeExpected(JsonGenerator json, ExpectedJob job) throws IOException {
    json.writeStartObject();
    json.writeStringField("job_id", job.jobId());
    json.writeStringField("job_type", job.jobType());
    json.writeStringField("status", job.status().name());
    json.writeNumberField("ends_after_ms", job.duration().toMillis());
    json.writeStringField("error_code", job.errorCode());
    json.writeStringField("fail_reason", job.failReason());
    json.writeArrayFieldStart("image_ids");
    for (String imageId : job.imageIds()) {
      json.writeString(imageId);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("sub_jobs");
    for (ExpectedJob sub : job.subJobs()) {
      writeExpected(json, sub);
    }
    json.writeEndArray();
    json.writeEndObject();
  }
}
