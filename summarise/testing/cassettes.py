"""What a cassette holds, and how it is written: both sides of what was said, so that people can read it.

Reads no environment and knows no key: it keeps what is allowed, and so need not know what is secret.
"""

import copy
import json
import re
from contextlib import suppress
from typing import Any

import yaml

from summarise.testing.headers import ASKED, clean_headers, clean_place
from summarise.testing.thoughts import without_thoughts

_ODD_LINE_END = re.compile("[\r\x85\u2028\u2029]")


class _Dumper(yaml.SafeDumper):
    """Writes text of several lines as such, and no anchors, so that a cassette reads like what was said."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002  # the signature is PyYAML's
        return True


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    # Line ends of other kinds come back as ordinary ones unless they are written by their codes.
    style = '"' if _ODD_LINE_END.search(text) else "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represent_text)


class ReadableSerializer:
    """Keeps JSON bodies as data instead of as one long string.

    Any other body stays as vcrpy has it, so that cassettes which it wrote without this can be read.
    """

    @staticmethod
    def serialize(cassette: dict[str, Any]) -> str:
        """Write a cassette as YAML, with its bodies as data."""
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
        """Read a cassette and put its bodies back into JSON."""
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
    """Return JSON as data, and what is none as it was."""
    with suppress(TypeError, ValueError):
        return {"json": json.loads(text)}
    return otherwise


def clean_request(request: Any) -> Any:
    """Keep what is asked and drop how it got there: keys, the client's headers, the port of the day on loopback."""
    cleaned = copy.copy(request)
    cleaned.headers = {name: value for name, value in request.headers.items() if name.lower() in ASKED}
    cleaned.uri = request.parsed_uri._replace(netloc=clean_place(request.parsed_uri)).geturl()
    return cleaned


def clean_response(response: dict[str, Any]) -> dict[str, Any]:
    """Drop headers but for the kept, what the model thought, and all of tokens' probabilities but the number."""
    headers = clean_headers(response["headers"])
    try:
        text = response["body"]["string"].decode()
    except (AttributeError, UnicodeDecodeError):  # no text
        return {**response, "headers": headers}
    return {**response, "body": {"string": without_thoughts(_clean_body(text)).encode()}, "headers": headers}


def _clean_body(text: str) -> str:
    with suppress(ValueError, AttributeError, KeyError, TypeError):  # it is not what such a server says
        body = json.loads(text)
        listed = [choice for choice in body.get("choices", ()) if (choice.get("logprobs") or {}).get("content")]
        for choice in listed:
            tokens = choice["logprobs"]["content"]
            choice["logprobs"]["content"] = [{"logprob": round(token["logprob"], 4)} for token in tokens]
        return json.dumps(body, ensure_ascii=False) if listed else text
    return text
