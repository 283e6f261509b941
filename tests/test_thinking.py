"""Reasoning models: on every wire the answer is used, the reasoning is not, and at most one call is lost.

`python tests/test_thinking.py` updates the tables in docs/thinking.md.
"""

import asyncio
import json
import re
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import pytest
from command_line import Capture
from invented import CABLES, VALLEY
from thinking_server import MARK, REFUSES, ROWS, Model, Wire, there_is
from wire_server import Said, WireServer, wire_server

from summarise import Settings, read_article
from summarise.backends import open_backend
from summarise.backends.budget import MeteredBackend, limiter_for
from summarise.backends.wires.reasoning import DIALECTS
from summarise.cli.main import run
from summarise.data import Budget, Chunk, Reasoning, RunRecord, Sampling
from summarise.errors import AnswerError
from summarise.prompting.prompt import load
from summarise.runs.recorder import Recorder
from summarise.settings.providers import model_cards, providers
from summarise.writing.chunks import cut
from summarise.writing.draft import draft_all

pytestmark = pytest.mark.block_network(allowed_hosts=["127.0.0.1"])

PAGE = Path(__file__).parent.parent / "docs" / "thinking.md"
TABLE = re.compile(r"(?<=<!-- table -->\n).*(?=<!-- end of table -->)", re.DOTALL)
WORDS = re.compile(r"(?<=<!-- words -->\n).*(?=<!-- end of words -->)", re.DOTALL)
WIRES: dict[Wire, str] = {"openai": "openrouter", "anthropic": "anthropic", "ollama": "ollama"}
"""A provider for each wire."""
ARTICLE = read_article(VALLEY)
CHUNKS = cut(ARTICLE, 120)
PROMPT = load("draft/prose")
REFUSING = "several fields are refused, one at a time"


@dataclass
class Played:
    """A draft's sentences, its calls (sent, refused, lost), reasoning tokens and stored data."""

    sentences: int
    sent: int
    refused: int
    lost: int
    thought: int
    kept: bytes
    problem: str = ""

    @property
    def told(self) -> str:
        """The outcome as text."""
        costs = [f"{self.lost} lost" if self.lost else "", f"{self.refused} refused" if self.refused else ""]
        beside = ", ".join(filter(None, costs))
        return ("summary" if not self.problem else f"error: {self.problem}") + (f" ({beside})" if beside else "")


def played(model: Model, wire: Wire, *, chunks: tuple[Chunk, ...] = CHUNKS[:1], **given: Any) -> Played:
    """Draft chunks with an unknown model over HTTP, with cache and record."""
    name = given.pop("name", None) or f"{WIRES[wire]}:m"
    with (
        wire_server(lambda body: model.on(wire, body)) as server,
        tempfile.TemporaryDirectory() as place,
    ):
        address = server.url if wire != "openai" else f"{server.url}/v1"
        chosen = Settings(base_urls={name.partition(":")[0]: address}, cache_dir=Path(place), cache=True, **given)
        found, recorder, problem = asyncio.run(_drafted(name, chosen, chunks))
        stored = b"".join(path.read_bytes() for path in Path(place).rglob("*") if path.is_file())
    exchanges = "".join(exchange.model_dump_json() for exchange in recorder.exchanges).encode()
    calls = [call for draft in found for call in draft.calls]
    return Played(
        sentences=sum(len(draft.said) for draft in found),
        sent=len(server.asked),
        refused=refusals(server, model, wire),
        lost=sum(call.wasted for call in calls),
        thought=sum(call.reasoning_tokens for call in calls),
        kept=stored + exchanges + "".join(call.model_dump_json() for call in calls).encode(),
        problem=problem,
    )


def refusals(server: WireServer, model: Model, wire: Wire) -> int:
    answers = (model.on(wire, body) for body in server.asked)
    return sum(status != 200 for status, _ in answers)


async def _drafted(name: str, settings: Settings, chunks: tuple[Chunk, ...]) -> tuple[Any, Recorder, str]:
    recorder = Recorder()
    async with open_backend(name, settings) as opened:
        backend = recorder.backend(opened)
        paying = MeteredBackend(
            backend, limiter_for(Budget(calls=99, prompt_tokens=0, completion_tokens=0), settings, backend)
        )
        try:
            drafts = await draft_all(
                ARTICLE,
                chunks,
                backend=paying,
                prompt=PROMPT,
                sentences=2,
                sampling=Sampling(temperature=0.0, seed=1),
                concurrency=settings.concurrency,
            )
        except AnswerError as error:
            return [], recorder, re.sub(r"[^(]*\((.*?)(?: after [^)]*)?\).*", r"\1", str(error))
    return drafts, recorder, ""


def model_of(name: str, wire: Wire) -> Model:
    return REFUSES[wire] if name == REFUSING else dict(ROWS)[name]


NAMES = (*(name for name, _ in ROWS), REFUSING)


@pytest.mark.parametrize(
    ("name", "wire"),
    [
        pytest.param(name, wire, marks=() if wire == "openai" else pytest.mark.slow)
        for name in NAMES
        for wire in WIRES
        if there_is(model_of(name, wire), wire)
    ],
)
def test_whatever_a_model_does_with_its_thoughts_they_are_no_answer(name: str, wire: Wire) -> None:
    """At most one call is lost, no reasoning is stored, and the outcome is that in docs/thinking.md."""
    model = model_of(name, wire)
    found = played(model, wire)
    assert found.told == told_of(name)[list(WIRES).index(wire)], "run: python tests/test_thinking.py to write it anew"
    assert MARK.encode() not in found.kept
    if model.answers:
        assert found.sentences == 2
        assert found.lost <= 1
        assert found.sent == 1 + found.lost + found.refused
        assert found.thought >= 900


def test_no_other_call_is_lost_beside_the_first() -> None:
    """The first chunk is drafted alone, and the others get enough tokens from the start."""
    found = played(Model(thinks=5000), "openai", chunks=CHUNKS[:4], concurrency=4)
    assert (found.lost, found.sent) == (1, 5)


def test_a_run_that_is_repeated_finds_its_answers(tmp_path: Path) -> None:
    """A new run finds the answers that were requested with more tokens in the cache."""
    with wire_server(lambda body: Model().on("openai", body)) as server:
        settings = Settings(base_urls={"openrouter": f"{server.url}/v1"}, cache_dir=tmp_path, cache=True)
        for _ in range(2):
            asyncio.run(_drafted("openrouter:m", settings, CHUNKS[:1]))
        assert len(server.asked) == 2


@pytest.mark.parametrize(("shape", "wire"), [("inline", "openai"), ("beside", "anthropic"), ("beside", "ollama")])
def test_thoughts_are_kept_for_who_asks_for_them(shape: Any, wire: Wire) -> None:
    """With `keep_reasoning`, reasoning is recorded and cached."""
    assert MARK.encode() in played(Model(shape=shape), wire, keep_reasoning=True).kept


def _cell(name: str, wire: Wire) -> str:
    model = model_of(name, wire)
    return played(model, wire).told if there_is(model, wire) else "—"


def table() -> str:
    """Return the table of model behaviours and outcomes."""
    rows = [[name, *(_cell(name, wire) for wire in WIRES)] for name in NAMES]
    lines = ["| what the model does | OpenAI Chat Completions | Anthropic Messages | Ollama |", "|---|---|---|---|"]
    return "\n" + "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)]) + "\n\n"


def told_of(name: str) -> list[str]:
    """Return the page's outcomes for a behaviour, by wire."""
    found = re.search(rf"(?m)^\| {re.escape(name)} \| (.*) \|$", PAGE.read_text(encoding="utf-8"))
    return found[1].split(" | ") if found else []


def test_the_page_has_every_behaviour_and_no_other() -> None:
    """docs/thinking.md lists the tested behaviours in order."""
    found = TABLE.search(PAGE.read_text(encoding="utf-8"))
    assert found is not None
    assert tuple(re.findall(r"(?m)^\| (?!what the model|-)(.*?) \|", found.group())) == NAMES


def words() -> str:
    """Return the table of request fields for each reasoning level."""
    lines = [f"| provider | {' | '.join(get_args(Reasoning))} |", f"|{'---|' * (1 + len(get_args(Reasoning)))}"]
    for dialect, levels in DIALECTS.items():
        names = [name for name, row in providers().items() if row.quirks.reasoning == dialect]
        beside = [name for name, card in model_cards().items() if card.reasoning == dialect]
        tried = (
            "<br>then ".join(f"`{json.dumps(fields)}`" for fields in levels[level]) for level in get_args(Reasoning)
        )
        lines.append(f"| {', '.join([*names, *beside]) or 'the Responses API'} | {' | '.join(tried)} |")
    return "\n" + "\n".join(lines) + "\n\n"


def test_the_page_has_the_words_for_each_level() -> None:
    """docs/thinking.md lists each provider's fields in the order in which they are tried."""
    found = WORDS.search(PAGE.read_text(encoding="utf-8"))
    assert found is not None
    assert found.group() == words(), "run: python tests/test_thinking.py to write it anew"


CASES = [
    ("openai:gpt-5-mini", "openai"),
    ("openai:unheard-of", "openai"),
    # These differ only by the wire, which the table covers.
    pytest.param("anthropic:unheard-of", "anthropic", marks=pytest.mark.slow),
    pytest.param("ollama:unheard-of", "ollama", marks=pytest.mark.slow),
]


@pytest.mark.parametrize(("name", "wire"), CASES)
def test_the_command_summarises_with_a_model_that_thinks(folder: Path, capsys: Capture, name: str, wire: Wire) -> None:
    """The command exits with 0, loses at most one call and reports the reasoning tokens."""
    refuses = REFUSES[wire].refuses
    model = Model(thinks=5000, refuses={field: words for field, words in refuses.items() if field != "json_schema"})
    with wire_server(lambda body: model.on(wire, body)) as server:
        url = server.url if wire != "openai" else f"{server.url}/v1"
        assert run(["bridge.txt", "--model", name, "--base-url", url, "--length", "2"]) == 0
        refused, sent = refusals(server, model, wire), len(server.asked)
    output = capsys.readouterr()
    assert CABLES in output.out
    assert "of thinking)" in output.err
    assert sent - refused == (1 if name == "openai:gpt-5-mini" else 2)
    # Two output formats can be refused.
    assert refused <= len(refuses) + 1
    assert (folder / "bridge.txt").exists()


def test_the_record_tells_what_was_spent(folder: Path, capsys: Capture) -> None:
    """Tokens of a lost answer are in the sums, and reasoning tokens are counted separately."""
    with wire_server(lambda body: Model().on("openai", body)) as server:
        url = f"{server.url}/v1"
        assert run(["bridge.txt", "--model", "openai:unheard-of", "--base-url", url, "--length", "2", "--json"]) == 0
        limit = server.asked[0]["max_completion_tokens"]
    told = capsys.readouterr().out
    record = RunRecord.model_validate_json(re.sub(r'(?s).*"run": (\{.*\})\s*\}\s*$', r"\1", told))
    (call,) = record.calls
    assert call.wasted == 1
    assert call.reasoning == ""
    assert record.reasoning_tokens == limit + 900
    assert record.completion_tokens == limit + 960
    assert record.prompt_tokens == 1400
    assert (folder / "bridge.txt").exists()


@pytest.mark.parametrize(("shape", "counts"), [("hidden", True), ("opened", False)])
def test_a_kept_run_is_shown_again(folder: Path, capsys: Capture, shape: Any, counts: bool) -> None:
    """A run that lost a call replays without a server or token counts, and its file has no reasoning."""

    def say(body: dict[str, Any]) -> Said:
        said = Model(shape=shape).on("openai", body)
        if not counts:
            said[1].pop("usage", None)
        return said

    with wire_server(say) as server:
        asked = ["bridge.txt", "--model", "openai:unheard-of", "--base-url", f"{server.url}/v1", "--length", "2"]
        assert run([*asked, "--save", "run.json"]) == 0
    before = capsys.readouterr().out
    assert MARK not in (folder / "run.json").read_text(encoding="utf-8")
    assert run(["replay", "run.json"]) == 0
    replayed = capsys.readouterr()
    assert replayed.out == before
    assert "writes and judges the same" in replayed.err


if __name__ == "__main__":
    page = WORDS.sub(lambda _: words(), PAGE.read_text(encoding="utf-8"))
    PAGE.write_text(TABLE.sub(lambda _: table(), page), encoding="utf-8")
    sys.stdout.write(f"wrote the table of {PAGE}\n")
