"""Keys that are about to be written to a cassette.

Knows no cassette and stops nothing. A key that is split, as over the events of a stream, is not seen.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import SecretStr

from summarise.observing.secrets import shown


def leaking(interactions: Iterable[tuple[Any, Mapping[str, Any]]], keys: Mapping[str, SecretStr]) -> list[str]:
    """Return the names of the keys that would be written with these requests and responses."""
    said = [text for request, response in interactions for text in _texts(request, response)]
    return shown({name: secret.get_secret_value() for name, secret in keys.items()}, said)


def _texts(request: Any, response: Mapping[str, Any]) -> Iterator[str]:
    """Yield all that would be written of an interaction."""
    yield request.uri
    yield from map(str, (*request.headers.values(), *response["headers"].values(), response["status"]))
    for body in (request.body, response["body"].get("string")):
        yield body.decode(errors="replace") if isinstance(body, bytes) else str(body)
