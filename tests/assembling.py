"""Sentences about `VALLEY` by a model, and a function that assembles them into a summary."""

import asyncio
import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from invented import VALLEY

from summarise import Backend, Settings, Summary, read_article, summarise
from summarise.backends.budget import SpendLimiter
from summarise.backends.scripted import ScriptedBackend
from summarise.checks import SourceIndex
from summarise.checks.key_facts import key_facts
from summarise.checks.kinds import extract
from summarise.checks.verification import Candidate, Verifier
from summarise.data import Budget, CheckedSentence, OnUnsupported, Outcome, Span, Style
from summarise.observing.observer import Observer
from summarise.pipeline.plan import prompt_of
from summarise.pipeline.run import outcome
from summarise.settings.model import length_for, parse_length
from summarise.writing import coherence
from summarise.writing.assembly import Assembly
from summarise.writing.repair import RepairPlan
from summarise.writing.standards import lenient
from summarise.writing.task import Generation, SummaryTask

# All supported; one has a note about its quotation marks.
REWORDED = (
    "Frost on 9 May cost growers in the Sellen valley 40 per cent of their apples, their union says.",
    "The growers' union puts the damage at €7.2 million.",
    "No May night had been colder since 1978.",
    "Ilse Brandt, who chairs the union, wants help from the regional government.",
    "She says some families have nothing left to sell.",
    "The government is to answer within three weeks.",
    "At Orlow the temperature sank to minus 6 degrees.",
    "In most orchards the “small fires” between the rows came too late.",
    "Cherries suffered most, with 190 of 310 hectares giving no fruit this year.",
    "Most of the pears survived.",
    "Karel Munk said Grossmarkt would look for apples in the south.",
    "Only one orchard in five is insured.",
    "Supermarkets expect higher prices in autumn.",
)
# Not supported: two inventions, and a sentence with two wrong values.
HE_EXPECTS = "He expects 500 orchards to close by Christmas."
IN_NORWAY = "The frost killed 12 growers in Norway."
MISCOUNTED = "Growers in the Sellen valley lost 70 per cent of their apples to frost on 12 June."


@cache
def verifier_of(text: str) -> Verifier:
    """Return the verifier of an article, without the entailment model."""
    return Verifier(SourceIndex(extract(read_article(text))))


@cache
def checked(text: str) -> Candidate:
    """Check a sentence of a model about VALLEY."""
    (found,) = verifier_of(VALLEY).verify(text, origin="model")
    return found


def drafted(*texts: str) -> list[Candidate]:
    """Return the checked sentences of a draft about VALLEY."""
    return [Candidate(one.sentence, one.facts, draft=place) for place, one in enumerate(map(checked, texts))]


def run(text: str, backend: Backend, **options: Any) -> Summary:
    """Summarise without the entailment model."""
    settings = Settings(**{"entailment": "off", **options.pop("settings", {})})
    return summarise(text, backend=backend, settings=settings, **options)


def drafting(*texts: str) -> ScriptedBackend:
    """Return a model that drafts these sentences and answers every other request with ""."""
    answer = json.dumps({"sentences": [{"text": text, "sources": []} for text in texts]}, ensure_ascii=False)
    return ScriptedBackend(lambda request: answer if request.stage == "draft" else "")


def readable(sentences: list[CheckedSentence]) -> list[bool]:
    """Return for each sentence about VALLEY whether it can be read after the ones before it."""
    placed = [
        coherence.PlacedSentence(
            one.text, one.evidence[0] if one.evidence else Span(start=0, end=1), of_model=one.origin != "article"
        )
        for one in sentences
    ]
    return coherence.readable(placed, verifier_of(VALLEY).facts)


@dataclass(frozen=True)
class Shown:
    """The sentences of a summary, and the outcome of each draft sentence."""

    sentences: list[CheckedSentence]
    outcomes: list[Outcome]

    @property
    def texts(self) -> list[str]:
        """The texts of the sentences."""
        return [sentence.text for sentence in self.sentences]


def shown(
    *texts: str,
    length: str | int | None = None,
    style: Style = "prose",
    on_unsupported: OnUnsupported = "repair",
    again: str = "",
) -> Shown:
    """Assemble a summary of VALLEY from a draft; the model answers repair requests with `again`."""
    verifier, settings = verifier_of(VALLEY), Settings()
    article = verifier.facts.article
    task = SummaryTask(
        verifier=verifier,
        backend=ScriptedBackend(lambda _: again),
        length=length_for(style, parse_length(length) if length else None, article_words=article.words),
        style=style,
        on_unsupported=on_unsupported,
        settings=settings,
        observer=Observer(),
    )
    prompt = prompt_of("repair", style, settings) if on_unsupported == "repair" else None
    written = Generation(one_text=True)
    for sentence in drafted(*texts):
        written.add([sentence])
    limiter = SpendLimiter(Budget(calls=99, prompt_tokens=10**6, completion_tokens=10**6))
    assembly = Assembly(task, RepairPlan(task, lenient(style), prompt), key_facts(verifier.facts))
    result = asyncio.run(assembly.assemble(written.sentences, written, limiter))
    return Shown(
        [one.sentence for one in result.chosen],
        [outcome(one, result.candidates, result.chosen, written) for one in written.sentences],
    )
