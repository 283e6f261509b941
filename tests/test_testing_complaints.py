"""Messages for failed recordings and replays."""

import json
import shlex
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vcr import VCR
from vcr.cassette import Cassette
from vcr.errors import CannotOverwriteExistingCassetteException
from vcr.record_mode import RecordMode
from vcr.request import Request

from summarise.testing.complaints import LONGEST, WIDTH, difference, incomplete, recording, unmatched

CHANGED = "test_news.py::test_it"
LONG = "The harbour of Vesterholm is dredged again this spring. " * 12


def asked(*said: str, uri: str = "https://api.example/v1/chat", **settings: Any) -> Request:
    messages = [{"role": "user", "content": text} for text in said]
    return Request("POST", uri, json.dumps({"messages": messages, **settings}), {})


def recorded(folder: Path, config: dict[str, Any], *requests: Request, mode: RecordMode = RecordMode.NONE) -> Cassette:
    """Return an open cassette with these requests, each with an empty response."""
    merged = VCR(**config).get_merged_config()
    matched = {name: merged[name] for name in ("match_on", "before_record_request", "before_record_response")}
    cassette = Cassette(folder / "any.yaml", record_mode=mode, **matched)
    for request in requests:
        cassette.append(request, {"status": {"code": 200, "message": "OK"}, "headers": {}, "body": {"string": b"{}"}})
    return cassette


def failure(cassette: Cassette, request: Request) -> str:
    """Return the message for a request that the cassette does not answer."""
    error = CannotOverwriteExistingCassetteException(cassette=cassette, failed_request=request)
    return unmatched(error, CHANGED)


@pytest.mark.parametrize("test", [CHANGED, "test_a.py::test_b[it's $HOME]", "my tests/test_a.py::test_b[`x`]"])
def test_the_command_can_be_pasted(test: str) -> None:
    """The test's name is quoted for the shell."""
    command = recording(test).removeprefix("run `").removesuffix("`")
    assert shlex.split(command) == ["pytest", "--record-mode=rewrite", test]


def test_a_changed_word_is_shown_however_far_down_it_stands(tmp_path: Path, vcr_config: dict[str, Any]) -> None:
    """The message shows the changed part of the line, from the nearest recorded request and the new one."""
    before, after = (f"1\n{LONG}The toll is {toll} a car. {LONG}\n3" for toll in ("€50", "€51"))
    cassette = recorded(tmp_path, vcr_config, asked("Something else."), asked(before), asked("Nothing of it."))
    said = failure(cassette, asked(after)).splitlines()
    shown = [line for line in said if line.startswith(("- ", "+ "))]
    assert [line[0] for line in shown] == ["-", "+"]
    assert "The toll is €50 a car" in shown[0]
    assert "The toll is €51 a car" in shown[1]
    assert "not the hints above" in said[0]
    assert said[-1].endswith("if that is meant, run `pytest --record-mode=rewrite test_news.py::test_it`")


def test_a_changed_setting_or_address_is_shown_by_its_name(tmp_path: Path, vcr_config: dict[str, Any]) -> None:
    cassette = recorded(tmp_path, vcr_config, asked("Hello.", seed=1))
    assert "- seed: 1\n+ seed: 2\n" in failure(cassette, asked("Hello.", seed=2))
    assert "a prompt, an article or a setting is not what it was" in failure(cassette, asked("Hello.", seed=2))


def test_another_server_than_the_recorded_one_is_told_with_how_to_set_it(
    tmp_path: Path, vcr_config: dict[str, Any]
) -> None:
    """The message has both addresses without credentials and the variables to set; loopback ports are ignored."""
    cassette = recorded(tmp_path, vcr_config, asked("Hello.", uri="http://127.0.0.1:8977/v1/chat"))
    said = failure(cassette, asked("Hello.", uri="https://me:secret@api.example/v1/chat?key=1"))
    assert "recorded from http://127.0.0.1/v1/chat, and is asked of https://api.example/v1/chat now" in said
    assert "SUMMARISE_MODEL with SUMMARISE_BASE_URL" in said
    assert "secret" not in said
    assert said.endswith(f"If another server is meant, {recording(CHANGED)}")
    again = failure(cassette, asked("Bye.", uri="http://127.0.0.1:1234/v1/chat"))
    assert "was recorded from" not in again


@given(st.lists(st.text(max_size=300), max_size=30), st.lists(st.text(max_size=300), max_size=30))
def test_a_difference_is_short_and_there_only_if_something_differs(before: list[str], after: list[str]) -> None:
    """The lines are limited in number and width."""
    lines = difference(asked(*after), [asked(*before)])
    assert len(lines) <= LONGEST
    assert all(len(line) <= WIDTH + 4 for line in lines)
    assert difference(asked(*after), [asked(*before), asked(*after)]) == []
    assert difference(asked(*after), [asked(*after[::-1]), asked(*after)]) == []


@pytest.mark.parametrize("mode", [RecordMode.NONE, RecordMode.NEW_EPISODES, RecordMode.ONCE, RecordMode.ALL])
def test_a_marked_test_that_asks_nothing_is_told(tmp_path: Path, vcr_config: dict[str, Any], mode: RecordMode) -> None:
    """In replays and recordings the message suggests a fixture with a wider scope as the cause."""
    said = incomplete(recorded(tmp_path, vcr_config, mode=mode), CHANGED)
    assert said is not None
    assert 'scope="function"' in said
    assert "cache=True" in said
    assert ("has no cassette: run" in said) == (mode is RecordMode.NONE)
    assert ("nothing was recorded" in said) == (mode is not RecordMode.NONE)


def test_what_is_not_played_is_told_in_a_replay_only(tmp_path: Path, vcr_config: dict[str, Any]) -> None:
    """A replay must play every interaction; a recording plays none."""
    first, second = asked("Hello."), asked("Goodbye.")
    cassette = recorded(tmp_path, vcr_config, first, second)
    cassette.rewound = True
    cassette.play_response(second)
    said = incomplete(cassette, CHANGED)
    assert said is not None
    assert said.startswith(
        "1 of 2 recorded interactions were not played (<Request (POST) https://api.example/v1/chat>)"
    )
    assert "cache=True" in said
    cassette.play_response(first)
    assert incomplete(cassette, CHANGED) is None
    assert incomplete(recorded(tmp_path, vcr_config, first, mode=RecordMode.NEW_EPISODES), CHANGED) is None
