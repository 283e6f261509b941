"""The faithfulness of models as writers: measured (`writers.json`), or assumed from size and provider."""

import json
import re
from functools import cache
from importlib.resources import files

from pydantic import Field

from summarise.data import Prompting, Record, Writer
from summarise.settings.providers import provider

# Billions of parameters; a smaller model that was not measured counts as a weak writer.
SMALL = 2.0
# Samples per rewrite of a model that was not measured.
SAMPLES = 4
_SIZE = re.compile(r"(?<![A-Za-z0-9.])(\d+(?:\.\d+)?)\s*([bm])(?![a-z0-9])", re.IGNORECASE)


class MeasuredWriter(Record):
    """A measured writer: `right` of its `sentences` were correct; `prompting` and `samples` as in `PromptingChoice`.

    Qwen: sentences that are not copies, judged by two readers. SmolLM2: sentences without a finding of the checks.
    """

    writer: Writer
    prompting: Prompting
    samples: int = Field(default=1, ge=1)
    sentences: int = Field(ge=1)
    right: int = Field(ge=0)
    date: str

    @property
    def share(self) -> float:
        """The share of correct sentences, with add-one smoothing."""
        return (self.right + 1) / (self.sentences + 2)


class WriterRecord(Record):
    """The class of a writer, its share of correct sentences (None if not measured) and the reason."""

    writer: Writer
    share: float | None = None
    why: str


def writer_of(backend: str) -> WriterRecord:
    """Return the record of a model by its backend id."""
    kind, _, model = backend.partition(":")
    known = measured().get(model.casefold())
    if known is not None:
        why = f"measured: {known.right} of {known.sentences} sentences right ({known.date})"
        return WriterRecord(writer=known.writer, share=known.share, why=why)
    if kind == "extract":
        return WriterRecord(writer="strong", why="copies sentences, without a model")
    size = billions(model)
    if size is not None and size < SMALL:
        why = f"not measured, but with {size:g} billion parameters too small to draft at once"
        return WriterRecord(writer="weak", why=why)
    named = provider(kind)
    if named is not None and named.hosted:
        return WriterRecord(writer="strong", why="not measured; a hosted model is taken for a strong writer")
    return WriterRecord(writer="middle", why="not measured")


def billions(model: str) -> float | None:
    """Return the billions of parameters stated in a model's name, or None: 0.5 for "qwen2.5-0.5b"."""
    sizes = [float(number) / (1000 if unit in "mM" else 1) for number, unit in _SIZE.findall(model)]
    return max(sizes) if sizes else None


@cache
def measured() -> dict[str, MeasuredWriter]:
    """Return the measured writers by lower-case model name."""
    table = json.loads((files("summarise.backends") / "writers.json").read_text(encoding="utf-8"))
    return {model: MeasuredWriter.model_validate(row) for model, row in table.items()}


class PromptingChoice(Record):
    """How a model is prompted, the samples per rewrite, and the reason."""

    prompting: Prompting
    samples: int = 1
    why: str


def prompting_for(backend: str) -> PromptingChoice:
    """Return how a model is prompted, by its backend id: as measured, else by its size."""
    record = writer_of(backend)
    known = measured().get(backend.partition(":")[2].casefold())
    if known is not None:
        return PromptingChoice(prompting=known.prompting, samples=known.samples, why=record.why)
    if record.writer == "weak":
        return PromptingChoice(prompting="rewrite", samples=SAMPLES, why=record.why)
    if backend.partition(":")[0] == "extract":
        return PromptingChoice(prompting="draft", why=record.why)
    return PromptingChoice(prompting="draft", why="not measured; assumed able to write a whole draft")
