"""Wording of findings, verdicts, origins and repairs."""

import re
from collections import Counter
from collections.abc import Sequence
from textwrap import shorten
from typing import NamedTuple, get_args

from summarise.data import (
    Action,
    CheckedSentence,
    DraftSentence,
    Evidence,
    Finding,
    FindingCode,
    GuardEvent,
    GuardKind,
    Notice,
    Origin,
    Outcome,
    Report,
    Rewording,
    Severity,
    Step,
    Summary,
)
from summarise.facts.salience import balanced, overlap, telling_words
from summarise.report.places import Lines

# Maximum characters of a quotation in passing.
QUOTED = 80
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
WHOSE: dict[Origin, str] = {
    "model": "the model's words",
    "repaired": "the model's words, mended",
    "article": "the article's words",
    "given": "as handed in",
}
REWORDED: dict[Rewording, str] = {
    "shortened": ", shortened",
    "reworded": ", reworded",
    "fused": ", two sentences in one",
}
DONE: dict[Action, str] = {
    "corrected": "a wrong value was put right",
    "asked again": "the model was asked again with the findings",
    "replaced": "the article's sentence took its place",
}

NOTICES: dict[Notice, str] = {
    "article shorter than wanted": "the article is no longer than the summary asked for: it is printed unchanged",
    "fewer sentences than wanted": "fewer sentences than asked for: no other one is supported and reads well alone",
    "headline too long": "no supported headline of at most twelve words was found: this one is longer",
    "headline in the past tense": "no supported headline in the present tense was found: this one tells it in the past",
}

LONG_ENOUGH = "the summary was long enough"
LESS = "other sentences say more"
UNSUPPORTED = "nothing contradicts it, but too little of it is in the article"
UNSHOWN: tuple[Outcome, ...] = ("replaced", "dropped", "not chosen")
# Outcomes of drafted sentences that a sentence of the summary comes from.
SHOWN: tuple[Outcome, ...] = ("kept", "repaired", "replaced")
# Events that take no words out of an answer.
HARMLESS: tuple[GuardKind, ...] = ("lead copy", "special tokens")
ENDED = re.compile(r"[.!?…。！？।؟۔][”\"’')」』]*$")


class Side(NamedTuple):
    """One side of a finding: a lead, then a quotation or a description.

    `where` is the quotation's line, with a leading comma.
    """

    lead: str
    quoted: str = ""
    described: str = ""
    where: str = ""

    def __str__(self) -> str:
        said = quotation(self.quoted) if self.quoted else self.described
        return f"{self.lead} {said}".rstrip() + self.where


class Told(NamedTuple):
    """A finding in words. `summary` is None if it is not quoted."""

    code: str
    summary: Side | None
    article: Side

    def __str__(self) -> str:
        return f"{self.code}: {' / '.join(str(side) for side in (self.summary, self.article) if side)}"


def told(finding: Finding, text: str, lines: Lines | None, shown: Sequence[Evidence] = ()) -> Told:
    """Return a finding about the sentence `text` in words.

    Evidence in `shown` is not quoted again.
    """
    said = one_line(finding.claim.text)
    whole = said == one_line(text)
    summary = None if whole or finding.code == "judged" else Side("summary says", said)
    if finding.reason == "computed" and finding.computation:
        return Told(finding.code, summary, Side("computed:", described=finding.computation))
    if finding.elsewhere is not None and finding.article is not None:
        return Told(finding.code, summary, _elsewhere(finding.elsewhere, finding.article, lines))
    if finding.article is not None:
        return Told(finding.code, summary, _opposing(finding.article, finding.code, lines, shown))
    if finding.code == "language":
        lacking = "cannot be compared: the checks read English only"
    elif finding.code == "entailment":
        lacking = "does not seem to say so"
    elif whole or lines is None or lines.hold(said):
        # The article may have the words with another meaning.
        lacking = "does not say so"
    else:
        lacking = "does not have it"
    return Told(finding.code, summary, Side("article", described=lacking))


def _opposing(place: Evidence, code: FindingCode, lines: Lines | None, shown: Sequence[Evidence]) -> Side:
    judged = code == "judged"
    if lines is not None and place in shown:
        where = lines.told(place)
        return Side("the judge points to", described=where) if judged else Side("article:", described=f"see {where}")
    lead = "the judge points to" if judged else "article says"
    return Side(lead, one_line(place.text), where=f", {lines.told(place)}" if lines else "")


def _elsewhere(place: Evidence, here: Evidence, lines: Lines | None) -> Side:
    words = quotation(shorten(one_line(place.text), QUOTED, placeholder=" …"))
    at = f"{words}, {lines.told(place)}" if lines else words
    where = f", {lines.told(here)}" if lines else ""
    return Side(f"article has it elsewhere ({at}); here it has", one_line(here.text), where=where)


def quotation(text: str) -> str:
    """Quote a text, with single marks if it begins with a double one."""
    return f"‘{text}’" if text.startswith("“") else f"“{text}”"


def findings_told(sentence: CheckedSentence | Step | DraftSentence, severity: Severity, lines: Lines) -> list[Told]:
    """Return a sentence's findings of one severity, without duplicates."""
    shown = sentence.evidence if isinstance(sentence, CheckedSentence) else ()
    found = (
        told(finding, sentence.text, lines, shown) for finding in sentence.findings if finding.severity == severity
    )
    return list(dict.fromkeys(found))


def verdict_text(sentence: CheckedSentence) -> str:
    """Return the verdict with the strength: "supported, strong"."""
    return f"{sentence.verdict}, {sentence.strength}" if sentence.strength else sentence.verdict


def weakness(sentence: CheckedSentence) -> str | None:
    """Return a line about weak support, or None."""
    return "no error found, weak support" if sentence.strength == "weak" else None


def reason(sentence: CheckedSentence) -> str | None:
    """Return the reason for an unverified sentence without errors, or None."""
    if sentence.verdict != "unverified" or sentence.errors:
        return None
    return UNSUPPORTED


def unshown(report: Report) -> list[DraftSentence]:
    """Return the drafted sentences that are not shown, without merged ones."""
    return [sentence for sentence in report.run.draft if sentence.outcome in UNSHOWN]


def omission(sentence: DraftSentence, report: Report) -> str:
    """Return why a drafted sentence is not shown."""
    if sentence.outcome == "replaced":
        number = replacement(sentence, report)
        return DONE["replaced"] + (f": see sentence {number}" if number else "")
    if sentence.verdict == "contradicted":
        return "the article says otherwise"
    if sentence.verdict == "unverified":
        wrong = any(finding.severity == "error" for finding in sentence.findings)
        return "the article does not say it" if wrong else UNSUPPORTED
    if sentence.outcome == "dropped" and not (ENDED.search(sentence.text) and balanced(sentence.text)):
        return "not a whole sentence"
    words = telling_words(sentence.text)
    for number, shown in enumerate(report.sentences, start=1):
        if overlap(words, telling_words(shown.text)):
            return f"says the same as sentence {number}"
    later = report.run.draft[report.run.draft.index(sentence) :]
    at_the_end = all(other.outcome not in SHOWN for other in later) and not _added(report)
    return LONG_ENOUGH if at_the_end and sentence.outcome == "not chosen" else LESS


def _added(report: Report) -> int:
    return len(report.sentences) - sum(sentence.outcome in SHOWN for sentence in report.run.draft)


def replacement(sentence: DraftSentence, report: Report) -> int | None:
    """Return the number of the shown sentence whose history has the drafted one, or None."""
    texts = [[step.text for step in shown.history] for shown in report.sentences]
    return next((number for number, history in enumerate(texts, start=1) if sentence.text in history), None)


def removals(report: Report) -> list[GuardEvent]:
    """Return the parts of answers that were taken out, without duplicates."""
    events = [event for call in report.run.calls for event in call.events]
    return list(dict.fromkeys(event for event in events if event.said and event.kind not in HARMLESS))


def draft_line(report: Report) -> str | None:
    """Return a line that counts the drafted sentences by outcome; None for a checked text."""
    if not isinstance(report, Summary):
        return None
    counts = Counter(sentence.outcome for sentence in report.run.draft)
    outcomes = ", ".join(f"{counts[outcome]} {outcome}" for outcome in get_args(Outcome) if counts[outcome])
    added = _added(report)
    line = f"drafted {counts.total()}" + (f": {outcomes}" if outcomes else "")
    return line + (f"; {added} added from the article" if added > 0 else "")


def acceptance(sentence: CheckedSentence) -> str | None:
    """Return why a person accepted the sentence, or None."""
    return None if sentence.accepted is None else f"accepted: {one_line(sentence.accepted)}"


def whose(sentence: CheckedSentence) -> str:
    """Return the origin of a sentence's words, and their rewording."""
    copied = any(" ".join(place.text.split()) == " ".join(sentence.text.split()) for place in sentence.evidence)
    if sentence.origin == "article" and sentence.rewording == "copied" and not copied:
        return "the article's words but for a few"
    return WHOSE[sentence.origin] + (REWORDED.get(sentence.rewording, "") if sentence.rewording else "")


def one_line(text: str) -> str:
    """Collapse whitespace, and remove control characters."""
    return " ".join(CONTROL.sub("", " ".join(text.split())).split())
