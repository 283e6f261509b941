"""Reads and writes cassettes (recorded HTTP calls) without secrets."""

import copy
import json
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from difflib import SequenceMatcher, unified_diff
from textwrap import TextWrapper
from typing import Any
from urllib.parse import unquote, urlsplit

import yaml
from pydantic import SecretStr
from vcr.cassette import Cassette
from vcr.errors import CannotOverwriteExistingCassetteException
from vcr.request import Request

from summarise.backends.http.transport import is_loopback
from summarise.secrets import found_secrets

# Request headers to keep. The encoding is present only if a body could not be decompressed.
REQUEST_HEADERS = frozenset({"content-type", "content-encoding"})
# Response headers to keep. With `retry-after`, a replay would wait as long as the recording.
RESPONSE_HEADERS = REQUEST_HEADERS | {"cache-control", "etag", "last-modified", "location"}
# a parameter of an address whose value is a secret
_SECRET = re.compile(
    r"key|token|secret|passw|credential|signature|session|^(?:auth|code|sig|sid|ticket|assertion)$", re.IGNORECASE
)
_PARAMETER = re.compile(r"(?:(?<=^)|(?<=[&;]))([^=&;]+)=([^&;]*)")


def clean_headers(headers: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Return the response headers to keep. `Location` loses its secrets, or is left out if it is invalid."""
    cleaned: dict[str, list[str]] = {}
    for name, values in headers.items():
        if name.lower() in RESPONSE_HEADERS:
            with suppress(ValueError):
                cleaned[name] = list(map(_clean_location, values)) if name.lower() == "location" else list(values)
    return cleaned


def clean_address(address: str) -> str:
    """Return an address without credentials, and without the port on loopback."""
    parts = urlsplit(address)
    place = parts.netloc.rpartition("@")[2]
    if is_loopback(parts.hostname or ""):
        place = re.sub(r":\d*$", "", place)
    return parts._replace(netloc=place).geturl()


def _clean_location(address: str) -> str:
    parts = urlsplit(clean_address(address))
    return parts._replace(query=_PARAMETER.sub(_clean_parameter, parts.query), fragment="").geturl()


def _clean_parameter(found: re.Match[str]) -> str:
    return f"{found[1]}=left-out" if _SECRET.search(unquote(found[1])) else found[0]


def leaking(interactions: Iterable[tuple[Any, Mapping[str, Any]]], keys: Mapping[str, SecretStr]) -> list[str]:
    """Return the names of the API keys that appear in recorded interactions."""
    texts = [text for request, response in interactions for text in _written_texts(request, response)]
    return found_secrets({name: secret.get_secret_value() for name, secret in keys.items()}, texts)


def _written_texts(request: Any, response: Mapping[str, Any]) -> Iterator[str]:
    yield request.uri
    yield from map(str, (*request.headers.values(), *response["headers"].values(), response["status"]))
    for body in (request.body, response["body"].get("string")):
        yield body.decode(errors="replace") if isinstance(body, bytes) else str(body)


_ODD_LINE_END = re.compile("[\r\x85\u2028\u2029]")


class _Dumper(yaml.SafeDumper):
    """Writes multi-line text as blocks, and no aliases."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002  # the signature is PyYAML's
        return True


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    # Other line ends than LF are escaped, because YAML would read them as LF.
    style = '"' if _ODD_LINE_END.search(text) else "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represent_text)


class ReadableSerializer:
    """A serializer for vcrpy that stores JSON bodies as YAML data, and also reads vcrpy's own cassettes."""

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
    """Return a request to record: few headers, no keys, and no port of a local server."""
    cleaned = copy.copy(request)
    cleaned.headers = {name: value for name, value in request.headers.items() if name.lower() in REQUEST_HEADERS}
    cleaned.uri = clean_address(request.uri)
    return cleaned


def clean_response(response: dict[str, Any]) -> dict[str, Any]:
    """Return a response to record: few headers, and no tokens in `logprobs`."""
    headers = clean_headers(response["headers"])
    try:
        text = response["body"]["string"].decode()
    except (AttributeError, UnicodeDecodeError):  # not text
        return {**response, "headers": headers}
    return {**response, "body": {"string": _clean_body(text).encode()}, "headers": headers}


def _clean_body(text: str) -> str:
    with suppress(ValueError, AttributeError, KeyError, TypeError):  # not a chat completion
        body = json.loads(text)
        with_tokens = [choice for choice in body.get("choices", ()) if (choice.get("logprobs") or {}).get("content")]
        for choice in with_tokens:
            tokens = choice["logprobs"]["content"]
            choice["logprobs"]["content"] = [{"logprob": round(token["logprob"], 4)} for token in tokens]
        return json.dumps(body, ensure_ascii=False) if with_tokens else text
    return text


# maximum number of lines that show a difference, and of characters in each of them
LONGEST, WIDTH = 20, 100
_WRAPPER = TextWrapper(WIDTH, expand_tabs=False, replace_whitespace=False, drop_whitespace=False)


def difference(request: Request, recorded: Sequence[Request]) -> list[str]:
    """Compare a request with the most similar recorded one. Returns lines that begin with "-" (recorded) or "+" (new).

    `recorded` must not be empty.
    """
    new = _lines(request)
    old = max(map(_lines, recorded), key=lambda lines: SequenceMatcher(None, lines, new, autojunk=False).ratio())
    _, _, *lines = [*unified_diff(old, new, n=0, lineterm="")] or ("", "")
    changes = [f"{line[0]} {line[1:]}" for line in lines if line[0] in "-+"]
    if len(changes) > LONGEST:
        return [*changes[: LONGEST - 1], f"… and {len(changes) - LONGEST + 1} more lines"]
    return changes


def _lines(request: Request) -> list[str]:
    body = request.body or b""
    text = body.decode(errors="replace") if isinstance(body, bytes) else str(body)
    with suppress(ValueError):
        # Escaped line ends become line ends, so that the changed line of a prompt is found.
        text = json.dumps(json.loads(text), indent=0, sort_keys=True, ensure_ascii=False).replace("\\n", "\n")
    return [piece for line in (f"{request.method} {request.uri}", *text.split("\n")) for piece in _WRAPPER.wrap(line)]


_NOTHING_RECORDED = (
    "check that the test calls a model and does not set cache=True; a call in a fixture for a class, module or session "
    'is never recorded (set scope="function"); or remove the mark'
)


def unmatched(error: CannotOverwriteExistingCassetteException, test: str) -> str:
    """Return advice about a request that was not recorded."""
    if not len(error.cassette):
        return f"nothing was recorded yet: {recording(test)}"
    lines = ["Ignore the hints above: for a test that uses summarise.testing, do the following."]
    request = error.failed_request and error.cassette.filter_request(error.failed_request)
    if request and (changes := difference(request, error.cassette.requests)):
        lines += ["Differences between the most similar recorded request (-) and the new request (+):", *changes]
        why = "a prompt, an article, a setting or the server's address has changed since the recording"
    else:
        why = "the same request was recorded, but is sent more often now"
    return "\n".join([*lines, f"{why}: if that is intended, {recording(test)}"])


def incomplete(cassette: Cassette, test: str) -> str | None:
    """Return an error message if a cassette is empty or not fully played."""
    replays = cassette.write_protected
    if not len(cassette):
        start = f"the test is marked vcr, but has no cassette: {recording(test)}; if that records nothing, "
        return (start if replays else "the test is marked vcr, but nothing was recorded: ") + _NOTHING_RECORDED
    places = [str(request) for index, request in enumerate(cassette.requests) if not cassette.play_counts[index]]
    if not replays or not places:
        return None
    return (
        f"{len(places)} of {len(cassette)} recorded interactions were not played "
        f"({', '.join(dict.fromkeys(places))}): if fewer calls are intended, {recording(test)}; "
        "if the test sets cache=True, an answer may have come from the cache: remove that setting"
    )


def recording(test: str) -> str:
    """Return an instruction to record a test again."""
    return f"run `pytest --record-mode=rewrite {shlex.quote(test)}`"
