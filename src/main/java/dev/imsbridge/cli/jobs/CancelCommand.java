package dev.imsbridge.cli.jobs;

import dev.imsbridge.cli.common.ConfiguredCommand;
import dev.imsbridge.cli.common.JobIdConverter;
import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.service.KafkaAccess;
import dev.imsbridge.terminal.Terminal;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code imsbridge cancel}: cancels requests, and returns when Kafka has acknowledged them. */
@Command(
    name = "cancel",
    description = {
      "Cancels requests. The jobs end as LOST with the reason CANCELLED, unless they have ended.",
      "IMS is not asked to stop them. They can be requested again."
    })
public final class CancelCommand extends ConfiguredCommand {
  @Parameters(paramLabel = "ID", arity = "1..*", description = "Ids of requested jobs.")
  private List<String> ids = List.of();

  @Option(names = "--json", description = "Print the positions of the cancellations as JSON.")
  private boolean json;

  public CancelCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  public Integer call() throws Exception {
    JobIdConverter.check(ids);
    BridgeConfig config = config();
    KafkaAccess kafka = KafkaAccess.of(config);
    String topic = config.topics().requests();
    kafka.partitions(List.of(topic));
    SentRequests sent =
        SentRequests.send(
            kafka, topic, ids.stream().distinct().map(NewRequest::cancelling).toList(), null);
    if (json) {
      sent.printJson(terminal.out(), kafka, config);
    } else {
      sent.print(terminal, terminal.out(), "sent the cancellation of", kafka, config);
    }
    return 0;
  }
}
