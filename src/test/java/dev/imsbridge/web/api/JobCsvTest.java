package dev.imsbridge.web.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A fail reason and labels are texts of others, and the list is opened in a spreadsheet. */
class JobCsvTest {
  @Test
  void shouldQuoteWhatSeparates() {
    assertThat(JobCsv.field("plain text")).isEqualTo("plain text");
    assertThat(JobCsv.field("a,b")).isEqualTo("\"a,b\"");
    assertThat(JobCsv.field("a \"b\"")).isEqualTo("\"a \"\"b\"\"\"");
    assertThat(JobCsv.field("a\nb")).isEqualTo("\"a\nb\"");
  }

  @Test
  void shouldWriteNoFormula() {
    assertThat(JobCsv.field("=1+1")).isEqualTo("'=1+1");
    assertThat(JobCsv.field("+1")).isEqualTo("'+1");
    assertThat(JobCsv.field("-1")).isEqualTo("'-1");
    assertThat(JobCsv.field("@SUM(A1)")).isEqualTo("'@SUM(A1)");
    assertThat(JobCsv.field("=HYPERLINK(\"http://x\",\"y\")"))
        .isEqualTo("\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\"");
    assertThat(JobCsv.field("\r=1")).isEqualTo("\"'\r=1\"");
  }

  @Test
  void shouldWriteOneLinePerJob() {
    ObjectNode job = ApiJson.object().put("job_id", "-a").put("status", "FAIL");
    job.putArray("image_ids").add("i1").add("i2");
    job.putObject("labels").put("order", "4711");
    job.putNull("outcome");

    assertThat(JobCsv.of(List.of(job)).toString())
        .isEqualTo(
            "job_id,job_type,status,outcome,region,project_id,requested_at,begin_time,end_time,"
                + "changed_at,ended_at,image_ids,labels,error_code,fail_reason\r\n"
                + "'-a,,FAIL,,,,,,,,,i1 i2,\"{\"\"order\"\":\"\"4711\"\"}\",,\r\n");
  }
}
