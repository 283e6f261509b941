"""Keys that are about to be written to a cassette.

Knows no cassette and stops nothing. A key that comes in pieces, as in the words of a stream, is not seen.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

from pydantic import SecretStr

KEY_FROM = 8
"""Characters: what is shorter is no key but a word like "none" for a server that wants none, and may stand anywhere."""


def leaking(interactions: Iterable[tuple[Any, Mapping[str, Any]]], keys: Mapping[str, SecretStr]) -> list[str]:
    """Return the names of the keys that would be written with these requests and responses."""
    said = "\n".join(text for request, response in interactions for text in _texts(request, response))
    values = {name: secret.get_secret_value().strip() for name, secret in keys.items()}
    return [name for name, key in values.items() if len(key) >= KEY_FROM and any(form in said for form in _forms(key))]


def _forms(key: str) -> tuple[str, str, str]:
    """Return how a key may stand in a text: as it is, in JSON, in an address."""
    return key, json.dumps(key)[1:-1], quote(key, safe="")


def _texts(request: Any, response: Mapping[str, Any]) -> Iterator[str]:
    """Yield all that would be written of an interaction."""
    yield request.uri
    yield from map(str, (*request.headers.values(), *response["headers"].values(), response["status"]))
    for body in (request.body, response["body"].get("string")):
        yield body.decode(errors="replace") if isinstance(body, bytes) else str(body)
