"""Puts findings, verdicts, origins, repairs and positions into words.

Line numbers refer to the text as read; for Markdown, to the file.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from textwrap import shorten
from typing import Literal, NamedTuple, get_args

from summarise.data import (
    Action,
    Article,
    CheckedSentence,
    Citation,
    CitationVerdict,
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
    SourceValue,
    Span,
    Step,
    Summary,
    clock,
)
from summarise.facts.salience import balanced, overlap, telling_words

BREAK = re.compile(r"\r\n|\r|\n")


class Lines:
    """Describes positions in an article: "line 5", "page 3", "00:12:31, Anna Feyer".

    Lines count from 1, and end with LF, CR LF or CR. With several sources, positions begin with the id of the source
    ("[2] line 5"), and lines count from the start of the source.
    """

    def __init__(self, article: Article) -> None:
        self._article = article
        self._numbers = [line.number for line in article.lines]
        breaks = (match.end() for match in BREAK.finditer(article.text))
        self._starts = [line.start for line in article.lines] or [0, *breaks]

    def of(self, offset: int) -> int:
        """Return the number of the line at an offset. A line break belongs to the line that it ends."""
        index = bisect_right(self._starts, offset)
        return self._numbers[max(index - 1, 0)] if self._numbers else index

    def column(self, offset: int) -> int:
        """Return an offset's column, in code points from 1."""
        return offset - self._starts[self.of(offset) - 1] + 1

    def place(self, span: Span) -> str:
        """Describe the position of a span: "lines 5-7"."""
        if page := self.page(span):
            return f"{self.source(span)}{page}"
        before = next((self.of(source.start) - 1 for source in self._article.sources if source.contains(span)), 0)
        first, last = self.of(span.start) - before, self.of(span.end - 1) - before
        return f"{self.source(span)}line {first}" if first == last else f"{self.source(span)}lines {first}-{last}"

    def offsets(self, span: Span) -> str:
        """Return the offsets of a span in its source: "12-40"."""
        start = next((source.start for source in self._article.sources if source.contains(span)), 0)
        return f"{span.start - start}-{span.end - start}"

    def source(self, span: Span) -> str:
        """Return the mark of a span's source, "[2] ", or an empty string."""
        return next((f"[{source.id}] " for source in self._article.sources if source.contains(span)), "")

    def page(self, span: Span) -> str | None:
        """Return a span's pages ("pages 3-4"), or time and speaker in a transcript, or None."""
        if turn := self._article.utterance_at(span.start):
            start = next((source.start for source in self._article.sources if source.contains(turn)), 0)
            number = sum(start <= utterance.start <= turn.start for utterance in self._article.utterances)
            when = f"turn {number}" if turn.time is None else clock(turn.time)
            return f"{when}, {turn.speaker}" if turn.speaker else when
        numbers = [page.number for page in self._article.pages if page.overlaps(span)]
        if not numbers:
            return None
        called, first, last = page_called(self._article), min(numbers), max(numbers)
        return f"{called} {first}" if first == last else f"{called}s {first}-{last}"

    def hold(self, words: str) -> bool:
        """Return whether the article contains `words` at word boundaries. Case and white space may differ."""
        words = words.casefold()
        start = r"(?<!\w)" if words[:1].isalnum() else ""
        end = r"(?!\w)" if words[-1:].isalnum() else ""
        return bool(words) and re.search(f"{start}{re.escape(words)}{end}", self._line) is not None

    @cached_property
    def _line(self) -> str:
        return " ".join(self._article.text.split()).casefold()


def page_called(article: Article) -> str:
    """Return the noun for a page of an article: "page" or "slide"."""
    return "slide" if article.format == "pptx" else "page"


def character_ranges(spans: Sequence[Span]) -> str:
    """Return the offsets of the first three spans: "0-12, 40-66, 80-91, …"."""
    return ", ".join([f"{span.start}-{span.end}" for span in spans[:3]] + ["…"] * (len(spans) > 3))


def shown_evidence(sentence: CheckedSentence) -> tuple[Evidence, ...]:
    """Return the evidence to show for a sentence.

    For a contradicted sentence, this is every conflicting span. For others, it is the evidence that overlaps a
    conflicting span; without such evidence, all evidence of an unverified sentence, or the first of a supported one.
    """
    opposing = tuple(place for place in sentence.evidence if any(map(place.overlaps, sentence.opposing)))
    if sentence.verdict == "contradicted":
        others = [place for place in sentence.opposing if not any(map(place.overlaps, opposing))]
        opposing += tuple(dict.fromkeys(others))
    return opposing or (sentence.evidence if sentence.verdict == "unverified" else sentence.evidence[:1])


# maximum characters of a quotation inside a line
QUOTED = 80
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
WHOSE: dict[Origin, str] = {
    "model": "the model's words",
    "repaired": "the model's words, corrected",
    "article": "the article's words",
    "given": "as given",
}
REWORDED: dict[Rewording, str] = {
    "shortened": ", shortened",
    "reworded": ", reworded",
    "fused": ", two sentences in one",
}
DONE: dict[Action, str] = {
    "corrected": "a wrong value was corrected",
    "asked again": "the model was asked again with the findings",
    "replaced": "the article's sentence took its place",
}

NOTICES: dict[Notice, str] = {
    "article shorter than wanted": "the article is no longer than the summary asked for: it is printed unchanged",
    "fewer sentences than wanted": "fewer sentences than wanted: no other sentence is supported and reads well alone",
    "headline too long": "no supported headline of at most twelve words was found: this one is longer",
    "headline in the past tense": "no supported headline in the present tense was found: this one is in the past tense",
    "instructions not used": "the instructions had no effect: no model wrote a draft (see `summarise models`)",
    "no transcript": "the article is not a transcript with named speakers: its minutes have no times and few owners",
}

CITED: dict[CitationVerdict, str] = {
    "supports": "supports it",
    "supports partly": "supports a part of it",
    "does not support": "does not support it",
    "missing": "no source has this name",
}
Fault = Literal["contradicted", "unverified", "miscited"]
UNSUPPORTED = "nothing contradicts it, but too little of it is in the article"
# outcomes of the drafted sentences that are listed as not shown
UNSHOWN: tuple[Outcome, ...] = ("replaced", "dropped", "not chosen")
# outcomes of the drafted sentences that became sentences of the summary
SHOWN: tuple[Outcome, ...] = ("kept", "repaired", "replaced")
# defects for which nothing was removed from an answer
HARMLESS: tuple[GuardKind, ...] = ("lead copy", "special tokens")
ENDED = re.compile(r"[.!?…。！？।؟۔][”\"’')」』]*$")


class Side(NamedTuple):
    """One side of a finding: the words of the summary or of the article, such as "article says “12”, line 5".

    `lead`: "article says". `quoted`: "12". `described`: a description, if nothing is quoted. `where`: ", line 5".
    """

    lead: str
    quoted: str = ""
    described: str = ""
    where: str = ""

    def __str__(self) -> str:
        words = quotation(self.quoted) if self.quoted else self.described
        return f"{self.lead} {words}".rstrip() + self.where


class FindingText(NamedTuple):
    """A finding in words: "date: summary says “5 May” / article says “6 May”".

    `summary` is None if its words are not quoted.
    """

    code: str
    summary: Side | None
    article: Side

    def __str__(self) -> str:
        return f"{self.code}: {' / '.join(str(side) for side in (self.summary, self.article) if side)}"


def finding_text(finding: Finding, text: str, lines: Lines | None, shown: Sequence[Evidence] = ()) -> FindingText:
    """Put a finding about the sentence `text` into words. Evidence in `shown` is named by position, not quoted."""
    claim = one_line(finding.claim.text)
    whole = claim == one_line(text)
    summary = None if whole or finding.code == "judged" else Side("summary says", claim)
    if finding.reason == "computed" and finding.computation:
        return FindingText(finding.code, summary, Side("computed:", described=finding.computation))
    if finding.reason == "disputed" and finding.article is not None:
        where = f", {lines.place(finding.article)}" if lines else ""
        source = Side("another source says", one_line(finding.article.text), where=where)
        return FindingText(finding.code, summary, source)
    if finding.elsewhere is not None and finding.article is not None:
        return FindingText(finding.code, summary, _elsewhere(finding.elsewhere, finding.article, lines))
    if finding.article is not None:
        return FindingText(finding.code, summary, _opposing(finding.article, finding.code, lines, shown))
    if finding.code == "other" and (lines is None or lines.hold(claim)):
        return FindingText(finding.code, summary, Side("your own check", described="objects"))
    if finding.code == "language":
        description = "cannot be compared: the checks read English only"
    elif finding.code == "entailment":
        description = "does not seem to say so"
    elif whole or lines is None or lines.hold(claim):
        # The article may contain the words with another meaning.
        description = "does not say so"
    else:
        description = "does not have it"
    return FindingText(finding.code, summary, Side("article", described=description))


def _opposing(place: Evidence, code: FindingCode, lines: Lines | None, shown: Sequence[Evidence]) -> Side:
    judged = code == "judged"
    if lines is not None and place in shown:
        where = lines.place(place)
        return Side("the judge points to", described=where) if judged else Side("article:", described=f"see {where}")
    lead = "the judge points to" if judged else "article says"
    return Side(lead, one_line(place.text), where=f", {lines.place(place)}" if lines else "")


def _elsewhere(other: Evidence, here: Evidence, lines: Lines | None) -> Side:
    words = quotation(shorten(one_line(other.text), QUOTED, placeholder=" …"))
    quoted = f"{words}, {lines.place(other)}" if lines else words
    where = f", {lines.place(here)}" if lines else ""
    return Side(f"article has it elsewhere ({quoted}); here it has", one_line(here.text), where=where)


def quotation(text: str) -> str:
    """Put a text in double quotation marks, or in single ones if it begins with a double one."""
    return f"‘{text}’" if text.startswith("“") else f"“{text}”"


def finding_texts(
    sentence: CheckedSentence | Step | DraftSentence, severity: Severity, lines: Lines
) -> list[FindingText]:
    """Return the texts of a sentence's findings of one severity, without duplicates."""
    shown = sentence.evidence if isinstance(sentence, CheckedSentence) else ()
    texts = (
        finding_text(finding, sentence.text, lines, shown)
        for finding in sentence.findings
        if finding.severity == severity
    )
    return list(dict.fromkeys(texts))


def verdict_text(sentence: CheckedSentence) -> str:
    """Return the verdict with the strength: "supported, strong"."""
    return f"{sentence.verdict}, {sentence.strength}" if sentence.strength else sentence.verdict


def weakness(sentence: CheckedSentence) -> str | None:
    """Return a remark if the support is weak, else None."""
    return "no error found, weak support" if sentence.strength == "weak" else None


def citation_texts(sentence: CheckedSentence) -> list[str]:
    """Return a sentence's citations in words: "cites [2]: does not support it"."""
    texts = [f"cites {_cited(citation)}: {CITED[citation.verdict]}" for citation in sentence.citations]
    if sentence.uncited:
        texts.append("cites no source")
    if sentence.found_in:
        texts.append(f"found in {', '.join(f'[{name}]' for name in sentence.found_in)}")
    return texts


def _cited(citation: Citation) -> str:
    mark = one_line(citation.text)
    if mark.strip("[]^") == citation.source:
        return mark
    return f"[{citation.source}]" if citation.source in mark else f"{mark}, source {citation.source}"


def citation_faults(sentence: CheckedSentence) -> list[str]:
    """Return the citations of a wrongly cited sentence in words; empty for other sentences."""
    return [] if sentence.well_cited else citation_texts(sentence)


def fault_of(sentence: CheckedSentence) -> Fault:
    """Return the verdict, or "miscited" for a supported sentence."""
    return sentence.verdict if sentence.verdict != "supported" else "miscited"


def disagreement_texts(report: Report, lines: Lines | None = None) -> list[str]:
    """Return a line for each fact on which sources disagree."""
    return [
        "sources disagree: "
        + " / ".join(
            f"{quotation(one_line(value.place.text))} ({_where(value, lines)})" for value in disagreement.values
        )
        for disagreement in report.disagreements
    ]


def _where(value: SourceValue, lines: Lines | None) -> str:
    place = lines.place(value.place) if lines else f"[{value.place.source}]"
    return f"{place}, {one_line(value.date)}" if value.date else place


def reason(sentence: CheckedSentence) -> str | None:
    """Return the reason why a sentence is unverified although it has no errors. None for other sentences."""
    if sentence.verdict != "unverified" or sentence.errors:
        return None
    return UNSUPPORTED


def unshown(report: Report) -> list[DraftSentence]:
    """Return the drafted sentences that are neither in the summary nor merged into others."""
    return [sentence for sentence in report.run.draft if sentence.outcome in UNSHOWN]


def omission(sentence: DraftSentence, report: Report) -> str:
    """Return the reason why a drafted sentence is not in the summary."""
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
    at_the_end = all(follower.outcome not in SHOWN for follower in later) and not _added(report)
    if at_the_end and sentence.outcome == "not chosen":
        return "the summary was long enough"
    return "other sentences say more"


def _added(report: Report) -> int:
    return len(report.sentences) - sum(sentence.outcome in SHOWN for sentence in report.run.draft)


def replacement(sentence: DraftSentence, report: Report) -> int | None:
    """Return the number, from 1, of the sentence that replaced a drafted sentence, or None."""
    texts = [[step.text for step in shown.history] for shown in report.sentences]
    return next((number for number, history in enumerate(texts, start=1) if sentence.text in history), None)


def removals(report: Report) -> list[GuardEvent]:
    """Return the parts removed from the model's answers, such as a refusal, without duplicates."""
    events = [event for call in report.run.calls for event in call.events]
    return list(dict.fromkeys(event for event in events if event.said and event.kind not in HARMLESS))


def draft_line(report: Report) -> str | None:
    """Return "drafted 3: 2 kept, 1 dropped; 1 added from the article". None for a report of `check`."""
    if not isinstance(report, Summary):
        return None
    counts = Counter(sentence.outcome for sentence in report.run.draft)
    outcomes = ", ".join(f"{counts[outcome]} {outcome}" for outcome in get_args(Outcome) if counts[outcome])
    added = _added(report)
    line = f"drafted {counts.total()}" + (f": {outcomes}" if outcomes else "")
    return line + (f"; {added} added from the article" if added > 0 else "")


def acceptance(sentence: CheckedSentence) -> str | None:
    """Return a line with a person's reason for accepting the sentence, or None."""
    return None if sentence.accepted is None else f"accepted: {one_line(sentence.accepted)}"


def whose(sentence: CheckedSentence) -> str:
    """Describe the origin of a sentence's words: "the article's words, shortened"."""
    copied = any(" ".join(place.text.split()) == " ".join(sentence.text.split()) for place in sentence.evidence)
    if sentence.origin == "article" and sentence.rewording == "copied" and not copied:
        return "the article's words, except a few"
    return WHOSE[sentence.origin] + (REWORDED.get(sentence.rewording, "") if sentence.rewording else "")


def one_line(text: str) -> str:
    """Collapse whitespace, and remove control characters."""
    return " ".join(CONTROL.sub("", " ".join(text.split())).split())
