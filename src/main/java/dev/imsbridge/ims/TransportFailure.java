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
 * Describes why there was no answer. Quotes an exception's own message only for TLS, where it says
 * why the certificate is not trusted.
 */
final class TransportFailure {
  static final String PROXY_AUTHENTICATION =
      "the proxy rejected the credentials (407): check ims.proxy.user and ims.proxy.password";

  private static final int MAX_CAUSES = 8;
  private static final Pattern STATUS = Pattern.compile("status: \\d{3}");

  private TransportFailure() {}

  /** Describes why no connection was established. */
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
      return transientFault("the proxy refused the connection");
    }
    return status.group().equals("status: 407")
        ? new NoReply(FaultKind.REJECTED, PROXY_AUTHENTICATION)
        : transientFault("the proxy refused the connection (" + status.group() + ")");
  }

  /** Describes the failure of a call. */
  static NoReply describe(Throwable failure) {
    if (find(failure, SSLException.class) != null) {
      return transientFault(
          "TLS failed: "
              + Detail.of(
                  causes(failure).reduce((above, below) -> below).orElse(failure).getMessage()));
    }
    if (find(failure, TooLongFrameException.class) != null) {
      return new NoReply(FaultKind.MALFORMED, "headers exceed the size limit");
    }
    if (find(failure, DecoderException.class) != null
        || failure instanceof IllegalArgumentException) {
      return new NoReply(FaultKind.MALFORMED, "not a valid HTTP answer");
    }
    if (find(failure, UnknownHostException.class) != null) {
      return transientFault("unknown host name");
    }
    if (find(failure, TimeoutException.class) != null) {
      return transientFault("no answer within the read timeout");
    }
    if (find(failure, ConnectException.class) != null) {
      return transientFault("cannot connect");
    }
    return transientFault("the connection failed (" + failure.getClass().getSimpleName() + ")");
  }

  private static NoReply transientFault(String detail) {
    return new NoReply(FaultKind.TRANSIENT, detail);
  }

  private static Stream<Throwable> causes(Throwable failure) {
    return Stream.iterate(failure, Objects::nonNull, Throwable::getCause).limit(MAX_CAUSES);
  }

  private static <T extends Throwable> T find(Throwable failure, Class<T> type) {
    return causes(failure).filter(type::isInstance).map(type::cast).findFirst().orElse(null);
  }
}
