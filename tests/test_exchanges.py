"""Requests to cloud APIs and their answers, as their public documentation describes them.

The exchanges are written by hand (tests/exchanges/README.md); none was tried with an account.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from asking import Answer, Seen, serving
from pydantic import SecretStr

from summarise import Request, Settings, errors
from summarise.backends import open_backend
from summarise.data import Sampling
from summarise.settings.providers import providers

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


def answer_of(said: Mapping[str, Any]) -> Answer:
    headers = {name.replace("-", "_"): value for name, value in said.get("headers", {}).items()}
    body = json.dumps(said["body"]).replace("KEY", KEY)
    return Answer(said.get("status", 200), body, content_type="application/json", **headers)


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
    told = PAGES[page]
    exchange = told["exchanges"][name]
    row = providers()[told["provider"]]
    others = {str(other.key_variable): SecretStr(f"other-{other.name}-key") for other in providers().values()}

    def script(seen: Seen) -> Answer:
        return answer_of(exchange["answers"][seen.number])

    async with serving(script) as server:
        root = server.url.removesuffix("/v1")
        settings = Settings(
            base_urls={row.name: root + told["path"]},
            api_keys={**others, str(row.key_variable): SecretStr(KEY)},
            max_attempts=exchange.get("attempts", 2),
            **told.get("settings", {}),
            **exchange.get("settings", {}),
        )
        asked = Request(
            stage="draft",
            system="You summarise.",
            user="The harbour closes.",
            json_schema=FORM if exchange.get("asks") == "form" else None,
            sampling=Sampling(max_tokens=60),
            reasoning_room=exchange.get("room", 0),
        )
        async with open_backend(f"{row.name}:{told['model']}", settings) as backend:
            if "error" in exchange:
                kind, words = exchange["error"]
                with pytest.raises(getattr(errors, kind)) as caught:
                    await backend.complete(asked)
                assert words in str(caught.value)
                assert KEY not in str(caught.value)
            else:
                reply = (await backend.complete(asked)).model_dump()
                assert {field: reply[field] for field in exchange["reply"]} == exchange["reply"]
                assert (reply["reasoning_tokens"] > 0) >= exchange.get("thought", False)
    paths = exchange.get("to", told["to"])
    count = len(exchange["answers"])
    assert [seen.path for seen in server.seen] == (paths if isinstance(paths, list) else [paths] * count)
    for seen in server.seen:
        assert {header: seen.headers[header.lower()] for header in told["headers"]} == {
            header: value.replace("KEY", KEY) for header, value in told["headers"].items()
        }
        assert sum(KEY in value for value in seen.headers.values()) == 1
        assert "other-" not in str(seen.headers)
    last = server.seen[-1].body
    assert holds(last, exchange.get("sends", {}))
    assert not set(exchange.get("lacks", ())) & set(last)


def test_each_exchange_says_where_it_comes_from() -> None:
    for page in PAGES.values():
        assert page["sources"]
        assert all(source.startswith("https://") for source in page["sources"])
