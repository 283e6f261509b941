"""Sentences about `VALLEY` by a model, and a function that assembles them into a summary."""

import asyncio
import json
from dataclasses import dataclass
from functools import cache

from invented import VALLEY
from strategy_runs import ground_of, keys_of, paraphrases_in, prompt_of

from summarise import Settings
from summarise.backends.budget import SpendLimiter
from summarise.backends.scripted import ScriptedBackend
from summarise.checks.provenance import Candidate
from summarise.checks.verification import Verifier
from summarise.data import Budget, CheckedSentence, OnUnsupported, Outcome, Style
from summarise.observing.observer import Observer
from summarise.pipeline.run import outcome
from summarise.settings.model import length_for, parse_length
from summarise.writing.assembly.as_written import AsWritten
from summarise.writing.assembly.from_candidates import Selection
from summarise.writing.repair import RunRepair, lenient
from summarise.writing.strategies import Generation, SummaryTask

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
def checked(text: str) -> Candidate:
    (found,) = Verifier(ground_of(VALLEY)).verify(text, origin="model")
    return found


@cache
def own(words: str) -> Candidate:
    """Return the sentence of VALLEY that contains `words`."""
    article = ground_of(VALLEY).facts.article
    (text,) = [article.quote(one) for one in article.sentences if words in article.quote(one)]
    (found,) = Verifier(ground_of(VALLEY)).verify(" ".join(text.split()), origin="article")
    return found


def said(*texts: str) -> list[Candidate]:
    return [Candidate(one.sentence, one.facts, draft=place) for place, one in enumerate(map(checked, texts))]


def drafting(*texts: str) -> ScriptedBackend:
    """Return a model that drafts these sentences and answers every other request with ""."""
    answer = json.dumps({"sentences": [{"text": text, "sources": []} for text in texts]}, ensure_ascii=False)
    return ScriptedBackend(lambda request: answer if request.stage == "draft" else "")


@dataclass(frozen=True)
class Made:
    """An assembled text and the outcome of each draft sentence."""

    sentences: list[CheckedSentence]
    outcomes: list[Outcome]

    @property
    def texts(self) -> list[str]:
        """Texts of the sentences."""
        return [sentence.text for sentence in self.sentences]


def shown(
    *texts: str,
    length: str | int | None = None,
    style: Style = "prose",
    on_unsupported: OnUnsupported = "repair",
    again: str = "",
) -> Made:
    """Assemble a summary of VALLEY from a draft; the model answers repair requests with `again`."""
    source_index, standard = ground_of(VALLEY), lenient(style)
    task = SummaryTask(
        verifier=Verifier(source_index),
        backend=ScriptedBackend(lambda _: again),
        length=length_for(
            style, parse_length(length) if length else None, article_words=source_index.facts.article.words
        ),
        style=style,
        on_unsupported=on_unsupported,
        settings=Settings(),
        observer=Observer(),
    )
    run_repair = RunRepair(task, paraphrases_in(VALLEY), prompt_of, asks=on_unsupported == "repair", standard=standard)
    assembly = AsWritten(task, run_repair, otherwise=Selection(task, run_repair, keys_of(VALLEY)))
    written = Generation(one_text=True)
    for one in said(*texts):
        written.add([one])
    limiter = SpendLimiter(Budget(calls=99, prompt_tokens=10**6, completion_tokens=10**6))
    made = asyncio.run(assembly.assemble(written.said, written, limiter))
    return Made(
        [one.sentence for one in made.chosen],
        [outcome(one, made.candidates, made.chosen, written) for one in written.said],
    )
