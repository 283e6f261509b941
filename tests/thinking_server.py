"""A fake reasoning model for each wire, whose thoughts count against the token limit, and drafts by it."""

import json
import re
import tempfile
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

from invented import BRIDGE, CABLES, VEHICLES, answer
from keyed_server import Asked, Reaction, Seen, keyed_server
from wire_answers import SHAPES, WRITERS, Answer, Shape, Wire, limit_of, problem

from summarise import Settings, errors, summarise
from summarise.backends.wires.base import DIALECTS
from summarise.data import Finish, Reasoning
from summarise.settings.providers import model_cards, providers

# A model for each wire.
NAMES: Mapping[Wire, str] = {
    "openai": "openrouter:m",
    "anthropic": "anthropic:m",
    "ollama": "ollama:m",
    "responses": "openai:m",
    "converse": "bedrock:anthropic.m",
}
# Tokens of an answer.
SPENT = 60
ANSWER = answer(CABLES, VEHICLES)


@dataclass(frozen=True)
class Model:
    """A model that spends `thinks` tokens on thoughts of a `shape`.

    It refuses the fields in `refuses`, with these messages, and limits above `most`. If the limit leaves no room for
    an answer, the finish reason is "length", or "stop" if `mute`. Without `answers` it only thinks.
    """

    thinks: int = 900
    shape: Shape = "hidden"
    refuses: Mapping[str, str] = field(default_factory=dict)
    most: int | None = None
    mute: bool = False
    answers: bool = True

    def exists_on(self, wire: Wire) -> bool:
        """Return whether this behaviour exists on a wire; Ollama does not refuse limits."""
        return self.shape in SHAPES[wire] and (wire != "ollama" or self.most is None)

    def on(self, wire: Wire, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Return the status and body for a request."""
        limit, text = limit_of(body), json.dumps(body)
        for name, words in self.refuses.items():
            if f'"{name}"' in text:
                return 400, problem(wire, words)
        if self.most is not None and limit > self.most:
            words = f"max_tokens is too large: {limit}. This model supports at most {self.most} completion tokens"
            return 400, problem(wire, words)
        cut = limit < self.thinks + SPENT
        text = ANSWER if self.answers and not cut else ""
        written = min(limit, self.thinks + (SPENT if text else 0))
        finish: Finish = "stop" if text or (self.mute or not self.answers) else "length"
        tool = bool(text) and ("tool_choice" in body or "toolChoice" in body.get("toolConfig", {}))
        answer = Answer(self.shape, text, finish, written, min(self.thinks, written), tool)
        return 200, WRITERS[wire](answer)


ROWS: tuple[tuple[str, Model], ...] = (
    ("thoughts are counted but not shown", Model()),
    ("thoughts in a separate field, quoting a wrong fact", Model(shape="beside")),
    ("thoughts in a field of another name (`reasoning`), or as details", Model(shape="details")),
    ("thoughts are encrypted", Model(shape="redacted")),
    ("thoughts are parts of the content", Model(shape="parts")),
    ("thoughts are counted separately from the answer", Model(shape="apart")),
    ("`<think>` in the answer, without an end tag if cut off", Model(shape="inline")),
    ("`</think>` in the answer, the start tag in the template", Model(shape="opened")),
    ("gpt-oss channels in the answer", Model(shape="channels")),
    ("5,000 tokens of thoughts", Model(thinks=5000)),
    ("an empty answer reported as complete", Model(shape="untold", mute=True)),
    ("a limit above 9,000 is refused", Model(thinks=5000, most=9000)),
    ("only thoughts, never an answer", Model(shape="beside", answers=False)),
)
# Messages of real servers.
REFUSES: Mapping[Wire, Model] = {
    "openai": Model(
        refuses={
            "max_tokens": "Unsupported parameter: 'max_tokens' is not supported with this model. "
            "Use 'max_completion_tokens' instead.",
            "temperature": "Unsupported value: 'temperature' does not support 0 with this model. Only the default (1) "
            "value is supported.",
            "seed": "Unrecognized request argument supplied: seed",
            "reasoning": "Unrecognized request argument supplied: reasoning",
            "json_schema": "response_format json_schema is not supported",
        }
    ),
    "anthropic": Model(
        refuses={
            "temperature": "`temperature` is deprecated for this model.",
            "tool_choice": "Thinking may not be enabled when tool_choice forces tool use.",
            "output_config": "This model does not support the effort parameter.",
        }
    ),
    "ollama": Model(refuses={"think": '"m" does not support thinking', "format": "format is not supported"}),
    "responses": Model(
        refuses={
            "temperature": "Unsupported parameter: 'temperature' is not supported with this model.",
            "reasoning": "Unsupported parameter: 'reasoning.effort' is not supported with this model.",
            "json_schema": "Invalid parameter: 'text.format' of type 'json_schema' is not supported with this model.",
        }
    ),
    "converse": Model(
        shape="beside",
        refuses={
            "temperature": "`temperature` is deprecated for this model.",
            "toolChoice": "Thinking may not be enabled when tool_choice forces tool use.",
            "tools": "This model doesn't support tool use.",
        },
    ),
}


REFUSING = "several fields are refused, one at a time"


def model_of(behaviour: str, wire: Wire) -> Model:
    return REFUSES[wire] if behaviour == REFUSING else dict(ROWS)[behaviour]


@dataclass
class Played:
    """A run's drafted sentences, its calls (sent, refused, lost), reasoning tokens and stored data."""

    sentences: int
    sent: int
    refused: int
    lost: int
    thought: int
    kept: bytes
    problem: str

    @property
    def outcome(self) -> str:
        """The outcome as text."""
        costs = [f"{self.lost} lost" if self.lost else "", f"{self.refused} refused" if self.refused else ""]
        beside = ", ".join(filter(None, costs))
        return ("summary" if not self.problem else f"error: {self.problem}") + (f" ({beside})" if beside else "")


def played(model: Model, wire: Wire, *, times: int = 1, **given: Any) -> Played:
    """Summarise with an unknown model over HTTP, with cache and run file."""
    name = NAMES[wire]
    provider = name.partition(":")[0]
    if wire == "responses":
        given["models"] = {name: {"wire": "responses"}}
    run, problem = None, ""
    with thinking(model, wire) as server, tempfile.TemporaryDirectory() as place:
        urls, folder = {provider: server.url_of(provider)}, Path(place)
        settings = Settings(base_urls=urls, cache_dir=folder, cache=True, entailment="off", **given)
        for _ in range(times):
            try:
                run = summarise(BRIDGE, model=name, length=2, settings=settings, save=folder / "run.json").run
            except errors.AnswerError as error:
                problem = re.sub(r"[^(]*\((.*?)(?: after [^)]*)?\).*", r"\1", str(error))
        kept = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    return Played(
        sentences=len(run.draft) if run else 0,
        sent=len(server.requests),
        refused=refusals(server, model, wire),
        lost=sum(call.wasted for call in run.calls) if run else 0,
        thought=run.reasoning_tokens if run else 0,
        kept=kept,
        problem=problem,
    )


def thinking(model: Model, wire: Wire, *, counts: bool = True) -> AbstractContextManager[Seen]:
    """Serve the model; without `counts`, it reports no usage."""

    def react(asked: Asked) -> Reaction:
        status, body = model.on(wire, asked.body)
        return Reaction.of(status, {name: value for name, value in body.items() if counts or name != "usage"})

    return keyed_server(react=react)


def refusals(server: Seen, model: Model, wire: Wire) -> int:
    """Return how many of the server's requests the model has refused."""
    return sum(model.on(wire, asked.body)[0] != 200 for asked in server.requests)


def effort_table() -> str:
    """Return the table of request fields for each reasoning level."""
    levels = get_args(Reasoning)
    lines = [f"| provider | {' | '.join(levels)} |", f"|{'---|' * (1 + len(levels))}"]
    for dialect, fields_of in DIALECTS.items():
        names = [name for name, row in providers().items() if row.quirks.reasoning == dialect]
        names += [name for name, card in model_cards().items() if card.reasoning == dialect]
        cells = ("<br>then ".join(f"`{json.dumps(fields)}`" for fields in fields_of[level]) for level in levels)
        lines.append(f"| {', '.join(names) or 'the Responses API'} | {' | '.join(cells)} |")
    return "\n" + "\n".join(lines) + "\n\n"
