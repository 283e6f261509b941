"""Sentences about `VALLEY` by a model, and summaries of drafts."""

import json
from functools import cache
from typing import Any

from invented import VALLEY

from summarise import Backend, Settings, Summary, read_article, summarise
from summarise.checks import SourceIndex
from summarise.checks.kinds import extract
from summarise.checks.verification import Verifier
from summarise.testing import ScriptedBackend

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


def run(text: str, backend: Backend, **options: Any) -> Summary:
    """Summarise without the entailment model."""
    settings = Settings(**{"entailment": "off", **options.pop("settings", {})})
    return summarise(text, backend=backend, settings=settings, **options)


def drafting(*texts: str, again: str = "") -> ScriptedBackend:
    """Return a model that drafts these sentences and answers every other request with `again`."""
    answer = json.dumps({"sentences": [{"text": text, "sources": []} for text in texts]}, ensure_ascii=False)
    return ScriptedBackend(lambda request: answer if request.stage == "draft" else again)


def shown(*texts: str, again: str = "", **options: Any) -> Summary:
    """Summarise VALLEY from a draft of these sentences."""
    return run(VALLEY, drafting(*texts, again=again), **options)


def texts_of(summary: Summary) -> list[str]:
    return [sentence.text for sentence in summary.sentences]


def outcomes_of(summary: Summary) -> list[str]:
    """Return the outcomes of the drafted sentences."""
    return [sentence.outcome for sentence in summary.run.draft]
