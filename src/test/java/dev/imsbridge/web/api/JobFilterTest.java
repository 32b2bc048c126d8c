package dev.imsbridge.web.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imsbridge.job.Acceptance;
import dev.imsbridge.job.Evidence;
import dev.imsbridge.job.JobDetails;
import dev.imsbridge.job.JobNode;
import dev.imsbridge.job.JobRequest;
import dev.imsbridge.job.JobRequest.Correlation;
import dev.imsbridge.job.JobStatus;
import dev.imsbridge.job.JobTimes;
import dev.imsbridge.job.JobTree;
import dev.imsbridge.job.ProjectRef;
import dev.imsbridge.web.http.BadRequestException;
import io.vertx.core.MultiMap;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A misspelt filter must be rejected. Otherwise the client takes all jobs for the filtered ones.
 */
class JobFilterTest {
  private static final Instant NOW = Instant.parse("2024-11-06T06:00:00Z");

  private static final JobTree TREE = tree();

  private static JobTree tree() {
    Map<String, JobNode> nodes = new LinkedHashMap<>();
    nodes.put("root", node("root", null, "imsImportOvaImageJob", JobStatus.FAIL, "no Disk left"));
    nodes.put("child-7", node("child-7", "root", "imsCopyJob", JobStatus.SUCCESS, null));
    return new JobTree(
        new Acceptance(
            new JobRequest(
                "root",
                new ProjectRef("cn-north-4", "p1"),
                new TreeMap<>(Map.of("order", "a:b", "team", "Storage")),
                null,
                Correlation.NONE),
            new Evidence("requests", 0, 1),
            NOW,
            Set.of(),
            NOW),
        3,
        nodes,
        Map.of(),
        null,
        NOW,
        false);
  }

  private static JobNode node(
      String id, String parent, String type, JobStatus status, String failReason) {
    return new JobNode(
        id,
        parent,
        type,
        status,
        List.of(new JobNode.Stage(status, NOW)),
        new JobTimes(NOW, NOW),
        new JobDetails(null, failReason, List.of("image-of-" + id)),
        new JobNode.Polling(null, null, 1),
        new JobNode.Answers(List.of(), null, null));
  }

  private static JobFilter filter(String query) {
    MultiMap values = MultiMap.caseInsensitiveMultiMap();
    for (String each : query.split("&", -1)) {
      values.add(each.substring(0, each.indexOf('=')), each.substring(each.indexOf('=') + 1));
    }
    return JobFilter.of(values);
  }

  @ParameterizedTest
  @CsvSource({
    "state=ended,true",
    "state=open,false",
    "state=Ended,true",
    "status=FAIL,true",
    "status=SUCCESS,false",
    "status=fail,true",
    "status=failed,true",
    "status=succeeded,false",
    "outcome=FAILED,true",
    "outcome=fail,true",
    "outcome=LOST,false",
    "image=image-of-child-7,true",
    "image=image-of,false",
    "since=2024-11-06T06:00:00Z,true",
    "since=2024-11-06T06:00:00.001Z,false",
    "until=2024-11-06T06:00:00.001Z,true",
    "until=2024-11-06T06:00:00Z,false",
    "type=imsImportOvaImageJob,true",
    "type=imsCopyJob,false",
    "project=p1&region=cn-north-4,true",
    "project=p2,false",
    "label=order:a:b,true",
    "label=order:a,false",
    "label=order=a:b,true",
    "label=order=a,false",
    "label=ORDER=a:b,false",
    "q=CHILD-7,true",
    "q=image-of-child,true",
    "q=disk,true",
    "q=storage,true",
    "q=ovaimage,true",
    "q=nothing,false",
    "q=order:a,true",
    "q=order=a:b,true",
    "state=ended&status=FAIL&q=nothing,false"
  })
  void shouldTakeTheJobsThatAreMeant(String query, boolean taken) {
    assertThat(filter(query).wanted().test(TREE)).isEqualTo(taken);
  }

  @ParameterizedTest
  @CsvSource({
    "state=half,state",
    "status=DONE,status",
    "outcome=RUNNING,outcome",
    "since=yesterday,since",
    "until=10000-01-01T00:00:00Z,until",
    "limit=0,limit",
    "limit=501,limit",
    "limit=-1,limit",
    "limit=ten,limit",
    "label=order,label",
    "label=:x,label",
    "cursor=../x,cursor",
    "status=A&status=B,status",
    "colour=red,unknown parameter"
  })
  void shouldNameTheParameterThatMakesNoSense(String query, String named) {
    assertThatThrownBy(() -> filter(query))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining(named);
  }

  @Test
  void shouldRefuseWhatIsTooLong() {
    assertThatThrownBy(() -> filter("q=" + "x".repeat(257)))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("q");
  }

  @Test
  void shouldTakeTheLongestLabelThatARequestMayHave() {
    String label = "k".repeat(256) + ":" + "v".repeat(256);
    assertThat(filter("label=" + label).wanted().test(TREE)).isFalse();
    assertThatThrownBy(() -> filter("label=" + label + "v"))
        .isInstanceOf(BadRequestException.class);
  }
}
