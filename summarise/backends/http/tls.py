"""Whom a connection trusts and what it shows of itself: CA bundle and client certificate, read into one TLS context.

A private key is read by the TLS library, and stands in no message.
"""

import ssl
from collections.abc import Callable
from pathlib import Path

from summarise.errors import ConfigurationError
from summarise.settings.model import Settings


def tls_context(settings: Settings, usual: Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
    """Return the TLS context that the settings ask for; `usual` makes the HTTP library's own, which reads variables.

    ConfigurationError, in one line, for a file that cannot be read or does not hold what it should, in PEM.
    """
    context = _trusting(settings.ca_bundle, usual)
    certificate, key = settings.client_cert, settings.client_key
    if certificate is None:
        if key is not None:
            raise ConfigurationError("client_key needs its certificate: set client_cert, too")
        return context
    for name, path in (("client_cert", certificate), ("client_key", key)):
        if path is not None:
            _require_file(name, path)
    try:
        # A password is not asked for: nobody may be there to type it.
        context.load_cert_chain(certificate, key, password=lambda: b"")
    except (OSError, ValueError):
        both = f"client_cert {certificate} and client_key {key}" if key else f"client_cert {certificate}"
        raise ConfigurationError(
            f"{both} cannot be used: PEM is needed, the key belonging to the certificate and without a password"
        ) from None
    return context


def _trusting(bundle: Path | None, usual: Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
    if bundle is None:
        try:
            return usual()
        except OSError as error:
            raise ConfigurationError(
                f"the certificates cannot be read ({type(error).__name__}): check SSL_CERT_FILE and SSL_CERT_DIR"
            ) from None
    _require_file("ca_bundle", bundle)
    try:
        return ssl.create_default_context(cafile=bundle)
    except (OSError, ValueError):
        raise ConfigurationError(f"ca_bundle {bundle} holds no certificate: it has to be a file in PEM") from None


def _require_file(name: str, path: Path) -> None:
    try:
        with path.open("rb"):
            pass
    except OSError as error:
        raise ConfigurationError(
            f"{name} {path} cannot be read ({error.strerror or type(error).__name__}): check the path"
        ) from None
