"""How a report is put in words: verdicts, support, whose words a sentence is, and what happened to it.

Does not decide anything, and writes no HTML. Findings, and whose words a sentence is, are told as in every view.
"""

from typing import NamedTuple

from summarise.data import (
    Action,
    CheckedSentence,
    DraftSentence,
    Evidence,
    Finding,
    Outcome,
    Severity,
    Span,
    Step,
    Verdict,
)
from summarise.report import wording
from summarise.report.html.layout import Places, pieces
from summarise.report.wording import Told, one_line

SYMBOLS: dict[str, str] = {"supported": "✓", "weak": "~", "unverified": "?", "contradicted": "✗"}
"""The sign of each verdict, and of a supported sentence with weak support."""
MEANINGS: dict[Verdict, str] = {
    "supported": "the article bears it out",
    "unverified": "the article does not say it, or leaves it open",
    "contradicted": "the article says otherwise",
}
ACTIONS: dict[Action, str] = {
    "written": "The model wrote",
    "corrected": "A value of the article was put in place of the wrong one",
    "asked again": "The model was asked again",
    "compressed": "The article’s sentence took the place, shortened by rule",
    "replaced": "The article’s sentence took the place",
    "named": "A name was put in for a pronoun, or an acronym spelt out",
}
OUTCOMES: dict[str, str] = {
    "dropped": "dropped",
    "replaced": "replaced by the article’s words",
    "unsupported": "not chosen: the article does not support it",
    "not chosen": "not chosen: others say more, or say it already",
    "kept": "shown",
    "repaired": "shown, put right",
    "merged": "merged with others",
}
UNSHOWN: tuple[Outcome, ...] = ("dropped", "replaced", "not chosen")


def percent(probability: float) -> str:
    """Return a probability in per cent; only what is certain is 0 % or 100 %."""
    if 0.995 <= probability < 1:
        return "over\u00a099\u00a0%"
    if 0 < probability <= 0.005:
        return "under\u00a01\u00a0%"
    return f"{100 * probability:.0f}\u00a0%"


def whose(sentence: CheckedSentence) -> str:
    """Return whose words a sentence is, as every view tells it; nothing of a summary that was handed in."""
    words = "" if sentence.origin == "given" else wording.whose(sentence)
    return words[:1].upper() + words[1:].replace("'", "’")


class Words(NamedTuple):
    """A stretch of a sentence; `doubted` if an error is about these words, and not about the sentence as a whole."""

    text: str
    doubted: bool


def words_of(sentence: CheckedSentence) -> list[Words]:
    """Return the text of a sentence, cut where words begin or end that an error is about."""
    claims = [error.claim for error in sentence.errors if one_line(error.claim.text) != one_line(sentence.text)]
    spans = [Span(start=claim.start, end=claim.end) for claim in claims]
    return [Words(sentence.text[cut.start : cut.end], bool(cut.on)) for cut in pieces(len(sentence.text), spans)]


class Shown(NamedTuple):
    """A finding as the page shows it: in words, and with its place in the article, where that is shown.

    `pointed` tells that the place is what the article's side quotes, so that one quotation will do.
    """

    severity: Severity
    told: Told
    place: Evidence | None
    pointed: bool


def told(sentence: CheckedSentence | Step | DraftSentence, places: Places | None = None) -> list[Shown]:
    """Return what was found of a sentence, in the words of every view; without `places` the article is not shown."""
    return [_shown(finding, sentence.text, places) for finding in sentence.findings]


def _shown(finding: Finding, text: str, places: Places | None) -> Shown:
    words = wording.told(finding, text, places.lines if places else None)
    place = finding.article if places else None
    return Shown(finding.severity, words, place, pointed=place is not None and bool(words.article.quoted))


def outcome(sentence: DraftSentence) -> str:
    """Return in words what became of a sentence of the model's."""
    # What others say is no reason against a sentence that could not have been chosen.
    unsupported = sentence.outcome == "not chosen" and sentence.verdict != "supported"
    return OUTCOMES["unsupported" if unsupported else sentence.outcome]
