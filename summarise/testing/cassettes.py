"""Cassettes: their content, kept headers, and the scan for keys."""

import copy
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from glob import escape
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

import yaml
from pydantic import SecretStr

from summarise.backends.http.credentials import is_loopback
from summarise.backends.replies import split
from summarise.observing.secrets import shown

# Request headers to keep. The encoding is only there if a body could not be decompressed.
ASKED = frozenset({"content-type", "content-encoding"})
# Response headers to keep. Not `retry-after`: a replay would wait as long as the recording did.
ANSWERED = ASKED | {
    *("allow", "cache-control", "content-disposition", "content-language", "content-range", "etag", "last-modified"),
    *("link", "location"),
}
LEFT_OUT = "left-out"
_SECRET = re.compile(
    r"(?!.*(page|next|continuation))"  # page tokens are not secret
    r"(.*(key|token|secret|password|passwd|credentials?|signature|sig)|(auth|code|session(_?id)?|sid|ticket|assertion))",
    re.IGNORECASE,
)
_PARAMETER = re.compile(r"(?:(?<=^)|(?<=[&;]))([^=&;]+)=([^&;]*)")


def clean_headers(headers: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Return the response headers to keep, cleaned; unreadable ones are dropped."""
    cleaned: dict[str, list[str]] = {}
    for name, values in headers.items():
        if name.lower() in ANSWERED:
            with suppress(ValueError):
                cleaned[name] = [_CLEAN.get(name.lower(), str)(value) for value in values]
    return cleaned


def clean_place(address: SplitResult) -> str:
    """Return an address's host and port, without credentials or the port on loopback."""
    place = address.netloc.rpartition("@")[2]
    return re.sub(r":\d*$", "", place) if is_loopback(address.hostname or "") else place


def _clean_location(text: str) -> str:
    """Return an address without credentials, secret query parameters and fragment."""
    address = urlsplit(text)
    query = _PARAMETER.sub(_clean_parameter, address.query)
    return address._replace(netloc=clean_place(address), query=query, fragment="").geturl()


def _clean_parameter(found: re.Match[str]) -> str:
    return f"{found[1]}={LEFT_OUT}" if _SECRET.fullmatch(unquote(found[1])) else found[0]


def _clean_link(text: str) -> str:
    return re.sub("<([^<>]*)>", lambda found: f"<{_clean_location(found[1])}>", text)


_CLEAN = {"location": _clean_location, "link": _clean_link}


def leaking(interactions: Iterable[tuple[Any, Mapping[str, Any]]], keys: Mapping[str, SecretStr]) -> list[str]:
    """Return the names of keys that the interactions contain."""
    said = [text for request, response in interactions for text in _written_texts(request, response)]
    return shown({name: secret.get_secret_value() for name, secret in keys.items()}, said)


def _written_texts(request: Any, response: Mapping[str, Any]) -> Iterator[str]:
    yield request.uri
    yield from map(str, (*request.headers.values(), *response["headers"].values(), response["status"]))
    for body in (request.body, response["body"].get("string")):
        yield body.decode(errors="replace") if isinstance(body, bytes) else str(body)


HIDDEN = "…"
# Keys of thoughts beside an answer.
KEYS = frozenset({"reasoning_content", "reasoning_details", "reasoning", "thinking", "reasoningContent"})
# Prefixes of the types of blocks with thoughts.
TYPES = ("thinking", "redacted_thinking", "reasoning")
# Fields of such blocks that reveal nothing.
PLAIN = frozenset({"type", "id", "index", "status", "format", "effort"})

# The object that contains a text, and its key.
_Text = tuple[dict[str, Any], str]


def without_thoughts(body: str) -> str:
    """Return a response's body with the model's thoughts replaced by "…"."""
    try:
        whole = json.loads(body)
    except (ValueError, RecursionError):
        return body
    before = json.dumps(whole)
    _hide_beside(whole)
    for texts in _answers(whole):
        _hide_within(texts)
    return body if json.dumps(whole) == before else json.dumps(whole, ensure_ascii=False)


def _hide_within(texts: list[_Text]) -> None:
    """Hide the thoughts within the texts of one answer, in place."""
    found = split("".join(holder[key] for holder, key in texts))
    if found.thoughts or found.open:
        # The first part gets the whole text.
        whole = f"<think>{HIDDEN}" + ("" if found.open else f"</think>{found.answer}")
        for number, (holder, key) in enumerate(texts):
            holder[key] = "" if number else whole


def _hide_beside(value: Any) -> None:
    """Hide the thoughts in fields of their own, in place."""
    if isinstance(value, list):
        for item in value:
            _hide_beside(item)
    if not isinstance(value, dict):
        return
    if isinstance(value.get("type"), str) and value["type"].startswith(TYPES):
        for key in value.keys() - PLAIN:
            value[key] = _hidden(value[key])
        return
    for key, inner in value.items():
        # "reasoning": {"effort": …} repeats the request's setting.
        told = key == "reasoning" and isinstance(inner, dict)
        if key in KEYS and not told:
            value[key] = _hidden(inner)
        else:
            _hide_beside(inner)


def _hidden(value: Any) -> Any:
    if isinstance(value, str):
        return HIDDEN if value else value
    if isinstance(value, list):
        return [_hidden(item) for item in value]
    if isinstance(value, dict):
        return {key: inner if key in PLAIN else _hidden(inner) for key, inner in value.items()}
    return value


def _answers(body: Any) -> Iterator[list[_Text]]:
    if isinstance(body, dict):
        yield from (_texts(choice.get("message")) for choice in _listed(body.get("choices")))
        yield _texts(body.get("message"))
        yield _texts(body)


def _texts(message: Any) -> list[_Text]:
    if not isinstance(message, dict):
        return []
    if isinstance(message.get("content"), str):
        return [(message, "content")]
    return [(part, "text") for part in _listed(message.get("content")) if isinstance(part.get("text"), str)]


def _listed(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


# pytest-recording shortens the end of longer names.
_WHOLE = 200


@contextmanager
def kept(cassette: Path) -> Iterator[None]:
    """Restore a cassette that is gone when the block ends; its name may lack the suffix."""
    name = escape(cassette.name[:_WHOLE])
    patterns = (f"{name}*",) if len(cassette.name) > _WHOLE else (name, f"{name}.*")
    before = {path: path.read_bytes() for pattern in patterns for path in cassette.parent.glob(pattern)}
    try:
        yield
    finally:
        for path, content in before.items():
            if not path.exists():
                path.write_bytes(content)


_ODD_LINE_END = re.compile("[\r\x85\u2028\u2029]")


class _Dumper(yaml.SafeDumper):
    """Writes multi-line text as blocks, and no anchors."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002  # the signature is PyYAML's
        return True


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    # Unless escaped, other line ends would be read back as LF.
    style = '"' if _ODD_LINE_END.search(text) else "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represent_text)


class ReadableSerializer:
    """Stores JSON bodies as data. It also reads cassettes of vcrpy."""

    @staticmethod
    def serialize(cassette: dict[str, Any]) -> str:
        """Return a cassette as YAML."""
        readable = copy.deepcopy(cassette)
        for interaction in readable["interactions"]:
            request, response = interaction["request"], interaction["response"]
            if request["body"]:
                request["body"] = _as_data(request["body"], otherwise=request["body"])
            body = response["body"]
            response["body"] = _as_data(body.get("string"), otherwise=body)
        return str(yaml.dump(readable, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110))

    @staticmethod
    def deserialize(text: str) -> dict[str, Any]:
        """Parse a cassette."""
        cassette: dict[str, Any] = yaml.safe_load(text)
        for interaction in cassette["interactions"]:
            request, response = interaction["request"], interaction["response"]
            if isinstance(request["body"], dict):
                request["body"] = json.dumps(request["body"]["json"])
            body = response["body"]
            if "json" in body:
                response["body"] = {"string": json.dumps(body["json"])}
        return cassette


def _as_data(text: Any, *, otherwise: Any) -> Any:
    with suppress(TypeError, ValueError):
        return {"json": json.loads(text)}
    return otherwise


def clean_request(request: Any) -> Any:
    """Remove keys, client headers, and the port on loopback."""
    cleaned = copy.copy(request)
    cleaned.headers = {name: value for name, value in request.headers.items() if name.lower() in ASKED}
    cleaned.uri = request.parsed_uri._replace(netloc=clean_place(request.parsed_uri)).geturl()
    return cleaned


def clean_response(response: dict[str, Any]) -> dict[str, Any]:
    """Remove headers, the model's thoughts, and all of `logprobs` but the numbers."""
    headers = clean_headers(response["headers"])
    try:
        text = response["body"]["string"].decode()
    except (AttributeError, UnicodeDecodeError):  # not text
        return {**response, "headers": headers}
    return {**response, "body": {"string": without_thoughts(_clean_body(text)).encode()}, "headers": headers}


def _clean_body(text: str) -> str:
    with suppress(ValueError, AttributeError, KeyError, TypeError):  # not a chat completion
        body = json.loads(text)
        listed = [choice for choice in body.get("choices", ()) if (choice.get("logprobs") or {}).get("content")]
        for choice in listed:
            tokens = choice["logprobs"]["content"]
            choice["logprobs"]["content"] = [{"logprob": round(token["logprob"], 4)} for token in tokens]
        return json.dumps(body, ensure_ascii=False) if listed else text
    return text
