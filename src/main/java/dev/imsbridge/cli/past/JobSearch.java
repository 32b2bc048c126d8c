package dev.imsbridge.cli.past;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imsbridge.cli.common.Label;
import dev.imsbridge.history.PublishedEvent;
import dev.imsbridge.history.TopicReader;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Finds the root jobs of transitions that have a label or name an image. Finds jobs that the bridge
 * has forgotten, because transitions are retained without limit.
 *
 * @param text a text that the value of each wanted record contains
 * @param wanted selects events
 */
record JobSearch(String text, Predicate<PublishedEvent> wanted) {
  /** Earlier jobs are left out. */
  static final int MOST = 20;

  static JobSearch label(Label label) {
    return new JobSearch(
        // Characters that JSON escapes differ in the record.
        label.value().matches("[\\w .:/-]*") ? label.value() : "",
        event -> {
          JsonNode value = event.data().path("labels").path(label.name());
          return value.isTextual() && value.asText().equals(label.value());
        });
  }

  static JobSearch image(String id) {
    return new JobSearch(
        id,
        event -> {
          for (JsonNode image : event.data().path("image_ids")) {
            if (image.asText().equals(id)) {
              return true;
            }
          }
          return false;
        });
  }

  /** Reads all transitions. Returns at most 20 root jobs, those with the latest events. */
  List<String> find(TopicReader transitions, Consumer<TopicReader.Progress> progress) {
    Map<String, PublishedEvent> latest = new LinkedHashMap<>();
    while (!transitions.done()) {
      for (ConsumerRecord<byte[], byte[]> record : transitions.next()) {
        if (PublishedEvent.mentions(record, text)) {
          PublishedEvent.read(record).filter(wanted).ifPresent(event -> keep(latest, event));
        }
      }
      progress.accept(transitions.progress());
    }
    List<PublishedEvent> events = new ArrayList<>(latest.values());
    events.sort(Comparator.comparing(PublishedEvent::observedAt));
    return events.stream().map(PublishedEvent::rootJobId).toList();
  }

  private static void keep(Map<String, PublishedEvent> latest, PublishedEvent event) {
    latest.merge(
        event.rootJobId(),
        event,
        (one, other) -> one.observedAt().isAfter(other.observedAt()) ? one : other);
    if (latest.size() > MOST) {
      latest.values().stream()
          .min(Comparator.comparing(PublishedEvent::observedAt))
          .ifPresent(oldest -> latest.remove(oldest.rootJobId()));
    }
  }
}
