package dev.imsbridge.ims;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.Locale;

/**
 * The body of an error, in any of the formats that the API gateway and IMS use: {@code
 * {"error_code", ...}}, {@code {"error":{"code", ...}}}, {@code {"message", ...}}, or {@code
 * {"itemNotFound":{...}}}, whose code is {@link #ITEM_NOT_FOUND}.
 *
 * @param json whether the body was a JSON object
 * @param code upper-case; empty if there was none
 * @param message empty if there was none
 * @param requestId null if there was none
 */
record ErrorBody(boolean json, String code, String message, String requestId) {
  static final String ITEM_NOT_FOUND = "ITEMNOTFOUND";
  static final ErrorBody NONE = new ErrorBody(false, "", "", null);
  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(64).build())
                  .build())
          .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .build();

  /** Reads the body of an error; {@link #NONE} if it is not a JSON object. */
  static ErrorBody read(byte[] body) {
    JsonNode root;
    try {
      root = MAPPER.readTree(body);
    } catch (IOException e) {
      return NONE;
    }
    if (!root.isObject()) {
      return NONE;
    }
    JsonNode error = firstObject(root);
    return new ErrorBody(
        true,
        root.path("itemNotFound").isObject()
            ? ITEM_NOT_FOUND
            : firstText(root, error, "error_code", "errorCode", "code").toUpperCase(Locale.ROOT),
        firstText(root, error, "error_msg", "errorMsg", "message"),
        root.path("request_id").isTextual() ? root.path("request_id").asText() : null);
  }

  // The name of a nested error object varies, for example error or itemNotFound. So it is the first
  // field whose value is an object.
  private static JsonNode firstObject(JsonNode root) {
    for (JsonNode value : root) {
      if (value.isObject()) {
        return value;
      }
    }
    return root;
  }

  private static String firstText(JsonNode root, JsonNode error, String... fields) {
    for (JsonNode object : new JsonNode[] {root, error}) {
      for (String field : fields) {
        JsonNode value = object.path(field);
        if (value.isValueNode() && !value.isNull() && !value.asText().isBlank()) {
          return value.asText().strip();
        }
      }
    }
    return "";
  }
}
