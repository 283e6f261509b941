"""Reasoning models: on every wire the answer is used, the reasoning is not, and at most one call is lost.

`python tests/test_thinking.py` updates the tables in docs/thinking.md.
"""

import re
import sys
from pathlib import Path
from typing import Any

import pytest
from command_line import Capture, run
from invented import CABLES
from thinking_server import NAMES, REFUSES, REFUSING, ROWS, Model, effort_table, model_of, played, refusals, thinking
from wire_answers import MARK, Wire

pytestmark = pytest.mark.block_network(allowed_hosts=["127.0.0.1"])

PAGE = Path(__file__).parent.parent / "docs" / "thinking.md"
TABLE = re.compile(r"(?<=<!-- table -->\n).*(?=<!-- end of table -->)", re.DOTALL)
WORDS = re.compile(r"(?<=<!-- words -->\n).*(?=<!-- end of words -->)", re.DOTALL)
# The wires of the table in the page.
SHOWN: tuple[Wire, ...] = ("openai", "anthropic", "ollama")
BEHAVIOURS = (*(name for name, _ in ROWS), REFUSING)


def outcomes_of(behaviour: str) -> list[str]:
    """Return the page's outcomes for a behaviour, by wire."""
    found = re.search(rf"(?m)^\| {re.escape(behaviour)} \| (.*) \|$", PAGE.read_text(encoding="utf-8"))
    return found[1].split(" | ") if found else []


@pytest.mark.parametrize(
    ("behaviour", "wire"),
    [
        pytest.param(behaviour, wire, marks=() if wire == "openai" or behaviour == REFUSING else pytest.mark.slow)
        for behaviour in BEHAVIOURS
        for wire in NAMES
        if model_of(behaviour, wire).exists_on(wire)
    ],
)
def test_thoughts_are_no_answer(behaviour: str, wire: Wire) -> None:
    """At most one call is lost, no reasoning is stored, and the outcome is that in docs/thinking.md."""
    model = model_of(behaviour, wire)
    draft = played(model, wire)
    if wire in SHOWN:
        assert draft.outcome == outcomes_of(behaviour)[SHOWN.index(wire)], "run: python tests/test_thinking.py"
    assert MARK.encode() not in draft.kept
    assert bool(draft.problem) != model.answers
    if model.answers:
        assert draft.sentences == 2
        assert draft.lost <= 1
        assert draft.sent == 1 + draft.lost + draft.refused
        assert behaviour != REFUSING or draft.refused >= len(model.refuses)
        assert draft.thought >= 900


@pytest.mark.slow
def test_no_other_call_is_lost_beside_the_first() -> None:
    """The first chunk is drafted alone, and the others get enough tokens from the start."""
    run = played(Model(thinks=5000), "openai", chunk_tokens=60, concurrency=4)
    assert run.lost == 1
    assert run.sent > 5


def test_a_repeated_run_finds_its_answers_in_the_cache() -> None:
    """Also those that were requested with more tokens."""
    assert played(Model(), "openai", times=2).sent == 2


@pytest.mark.parametrize(("shape", "wire"), [("inline", "openai"), ("beside", "anthropic"), ("beside", "ollama")])
def test_reasoning_is_recorded_and_cached_on_request(shape: Any, wire: Wire) -> None:
    assert MARK.encode() in played(Model(shape=shape), wire, keep_reasoning=True).kept


def table() -> str:
    """Return the table of model behaviours and outcomes."""
    lines = ["| what the model does | OpenAI Chat Completions | Anthropic Messages | Ollama |", "|---|---|---|---|"]
    for behaviour in BEHAVIOURS:
        models = [(model_of(behaviour, wire), wire) for wire in SHOWN]
        cells = [played(model, wire).outcome if model.exists_on(wire) else "—" for model, wire in models]
        lines.append(f"| {' | '.join([behaviour, *cells])} |")
    return "\n" + "\n".join(lines) + "\n\n"


def test_the_page_has_every_behaviour_in_order_and_the_fields_for_each_level() -> None:
    page = PAGE.read_text(encoding="utf-8")
    found, words = TABLE.search(page), WORDS.search(page)
    assert found is not None
    assert tuple(re.findall(r"(?m)^\| (?!what the model|-)(.*?) \|", found.group())) == BEHAVIOURS
    assert words is not None
    assert words.group() == effort_table(), "run: python tests/test_thinking.py to write it anew"


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("name", ["openai:gpt-5-mini", "openai:unheard-of"])
def test_the_command_summarises_with_a_model_that_thinks(capsys: Capture, name: str) -> None:
    """The command exits with 0, loses at most one call and reports the reasoning tokens."""
    refuses = {field: words for field, words in REFUSES["openai"].refuses.items() if field != "json_schema"}
    model = Model(thinks=5000, refuses=refuses)
    with thinking(model, "openai") as server:
        assert run(["bridge.txt", "--model", name, "--base-url", server.url_of("openai"), "--length", "2"]) == 0
    output = capsys.readouterr()
    assert CABLES in output.out
    assert "of thinking)" in output.err
    refused = refusals(server, model, "openai")
    assert len(server.requests) - refused == (1 if name == "openai:gpt-5-mini" else 2)
    # Two output formats can be refused.
    assert refused <= len(refuses) + 2


@pytest.mark.parametrize(("shape", "counts"), [("hidden", True), ("opened", False)])
def test_a_run_that_lost_a_call_is_replayed(folder: Path, capsys: Capture, shape: Any, counts: bool) -> None:
    """Without a server or token counts; the run file has no reasoning."""
    with thinking(Model(shape=shape), "openai", counts=counts) as server:
        asked = ["bridge.txt", "--model", "openai:unheard-of", "--base-url", server.url_of("openai"), "--length", "2"]
        assert run([*asked, "--save", "run.json"]) == 0
    before = capsys.readouterr().out
    assert MARK not in (folder / "run.json").read_text(encoding="utf-8")
    assert run(["replay", "run.json"]) == 0
    replayed = capsys.readouterr()
    assert replayed.out == before
    assert "writes and judges the same" in replayed.err


if __name__ == "__main__":
    page = WORDS.sub(lambda _: effort_table(), PAGE.read_text(encoding="utf-8"))
    PAGE.write_text(TABLE.sub(lambda _: table(), page), encoding="utf-8")
    sys.stdout.write(f"wrote the tables of {PAGE}\n")
