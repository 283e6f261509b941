"""Hand-built candidates, and their repair with scripted verdicts and answers."""

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from by_hand import article_of
from findings import found

from summarise import Article, Settings
from summarise.backends.budget import SpendLimiter
from summarise.backends.scripted import ScriptedBackend
from summarise.checks.verification import Candidate
from summarise.data import Budget, Call, CheckedSentence, Evidence, Finding, OnUnsupported, Origin, Sampling, Verdict
from summarise.observing.observer import Observer
from summarise.prompting.prompt import load
from summarise.settings.model import Length
from summarise.writing.repair import Repair, RepairPlan, extractive_fallback, request_for
from summarise.writing.standards import STRICT, Standard, is_complete_sentence, is_showable, lenient
from summarise.writing.task import SummaryTask

__all__ = ["STRICT", "Candidate", "Finding", "is_complete_sentence", "is_showable", "lenient"]

OWN = "The harbour of Vesterholm closes on Monday."
PLACE = Evidence(start=0, end=len(OWN), text=OWN)
MISLEADING = found("speaker", "closes", severity="note")
NOTE = found("name", "closes", severity="note")

# Checks a text and returns its sentences.
Check = Callable[[str], Sequence[Candidate]]


def candidate(
    text: str, verdict: Verdict = "supported", *, findings: tuple[Finding, ...] = (), draft: int | None = None
) -> Candidate:
    return Candidate(
        CheckedSentence(
            text=text,
            verdict=verdict,
            support=1.0,
            probability=1.0,
            origin="model",
            findings=findings,
            evidence=(PLACE,),
        ),
        draft=draft,
    )


def accept(text: str) -> Sequence[Candidate]:
    """Find any text supported."""
    return [candidate(text)]


def refuse(text: str) -> Sequence[Candidate]:
    """Find any text unverified."""
    return [candidate(text, "unverified")]


@dataclass
class FakeVerifier:
    """A verifier that checks the model's and the article's words as told."""

    article: Article
    model: Check = accept
    own: Check = accept

    @property
    def facts(self) -> Any:
        return SimpleNamespace(article=self.article)

    def verify(self, text: str, *, origin: Origin) -> list[Candidate]:
        return list((self.own if origin == "article" else self.model)(text))


@dataclass
class Repaired:
    """The sentences to show, the calls, and the texts of the requests."""

    sentences: list[Candidate]
    calls: list[Call]
    requests: list[str] = field(default_factory=list)

    @property
    def texts(self) -> list[str]:
        return [candidate.sentence.text for candidate in self.sentences]


def repaired(
    bad: Candidate,
    on_unsupported: OnUnsupported = "repair",
    *,
    own: Check = accept,
    model: Check = accept,
    answers: Sequence[str] = (),
    rounds: int = 0,
    standard: Standard = STRICT,
) -> Repaired:
    """Repair one sentence; the model gives `answers` in order."""
    backend = ScriptedBackend([json.dumps({"sentence": answer}) for answer in answers])
    task = SummaryTask(
        verifier=FakeVerifier(article_of(OWN), model, own),  # type: ignore[arg-type]
        backend=backend,
        length=Length(sentences=1),
        style="prose",
        on_unsupported=on_unsupported,
        settings=Settings(repair_rounds=rounds),
        observer=Observer(),
    )
    limiter = SpendLimiter(Budget(calls=99, prompt_tokens=10**6, completion_tokens=10**6))
    repair = Repair(RepairPlan(task, standard, load("repair")), limiter)
    sentences = asyncio.run(repair.repair_all([bad]))
    return Repaired(sentences, repair.calls, [request.user for request in backend.requests])


def faults_in_prompt(sentence: str, findings: tuple[Finding, ...], article: str) -> list[str]:
    """Return the lines of a repair prompt that describe the findings."""
    checked = candidate(sentence, "unverified", findings=findings).sentence
    request = request_for(
        checked, article=Article(text=article), prompt=load("repair", "v1"), sampling=Sampling(temperature=0.0)
    )
    return [line[2:] for line in request.user.splitlines() if line.startswith("- ")]


def fallback(article: Article, sentences: int, own: Check = accept) -> list[str]:
    """Return the article's sentences that fill up a summary."""
    verifier: Any = FakeVerifier(article, own=own)
    return [candidate.sentence.text for candidate in extractive_fallback(verifier, sentences)]
