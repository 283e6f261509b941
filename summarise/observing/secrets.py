"""Whether a text shows a secret, and the text without it: as it is, or as it stands in JSON, an address or base64.

Knows no secret itself.
"""

import base64
import html
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

ESCAPED = re.compile("%[0-9A-F]{2}")
SHORTEST = 8
"""A value of fewer characters is none that is worth hiding, such as "none" or "EMPTY" where a server wants no key; as a
part of other words it would be found everywhere."""
HIDDEN = "…"


def shown(secrets: Mapping[str, str], data: Any) -> list[str]:
    """Return the names of the secrets whose value stands anywhere in JSON-like data, names of its fields included.

    `secrets` are values by name.
    """
    texts = list(texts_in(data))
    return [name for name, value in secrets.items() if any(form in text for form in forms(value) for text in texts)]


def to_hide(secrets: Mapping[str, str]) -> tuple[str, ...]:
    """Return the values, of secrets by name, that are long enough to be one."""
    return tuple(value for value in secrets.values() if len(value.strip()) >= SHORTEST)


def without(secrets: Iterable[str], text: str) -> str:
    """Return `text` with "…" in place of every secret, in each of its forms; a short one is looked for as it is."""
    for secret in secrets:
        # No form is shorter, and most texts are.
        if len(text) < len(secret.strip()):
            continue
        for form in sorted({secret, json.dumps(secret)[1:-1], *forms(secret)}, key=len, reverse=True):
            text = text.replace(form, HIDDEN)
    return text


def hidden(secrets: Iterable[str], data: Any) -> Any:
    """Return JSON-like data with "…" in place of every secret in its texts."""
    if isinstance(data, str):
        return without(secrets, data)
    if isinstance(data, Mapping):
        return {name: hidden(secrets, value) for name, value in data.items()}
    return [hidden(secrets, value) for value in data] if isinstance(data, list | tuple) else data


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
    """Return how a secret may stand in a text: as it is, in JSON, in an address, in HTML, in hexadecimal, in base64.

    Nothing for one that is too short to be one.
    """
    secret = secret.strip()
    if len(secret) < SHORTEST:
        return set()
    # A variable of the environment may hold bytes that are no UTF-8.
    data = secret.encode("utf-8", "surrogateescape")
    in_json = {json.dumps(secret, ensure_ascii=ascii_only)[1:-1] for ascii_only in (True, False)}
    in_json |= {text.replace("/", "\\/") for text in in_json}
    in_address = {quote(data, safe=safe) for safe in ("", "/")}
    in_address |= {ESCAPED.sub(lambda found: found[0].lower(), text) for text in in_address}
    return {secret, html.escape(secret), data.hex(), *in_json, *in_address, *_base64_of(data)}


def _base64_of(data: bytes) -> set[str]:
    """Return the base64 of a secret wherever in a text it begins: at each of the three places in a group."""
    found = set()
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + data).decode()
        # What the neighbours have a part in is left out.
        whole = encoded[-(-before * 8 // 6) : (before + len(data)) * 8 // 6]
        found |= {whole, whole.replace("+", "-").replace("/", "_")}
    return found
