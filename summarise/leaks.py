"""Whether a text shows a secret: as it is, or as it stands in JSON, in an address, or in base64.

Knows no secret itself.
"""

import base64
import json
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

SHORTEST = 8
"""A value of fewer characters is none that is worth hiding, such as "none" or "EMPTY" where a server wants no key; as a
part of other words it would be found everywhere."""


def shown(secrets: Mapping[str, str], data: Any) -> list[str]:
    """Return the names of the secrets whose value stands anywhere in JSON-like data, names of its fields included.

    `secrets` are values by name.
    """
    texts = list(texts_in(data))
    return [name for name, value in secrets.items() if any(form in text for form in forms(value) for text in texts)]


def texts_in(data: Any) -> Iterable[str]:
    """Yield every text in JSON-like data, and what is written of numbers."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, Mapping):
        for name, value in data.items():
            yield str(name)
            yield from texts_in(value)
    elif isinstance(data, list | tuple):
        for value in data:
            yield from texts_in(value)
    elif data is not None:
        yield str(data)


def forms(secret: str) -> set[str]:
    """Return how a secret may stand in a text; nothing for one that is too short to be one."""
    secret = secret.strip()
    if len(secret) < SHORTEST:
        return set()
    quoted = json.dumps(secret)[1:-1]
    plain = {secret, quoted, quote(secret, safe=""), json.dumps(secret, ensure_ascii=False)[1:-1]}
    return plain | _base64_of(secret)


def _base64_of(secret: str) -> set[str]:
    """Return the base64 of a secret wherever in a text it begins: at each of the three places in a group."""
    data = secret.encode()
    found = set()
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + data).decode()
        # What the neighbours have a part in is left out.
        whole = encoded[-(-before * 8 // 6) : (before + len(data)) * 8 // 6]
        found |= {whole, whole.replace("+", "-").replace("/", "_")}
    return found
