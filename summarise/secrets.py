"""Finds and removes secrets, in any encoding, and control characters."""

import base64
import html
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def without_control(text: str) -> str:
    """Return `text` without control characters, except tabs and line feeds."""
    return CONTROL.sub("", text)


def control_escaped(json: str) -> str:
    """Return a JSON text with its control characters escaped, except tabs and line feeds."""
    return CONTROL.sub(lambda match: f"\\u{ord(match[0]):04x}", json)


_PERCENT_CODE = re.compile("%[0-9A-F]{2}")
# Minimum length of a secret. Shorter values, such as "none", would match parts of words.
SHORTEST = 8
HIDDEN = "…"


def found_secrets(secrets: Mapping[str, str], data: Any) -> list[str]:
    """Return the names of the `secrets` that occur, plain or encoded, in the keys or values of JSON-like data."""
    texts = list(texts_in(data))
    return [name for name, value in secrets.items() if any(form in text for form in forms(value) for text in texts)]


def redactable(secrets: Mapping[str, str]) -> tuple[str, ...]:
    """Return the values of `secrets` that have at least `SHORTEST` characters."""
    return tuple(value for value in secrets.values() if len(value.strip()) >= SHORTEST)


def redact(secrets: Iterable[str], text: str) -> str:
    """Replace secrets in `text`, plain or encoded, by "…"."""
    for secret in secrets:
        # For speed: a text shorter than the secret contains neither the secret nor its encodings, which are longer.
        if len(text) < len(secret.strip()):
            continue
        for form in sorted({secret, json.dumps(secret)[1:-1], *forms(secret)}, key=len, reverse=True):
            text = text.replace(form, HIDDEN)
    return text


def redact_data(secrets: Iterable[str], data: Any) -> Any:
    """Replace secrets in the strings of JSON-like data by "…"; keys are not changed."""
    if isinstance(data, str):
        return redact(secrets, data)
    if isinstance(data, Mapping):
        return {name: redact_data(secrets, value) for name, value in data.items()}
    return [redact_data(secrets, value) for value in data] if isinstance(data, list | tuple) else data


def texts_in(data: Any) -> Iterable[str]:
    """Yield the keys and values of JSON-like data as strings."""
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
    """Return a secret and its encodings (JSON, HTML, URL, hex, base64); empty if it is shorter than `SHORTEST`."""
    secret = secret.strip()
    if len(secret) < SHORTEST:
        return set()
    # An environment variable may hold bytes that are not UTF-8.
    data = secret.encode("utf-8", "surrogateescape")
    in_json = {json.dumps(secret, ensure_ascii=ascii_only)[1:-1] for ascii_only in (True, False)}
    in_json |= {text.replace("/", "\\/") for text in in_json}
    in_address = {quote(data, safe=safe) for safe in ("", "/")}
    in_address |= {_PERCENT_CODE.sub(lambda match: match[0].lower(), text) for text in in_address}
    return {secret, html.escape(secret), data.hex(), *in_json, *in_address, *_base64_of(data)}


def _base64_of(data: bytes) -> set[str]:
    texts = set()
    # The encoding depends on the number of bytes before the data, modulo 3.
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + data).decode()
        # Without the first and last characters, which depend on the neighbouring bytes.
        text = encoded[-(-before * 8 // 6) : (before + len(data)) * 8 // 6]
        texts |= {text, text.replace("+", "-").replace("/", "_")}
    return texts
