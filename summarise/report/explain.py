"""Renders a checked summary for a terminal, with findings and evidence.

Text of an article or a model is never read as markup, and loses its control characters.
"""

from collections.abc import Sequence
from io import StringIO
from itertools import count

from rich.console import Console
from rich.text import Text

from summarise.data import CheckedSentence, Evidence, Report, Verdict
from summarise.report.text import LISTED, key_fact_counts, key_fact_text, named, run_line, shortfalls
from summarise.report.wording import (
    DONE,
    Fault,
    Lines,
    acceptance,
    citation_texts,
    disagreement_texts,
    draft_line,
    fault_of,
    finding_texts,
    omission,
    one_line,
    quotation,
    reason,
    removals,
    replacement,
    shown_evidence,
    unshown,
    verdict_text,
    weakness,
    whose,
)

SIGN: dict[Verdict, str] = {"supported": "+", "unverified": "?", "contradicted": "!"}
# marks a supported sentence with weak support
WEAK_SIGN = "~"
STYLE: dict[Verdict, str] = {"supported": "green", "unverified": "bold yellow", "contradicted": "bold red"}
INDENT = 4
# width of the column with codes of findings and outcomes of drafted sentences
LABEL = 12


def explain(report: Report, *, width: int, colours: bool) -> str:
    """Return the view of `--explain`, in lines of at most `width` columns; `colours` adds ANSI codes.

    It lists the sentences to review, all sentences with their evidence, the drafted sentences that are not in the
    summary, and the omitted key facts.
    """
    lines = Lines(report.facts.article)
    page = _Page(width, lines, colours=colours)
    if report.run.focus:
        page.put("focus: ", _clean(report.run.focus))
    page.overview(report)
    numbers = count(1)
    for heading, sentences in report.sections:
        if heading:
            page.heading(heading)
        for sentence in sentences:
            page.blank()
            page.sentence(next(numbers), sentence)
    page.draft(report)
    page.removals(report)
    if report.key_facts:
        page.blank()
        page.omitted(report)
    page.blank()
    for line in [*disagreement_texts(report, lines), *shortfalls(report)]:
        page.put("", _clean(line, "bold"))
    page.put("", _clean(run_line(report), "dim"))
    if counts := draft_line(report):
        page.put("", _clean(counts, "dim"))
    return page.text()


def _clean(text: str, style: str = "") -> Text:
    return Text(_shown(text), style)


def _shown(text: str) -> str:
    return named(one_line(text))


class _Page:
    def __init__(self, width: int, lines: Lines, *, colours: bool) -> None:
        self._width = width
        self._lines = lines
        self._rows: list[Text] = []
        self._console = Console(
            file=StringIO(),
            width=width,
            height=25,
            force_terminal=colours,
            force_jupyter=False,
            force_interactive=False,
            color_system="standard" if colours else None,
            no_color=not colours,
            legacy_windows=False,
        )

    def blank(self) -> None:
        self._rows.append(_clean(""))

    def heading(self, heading: str) -> None:
        self.blank()
        self.put("", _clean(heading, "bold"))

    def put(self, before: str, text: Text, *, after: str | None = None, style: str = "") -> None:
        """Add a wrapped text. `before` is the prefix of its first line, `after` (default: spaces) of later lines."""
        room = self._width - len(before)
        for number, line in enumerate(text.wrap(self._console, room, overflow="fold") or [text]):
            line.rstrip()
            whole = _clean("")
            whole.append(before if number == 0 else after or " " * len(before), style)
            whole.append_text(line)
            whole.rstrip()
            self._rows.append(whole)

    def text(self) -> str:
        with self._console.capture() as captured:
            for line in self._rows:
                self._console.print(line, soft_wrap=True)
        return captured.get().rstrip("\n")

    def overview(self, report: Report) -> None:
        numbers: dict[Fault, list[str]] = {"contradicted": [], "unverified": [], "miscited": []}
        for number, sentence in enumerate(report.sentences, start=1):
            if not sentence.passed:
                numbers[fault_of(sentence)].append(str(number))
        accepted = [str(n) for n, sentence in enumerate(report.sentences, start=1) if sentence.accepted is not None]
        for fault, found in numbers.items():
            if found:
                sign: Verdict = "unverified" if fault == "miscited" else fault
                label = "cited wrongly" if fault == "miscited" else fault
                self.put(f"{SIGN[sign]} ", _clean(f"{label}: {_numbered(found)}", STYLE[sign]))
        weak = [str(n) for n, sentence in enumerate(report.sentences, start=1) if sentence.strength == "weak"]
        if weak:
            self.put(f"{WEAK_SIGN} ", _clean(f"weak support: {_numbered(weak)}", STYLE["unverified"]))
        if accepted:
            self.put("", _clean(f"accepted: {_numbered(accepted)}"))
        if not accepted and not any(numbers.values()):
            verdict_line = "every sentence is supported" if report.sentences else "there is no sentence to check"
            self.put("", _clean(verdict_line, STYLE[report.verdict]))

    def sentence(self, number: int, sentence: CheckedSentence) -> None:
        sign, style = SIGN[sentence.verdict], STYLE[sentence.verdict]
        if sentence.strength == "weak":
            sign, style = WEAK_SIGN, STYLE["unverified"]
        head = _clean(f"{sign} {verdict_text(sentence)}", style)
        head.append(f" · probability {sentence.probability:.2f} · {whose(sentence)}", "not bold dim")
        self.put(f"{number:<{INDENT - 1}} ", head)
        wrong = [(error.claim.text, "bold red") for error in sentence.errors]
        before, after = sentence.heads
        self.put(" " * INDENT, _marked(_clean(f"{before}{sentence.text}{after}"), *wrong))
        if (accepted := acceptance(sentence)) is not None:
            self.put(" " * INDENT, _clean(accepted, "bold"))
        if weak := weakness(sentence):
            self.put(" " * INDENT, _clean(weak, "yellow"))
        for line in citation_texts(sentence):
            self.put(" " * INDENT, _clean(line, "dim" if sentence.well_cited else "yellow"))
        if why := reason(sentence):
            self.put(" " * INDENT, _clean(f"{why}; closest:" if sentence.evidence else why, "yellow"))
        if wrong:
            self.blank()
            self._errors(sentence)
        if shown_evidence(sentence):
            self.blank()
            self._evidence(sentence)
        for note in finding_texts(sentence, "note", self._lines):
            self.put(" " * INDENT + "note: ", _clean(str(note), "dim"), style="dim")
        if sentence.history:
            self.blank()
            self._history(sentence)

    def _errors(self, sentence: CheckedSentence) -> None:
        for code, summary, article in finding_texts(sentence, "error", self._lines):
            label = self._label(code)
            for phrase, style in ((summary, "red"), (article, "green")):
                if phrase:
                    self.put(label, _clean(str(phrase), style), style="bold")
                    label = " " * len(label)

    def _evidence(self, sentence: CheckedSentence) -> None:
        places = shown_evidence(sentence)
        labels = [self._lines.place(place) for place in places]
        widest = max(map(len, labels))
        for place, label in zip(places, labels, strict=True):
            same = _shown(place.text) == _shown(sentence.text)
            shown = _clean("the same words", "dim") if same else self._quoted(place, sentence)
            before = f"{'':{INDENT}}{label:>{widest}} | "
            self.put(before, shown, after=f"{'':{INDENT + widest}} | ", style="cyan")

    def _quoted(self, place: Evidence, sentence: CheckedSentence) -> Text:
        opposing = [span for span in sentence.opposing if place.contains(span) and span != place]
        return _marked(_clean(place.text), *((span.text, "bold green") for span in opposing))

    def _history(self, sentence: CheckedSentence) -> None:
        first, *later = sentence.history
        if first.action == "written":
            self.put(f"{'':{INDENT}}before: ", _clean(f"the model said {quotation(one_line(first.text))}"), style="dim")
            for finding in finding_texts(first, "error", self._lines):
                self.put(" " * (INDENT + 8) + f"{SIGN[first.verdict]} ", _clean(str(finding)))
        else:
            later = [first, *later]
        done = "; then ".join(DONE[step.action] for step in later if step.action in DONE)
        self.put(f"{'':{INDENT}}done:   ", _clean(done), style="dim")

    def draft(self, report: Report) -> None:
        omitted = unshown(report)
        if not omitted:
            return
        self.blank()
        self.put("", _clean(f"not shown: {len(omitted)} of {len(report.run.draft)} drafted sentences", "bold"))
        for sentence in omitted:
            self.put(self._label(sentence.outcome), _clean(quotation(one_line(sentence.text))), style="bold")
            # The findings of a drafted sentence that was replaced are in the history of its replacement.
            errors = [] if replacement(sentence, report) else finding_texts(sentence, "error", self._lines)
            if sentence.outcome == "replaced" or not errors:
                self.put(self._label(), _clean(omission(sentence, report), "yellow"))
            for finding in errors:
                self.put(f"{self._label()}{SIGN[sentence.verdict]} ", _clean(str(finding)))

    def removals(self, report: Report) -> None:
        events = removals(report)
        if not events:
            return
        self.blank()
        self.put("", _clean("removed from the model's answers:", "bold"))
        for event in events:
            label = self._label(event.kind)
            text = _clean(quotation(one_line(event.said)))
            text.truncate(self._width - len(label), overflow="ellipsis")
            self.put(label, text, style="bold")

    def _label(self, text: str = "") -> str:
        return f"{'':{INDENT}}{text:{LABEL}}  "

    def omitted(self, report: Report) -> None:
        keys = report.omitted
        more = "; left out, most important first:" if keys else ""
        self.put("", _clean(f"{key_fact_counts(report)} stated{more}", "bold"))
        labels = [self._lines.place(key) for key in keys[:LISTED]]
        for key, label in zip(keys, labels, strict=False):
            before = f"{'':{INDENT}}{label:>{max(map(len, labels))}} | "
            after = " " * (len(before) - 2) + "| "
            self.put(before, _clean(key_fact_text(key)), after=after, style="cyan")
        if len(keys) > LISTED:
            self.put(" " * INDENT, _clean(f"and {len(keys) - LISTED} more"))


def _numbered(numbers: Sequence[str]) -> str:
    return f"{'sentence' if len(numbers) == 1 else 'sentences'} {', '.join(numbers)}"


def _marked(text: Text, *words: tuple[str, str]) -> Text:
    for phrase, style in words:
        visible = _shown(phrase)
        start = text.plain.find(visible)
        if visible and start >= 0:
            text.stylize(style, start, start + len(visible))
    return text
