package dev.imsbridge.service;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imsbridge.embedded.LockedFile;
import dev.imsbridge.terminal.SafeText;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.kafka.common.utils.Utils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The {@code group.instance.id} of this instance, which makes it a static member of its consumer
 * groups (KIP-345). If it is killed and started again, it takes the place of the dead member at
 * once. Without an id, the partitions stay unassigned until the session of the dead member has
 * expired.
 *
 * <p>A file in the state directory holds a random UUID. The id is derived from this UUID and the
 * advertised address. The file is locked until {@link #close}, so that no two processes have the
 * same id. Immutable.
 *
 * @param file null without an id
 * @param id empty if the instance is to be a dynamic member
 */
record GroupInstance(LockedFile file, Optional<String> id) implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(GroupInstance.class);
  private static final Pattern UUID_FORMAT =
      Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
  private static final int UUID_LENGTH = 36;

  /**
   * Derives the id. The result has no id if another process holds the file, or if the file cannot
   * be written.
   *
   * @param address the advertised address. Kafka keeps the address of a static member that joins
   *     again, so a new address gives a new id.
   */
  static GroupInstance acquire(Path stateDirectory, Roles roles, String address) {
    Path path = stateDirectory.resolve("group-instance-" + roles.name().toLowerCase(Locale.ROOT));
    LockedFile file = null;
    String reason = "in use";
    try {
      file = LockedFile.lock(path).orElse(null);
      if (file != null) {
        byte[] seed = (readOrCreate(file.channel()) + ' ' + address).getBytes(UTF_8);
        return new GroupInstance(file, Optional.of(UUID.nameUUIDFromBytes(seed).toString()));
      }
    } catch (IOException e) {
      reason = SafeText.reason(e);
      Utils.closeQuietly(file, path.toString());
    }
    LOG.info(
        "cannot use {} ({}): running as a dynamic group member; after a kill, partitions stay"
            + " unassigned until the session times out",
        path,
        reason);
    return new GroupInstance(null, Optional.empty());
  }

  private static String readOrCreate(FileChannel file) throws IOException {
    String stored = new String(Channels.newInputStream(file).readNBytes(UUID_LENGTH + 1), UTF_8);
    if (UUID_FORMAT.matcher(stored).matches()) {
      return stored;
    }
    String created = UUID.randomUUID().toString();
    file.truncate(0);
    file.write(ByteBuffer.wrap(created.getBytes(UTF_8)), 0);
    return created;
  }

  @Override
  public void close() {
    if (file != null) {
      file.close();
    }
  }
}
