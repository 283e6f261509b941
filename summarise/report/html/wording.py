"""Texts of the HTML page."""

from typing import NamedTuple

from summarise.data import (
    Action,
    CheckedSentence,
    DraftSentence,
    Evidence,
    Finding,
    Report,
    Severity,
    Span,
    Step,
    Verdict,
)
from summarise.report import wording
from summarise.report.html.layout import Places, pieces
from summarise.report.wording import Told, one_line

SYMBOLS: dict[str, str] = {"supported": "✓", "weak": "~", "unverified": "?", "contradicted": "✗"}
MEANINGS: dict[Verdict, str] = {
    "supported": "the article bears it out",
    "unverified": "the article does not say it, or leaves it open",
    "contradicted": "the article says otherwise",
}
ACTIONS: dict[Action, str] = {
    "written": "The model wrote",
    "corrected": "A value of the article was put in place of the wrong one",
    "asked again": "The model was asked again",
    "replaced": "The article’s sentence took the place",
}


def percent(probability: float) -> str:
    """Format a probability in per cent, rounded, but neither up to 100 % nor down to 0 %."""
    if 0.995 <= probability < 1:
        return "over\u00a099\u00a0%"
    if 0 < probability <= 0.005:
        return "under\u00a01\u00a0%"
    return f"{100 * probability:.0f}\u00a0%"


def whose(sentence: CheckedSentence) -> str:
    """Return the origin of a sentence's words; empty for a given summary."""
    words = "" if sentence.origin == "given" else wording.whose(sentence)
    return words[:1].upper() + words[1:].replace("'", "’")


class Words(NamedTuple):
    """A stretch of a sentence; `doubted` if an error is about just these words."""

    text: str
    doubted: bool


def words_of(sentence: CheckedSentence) -> list[Words]:
    """Split a sentence at the borders of doubted words."""
    claims = [error.claim for error in sentence.errors if one_line(error.claim.text) != one_line(sentence.text)]
    spans = [Span(start=claim.start, end=claim.end) for claim in claims]
    return [Words(sentence.text[cut.start : cut.end], bool(cut.on)) for cut in pieces(len(sentence.text), spans)]


class Shown(NamedTuple):
    """A finding in words, with its place. `pointed`: the finding quotes the place itself."""

    severity: Severity
    told: Told
    place: Evidence | None
    pointed: bool


def told(sentence: CheckedSentence | Step | DraftSentence, places: Places | None = None) -> list[Shown]:
    """Return a sentence's findings in words, with `places` if given."""
    return [_shown(finding, sentence.text, places) for finding in sentence.findings]


def _shown(finding: Finding, text: str, places: Places | None) -> Shown:
    words = wording.told(finding, text, places.lines if places else None)
    place = finding.article if places else None
    return Shown(finding.severity, words, place, pointed=place is not None and bool(words.article.quoted))


def outcome(sentence: DraftSentence, report: Report) -> str:
    """Return a draft sentence's outcome and the reason."""
    return f"{sentence.outcome}: {wording.omission(sentence, report)}".replace("'", "’")
