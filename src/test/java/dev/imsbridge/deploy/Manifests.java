package dev.imsbridge.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The manifests of a variant. Follows the resources of its kustomization, without what kustomize
 * changes in them.
 *
 * @param files all files read, kustomizations included
 */
record Manifests(List<JsonNode> kustomizations, List<JsonNode> documents, Set<Path> files) {
  static final Path FOLDER = Path.of("deploy/kubernetes");
  private static final YAMLMapper YAML = new YAMLMapper();

  static Manifests of(String variant) throws IOException {
    Manifests manifests = new Manifests(new ArrayList<>(), new ArrayList<>(), new TreeSet<>());
    manifests.read(FOLDER.resolve(variant));
    return manifests;
  }

  private void read(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      files.add(path);
      try (MappingIterator<JsonNode> all =
          YAML.readerFor(JsonNode.class).readValues(Files.readString(path))) {
        all.forEachRemaining(documents::add);
      }
      return;
    }
    Path file = path.resolve("kustomization.yaml");
    files.add(file);
    JsonNode kustomization = YAML.readTree(Files.readString(file));
    kustomizations.add(kustomization);
    for (JsonNode resource : kustomization.get("resources")) {
      read(path.resolve(resource.asText()).normalize());
    }
    for (JsonNode generator : kustomization.path("configMapGenerator")) {
      generator.get("files").forEach(each -> files.add(path.resolve(each.asText())));
    }
  }

  List<JsonNode> kind(String... kinds) {
    Set<String> wanted = Set.of(kinds);
    return documents.stream().filter(each -> wanted.contains(each.get("kind").asText())).toList();
  }

  /** The StatefulSets and Deployments. */
  List<JsonNode> workloads() {
    return kind("StatefulSet", "Deployment");
  }

  Stream<JsonNode> containers() {
    return workloads().stream().map(each -> each.at("/spec/template/spec/containers/0"));
  }

  /** Whether the selector matches the labels of the pods of a workload. */
  static boolean selects(JsonNode selector, JsonNode workload) {
    JsonNode labels = workload.at("/spec/template/metadata/labels");
    return selector.properties().stream()
        .allMatch(each -> each.getValue().equals(labels.get(each.getKey())));
  }
}
