package dev.imsbridge.ims;

import dev.imsbridge.ims.Exchanged.NoReply;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.proxy.ProxyConnectException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/**
 * Describes in words why there was no answer. Quotes an exception's own message only for TLS, where
 * it says why the certificate is not trusted.
 */
final class TransportFailure {
  private static final int DEPTH = 8;
  private static final Pattern STATUS = Pattern.compile("status: \\d{3}");

  private TransportFailure() {}

  /** No connection was established. */
  static NoReply unconnected(Throwable failure) {
    ProxyConnectException refused = find(failure, ProxyConnectException.class);
    if (refused != null) {
      return byProxy(refused);
    }
    return find(failure, TimeoutException.class) != null
        ? transientFault("no connection within the connect timeout")
        : describe(failure);
  }

  // Do not quote the full message: it also contains the target host, but no credentials.
  private static NoReply byProxy(ProxyConnectException refused) {
    Matcher status = STATUS.matcher(String.valueOf(refused.getMessage()));
    if (!status.find()) {
      return transientFault("no connection by the proxy");
    }
    return status.group().equals("status: 407")
        ? new NoReply(FaultKind.REJECTED, "the proxy wants other credentials")
        : transientFault("the proxy gives no connection (" + status.group() + ")");
  }

  static NoReply describe(Throwable failure) {
    if (find(failure, SSLException.class) != null) {
      return transientFault(
          "TLS failed: "
              + Detail.of(
                  causes(failure).reduce((above, below) -> below).orElse(failure).getMessage()));
    }
    if (find(failure, TooLongFrameException.class) != null) {
      return new NoReply(FaultKind.MALFORMED, "headers over their bound");
    }
    if (find(failure, DecoderException.class) != null
        || failure instanceof IllegalArgumentException) {
      return new NoReply(FaultKind.MALFORMED, "not HTTP");
    }
    if (find(failure, UnknownHostException.class) != null) {
      return transientFault("the host name is not known");
    }
    if (find(failure, TimeoutException.class) != null) {
      return transientFault("no answer within the read timeout");
    }
    if (find(failure, ConnectException.class) != null) {
      return transientFault("no connection");
    }
    return transientFault("the connection broke off (" + failure.getClass().getSimpleName() + ")");
  }

  private static NoReply transientFault(String detail) {
    return new NoReply(FaultKind.TRANSIENT, detail);
  }

  private static Stream<Throwable> causes(Throwable failure) {
    return Stream.iterate(failure, Objects::nonNull, Throwable::getCause).limit(DEPTH);
  }

  private static <T extends Throwable> T find(Throwable failure, Class<T> type) {
    return causes(failure).filter(type::isInstance).map(type::cast).findFirst().orElse(null);
  }
}
