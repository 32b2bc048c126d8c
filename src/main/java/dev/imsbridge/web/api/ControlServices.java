package dev.imsbridge.web.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imsbridge.control.ControlState;
import dev.imsbridge.control.ControlWriter;
import dev.imsbridge.control.NamedProjects;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The services that operators use at run time. Their methods are called on the event loop and must
 * not block, except those of the writer.
 *
 * @param levels the loggers of this instance that have a level of their own
 * @param config the settings of this instance in the shape of the OpenAPI document, without secrets
 */
public record ControlServices(
    NamedProjects projects,
    Supplier<ControlState> state,
    ControlWriter writer,
    Supplier<Map<String, String>> levels,
    ObjectNode config) {}
