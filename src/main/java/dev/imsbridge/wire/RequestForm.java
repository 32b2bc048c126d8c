package dev.imsbridge.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;

/**
 * Finds the request in a value: removes the quotes and envelopes that serializers and connectors
 * add. Accepts UTF-8 text, a JSON string, Kafka Connect's envelope of {@code schema} and {@code
 * payload}, and a structured CloudEvent. The value of a binary CloudEvent is its data and needs no
 * unwrapping. Recognizes other encodings only to name them in the reason.
 *
 * <p>Pure functions. The caller limits the size of a value; each layer is parsed once, and a value
 * has at most {@link #MAX_LAYERS} of them.
 */
final class RequestForm {
  static final int MAX_LAYERS = 4;

  private static final String HINT = "; send a job id or JSON as UTF-8 text";

  /** The value has no usable request. The message names the reason without content of the value. */
  static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    RefusedException(String reason) {
      super(reason, null, false, false);
    }
  }

  private RequestForm() {}

  /**
   * Returns the request in a value: a text without surrounding white space, which should be a job
   * id, or a JSON object, which should have a {@code job_id}. Its fields are not checked.
   */
  static JsonNode unwrap(byte[] value) throws RefusedException {
    return bytes(value, MAX_LAYERS);
  }

  private static JsonNode bytes(byte[] value, int layers) throws RefusedException {
    String encoding = foreignEncoding(value);
    if (encoding != null) {
      throw new RefusedException(encoding + HINT);
    }
    try {
      return text(UTF_8.newDecoder().decode(ByteBuffer.wrap(value)).toString(), layers);
    } catch (CharacterCodingException e) {
      throw new RefusedException("not UTF-8 text" + HINT);
    }
  }

  /** Names the encoding of a value by its first bytes; returns null if it may be UTF-8. */
  private static String foreignEncoding(byte[] value) {
    if (value.length >= 2 && (starts(value, 0xfe, 0xff) || starts(value, 0xff, 0xfe))) {
      return "UTF-16 text";
    }
    // Without a mark: each request begins with two ASCII characters. The schema id after the first
    // byte of the Confluent wire format is a small number, so its second byte is 0.
    if (value.length >= 4
        && (value[0] == 0) == (value[2] == 0)
        && (value[1] == 0) == (value[3] == 0)
        && (value[0] == 0) != (value[1] == 0)) {
      return "UTF-16 text";
    }
    if (value.length >= 5 && value[0] == 0) {
      return "Confluent wire format, written by a serializer of a schema registry";
    }
    if (starts(value, 'O', 'b', 'j', 1)) {
      return "an Avro file";
    }
    return starts(value, 0xc3, 0x01) ? "an Avro single object" : null;
  }

  private static boolean starts(byte[] value, int... bytes) {
    for (int i = 0; i < bytes.length; i++) {
      if (i >= value.length || (value[i] & 0xff) != bytes[i]) {
        return false;
      }
    }
    return true;
  }

  private static JsonNode text(String given, int layers) throws RefusedException {
    String text = Json.withoutMark(given).strip();
    if (text.startsWith("[")) {
      throw new RefusedException("a JSON array; send one record per request");
    }
    if (!text.startsWith("{") && !text.startsWith("\"")) {
      return TextNode.valueOf(text);
    }
    JsonNode json;
    try {
      json = Json.read(text);
    } catch (IOException e) {
      throw new RefusedException("not valid JSON");
    }
    return json.isTextual() ? inside(json, "JSON string", layers) : object(json, layers);
  }

  private static JsonNode object(JsonNode json, int layers) throws RefusedException {
    if (json.has("job_id")) {
      return json;
    }
    if (json.size() == 2 && json.has("schema") && json.has("payload")) {
      return inside(json.get("payload"), "payload of the Kafka Connect envelope", layers);
    }
    if (!json.has("specversion")) {
      return json;
    }
    JsonNode base64 = json.path("data_base64");
    if (!base64.isTextual()) {
      return inside(json.path("data"), "data of the CloudEvent", layers);
    }
    try {
      return bytes(base64.binaryValue(), nextLayer(layers));
    } catch (IOException e) {
      throw new RefusedException("data_base64 of the CloudEvent is not Base64");
    }
  }

  private static JsonNode inside(JsonNode json, String what, int layers) throws RefusedException {
    if (json.isTextual()) {
      return text(json.asText(), nextLayer(layers));
    }
    if (json.isObject()) {
      return object(json, nextLayer(layers));
    }
    throw new RefusedException(
        "the %s is not a request; a request is a job id or an object with job_id".formatted(what));
  }

  private static int nextLayer(int layers) throws RefusedException {
    if (layers == 0) {
      throw new RefusedException("more than %s envelopes around the request".formatted(MAX_LAYERS));
    }
    return layers - 1;
  }
}
