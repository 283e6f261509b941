"""Requests to cloud APIs and their answers, as their public documentation describes them.

The exchanges are written by hand (tests/exchanges/README.md); none was tried with an account.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from asking import ASKED, ask_model, keys_of_all, response
from fault_server import Fault, Seen, scripted_server

from summarise import SummariseError

KEY = "key-of-nobody-0123456789"
FOLDER = Path(__file__).parent / "exchanges"
PAGES = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))}
FORM = {
    "type": "object",
    "properties": {"colour": {"type": "string"}},
    "required": ["colour"],
    "additionalProperties": False,
}
pytestmark = pytest.mark.block_network(allowed_hosts=["127.0.0.1"])


def holds(sent: Any, expected: Any) -> bool:
    """Return whether `sent` equals `expected`, apart from additional fields."""
    if isinstance(expected, Mapping):
        return isinstance(sent, Mapping) and all(
            name in sent and holds(sent[name], value) for name, value in expected.items()
        )
    return bool(sent == expected)


@pytest.mark.parametrize(("page", "name"), [(page, name) for page in PAGES for name in PAGES[page]["exchanges"]])
async def test_a_cloud_is_asked_and_read_as_its_documentation_says(page: str, name: str) -> None:
    """No other provider's key is sent."""
    cloud = PAGES[page]
    assert all(source.startswith("https://") for source in cloud["sources"] or [""])
    exchange = cloud["exchanges"][name]

    def script(seen: Seen) -> Fault:
        answer = exchange["answers"][seen.number]
        return response(
            answer.get("status", 200), json.dumps(answer["body"]).replace("KEY", KEY), **answer.get("headers", {})
        )

    asked = ASKED.model_copy(
        update={
            "system": "You summarise.",
            "user": "The harbour closes.",
            "json_schema": FORM if exchange.get("asks") == "form" else None,
            "sampling": ASKED.sampling.model_copy(update={"max_tokens": 60}),
            "reasoning_room": exchange.get("room", 0),
        }
    )
    async with scripted_server(script) as server:
        settings: dict[str, Any] = {
            "base_urls": {cloud["provider"]: server.url.removesuffix("/v1") + cloud["path"]},
            "api_keys": keys_of_all(cloud["provider"], KEY),
            "max_attempts": exchange.get("attempts", 2),
            **cloud.get("settings", {}),
            **exchange.get("settings", {}),
        }
        call = ask_model(f"{cloud['provider']}:{cloud['model']}", asked, **settings)
        if "error" in exchange:
            kind, words = exchange["error"]
            with pytest.raises(SummariseError) as caught:
                await call
            assert kind in {base.__name__ for base in type(caught.value).__mro__}
            assert words in str(caught.value)
            assert KEY not in str(caught.value)
        else:
            reply = (await call)[0].model_dump()
            assert {field: reply[field] for field in exchange["reply"]} == exchange["reply"]
            assert (reply["reasoning_tokens"] > 0) >= exchange.get("thought", False)
    paths = exchange.get("to", cloud["to"])
    assert [seen.path for seen in server.seen] == (
        paths if isinstance(paths, list) else [paths] * len(exchange["answers"])
    )
    for seen in server.seen:
        for header, value in cloud["headers"].items():
            assert seen.headers[header.lower()] == value.replace("KEY", KEY)
        assert sum(KEY in value for value in seen.headers.values()) == 1
        assert "other-" not in str(seen.headers)
    last = server.asked[-1]
    assert holds(last, exchange.get("sends", {}))
    assert not set(exchange.get("lacks", ())) & set(last)
