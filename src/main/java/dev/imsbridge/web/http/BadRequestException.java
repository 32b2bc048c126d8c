package dev.imsbridge.web.http;

/** An invalid request. The message is sent to the client with status 400. */
public final class BadRequestException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public BadRequestException(String detail) {
    super(detail, null, false, false);
  }
}
