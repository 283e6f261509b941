"""A checked summary for a terminal, with findings and evidence.

Text of the article or a model is not read as markup; its control characters are removed.
"""

from collections.abc import Sequence
from io import StringIO
from typing import TYPE_CHECKING

from summarise.data import CheckedSentence, Evidence, Report, Verdict
from summarise.report.places import Lines, lines_of, telling
from summarise.report.text import LISTED, key_fact_text, key_facts_told, named, run_line, shortfalls
from summarise.report.wording import (
    DONE,
    acceptance,
    draft_line,
    findings_told,
    omission,
    one_line,
    quotation,
    reason,
    removals,
    replacement,
    unshown,
    verdict_text,
    weakness,
    whose,
)

if TYPE_CHECKING:
    from rich.text import Text

SIGN: dict[Verdict, str] = {"supported": "+", "unverified": "?", "contradicted": "!"}
# For a supported sentence with weak support.
WEAK_SIGN = "~"
STYLE: dict[Verdict, str] = {"supported": "green", "unverified": "bold yellow", "contradicted": "bold red"}
INDENT = 4
# Width of the codes of findings, and of outcomes.
LABEL = 12


def explain(report: Report, *, width: int, colours: bool) -> str:
    """Return each sentence with findings and evidence, the rest of the draft, the omitted key facts, and the run line.

    With `colours`, the text has ANSI codes.
    """
    page = Page(width, lines_of(report.facts.article), colours=colours)
    page.summed_up(report)
    for number, sentence in enumerate(report.sentences, start=1):
        page.blank()
        page.sentence(number, sentence)
    page.draft(report)
    page.removals(report)
    if report.key_facts:
        page.blank()
        page.left_out(report)
    page.blank()
    for line in shortfalls(report):
        page.put("", clean(line, "bold"))
    page.put("", clean(run_line(report), "dim"))
    if counts := draft_line(report):
        page.put("", clean(counts, "dim"))
    return page.text()


def clean(text: str, style: str = "") -> "Text":
    """Return a text on one line without control characters; bidirectional ones are named."""
    from rich.text import Text

    return Text(_shown(text), style)


def _shown(text: str) -> str:
    return named(one_line(text))


class Page:
    """Lines wrapped at a width."""

    def __init__(self, width: int, lines: Lines, *, colours: bool) -> None:
        from rich.console import Console

        self._width = width
        self._lines = lines
        self._shown: list[Text] = []
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
        """Add an empty line."""
        self._shown.append(clean(""))

    def put(self, before: str, text: "Text", *, after: str | None = None, style: str = "") -> None:
        """Add a wrapped text: `before` prefixes the first line, `after` (default: spaces) the others."""
        room = self._width - len(before)
        for number, line in enumerate(text.wrap(self._console, room, overflow="fold") or [text]):
            line.rstrip()
            start = before if number == 0 or after is None else after
            shown = clean("")
            shown.append(start if number == 0 or after is not None else " " * len(before), style)
            shown.append_text(line)
            shown.rstrip()
            self._shown.append(shown)

    def text(self) -> str:
        """Return the lines."""
        with self._console.capture() as captured:
            for line in self._shown:
                self._console.print(line, soft_wrap=True)
        return captured.get().rstrip("\n")

    def summed_up(self, report: Report) -> None:
        """Add the numbers of the sentences to look at."""
        numbers: dict[Verdict, list[str]] = {"contradicted": [], "unverified": []}
        for number, sentence in enumerate(report.sentences, start=1):
            if not sentence.passed:
                numbers[sentence.verdict].append(str(number))
        accepted = [str(n) for n, sentence in enumerate(report.sentences, start=1) if sentence.accepted is not None]
        for verdict, found in numbers.items():
            if found:
                self.put(f"{SIGN[verdict]} ", clean(f"{verdict}: {_numbered(found)}", STYLE[verdict]))
        weak = [str(n) for n, sentence in enumerate(report.sentences, start=1) if sentence.strength == "weak"]
        if weak:
            self.put(f"{WEAK_SIGN} ", clean(f"weak support: {_numbered(weak)}", STYLE["unverified"]))
        if accepted:
            self.put("", clean(f"accepted: {_numbered(accepted)}"))
        if not accepted and not any(numbers.values()):
            told = "every sentence is supported" if report.sentences else "there is no sentence to check"
            self.put("", clean(told, STYLE[report.verdict]))

    def sentence(self, number: int, sentence: CheckedSentence) -> None:
        """Add a sentence with findings, evidence and history."""
        sign, style = SIGN[sentence.verdict], STYLE[sentence.verdict]
        if sentence.strength == "weak":
            sign, style = WEAK_SIGN, STYLE["unverified"]
        head = clean(f"{sign} {verdict_text(sentence)}", style)
        head.append(f" · probability {sentence.probability:.2f} · {whose(sentence)}", "not bold dim")
        self.put(f"{number:<{INDENT - 1}} ", head)
        wrong = [(error.claim.text, "bold red") for error in sentence.errors]
        self.put(" " * INDENT, marked(clean(sentence.text), *wrong))
        if (accepted := acceptance(sentence)) is not None:
            self.put(" " * INDENT, clean(accepted, "bold"))
        if weak := weakness(sentence):
            self.put(" " * INDENT, clean(weak, "yellow"))
        if why := reason(sentence):
            self.put(" " * INDENT, clean(f"{why}; closest:" if sentence.evidence else why, "yellow"))
        if wrong:
            self.blank()
            self._errors(sentence)
        if telling(sentence):
            self.blank()
            self._evidence(sentence)
        for note in findings_told(sentence, "note", self._lines):
            self.put(" " * INDENT + "note: ", clean(str(note), "dim"), style="dim")
        if sentence.history:
            self.blank()
            self._history(sentence)

    def _errors(self, sentence: CheckedSentence) -> None:
        for code, summary, article in findings_told(sentence, "error", self._lines):
            label = self._label(code)
            for phrase, style in ((summary, "red"), (article, "green")):
                if phrase:
                    self.put(label, clean(str(phrase), style), style="bold")
                    label = " " * len(label)

    def _evidence(self, sentence: CheckedSentence) -> None:
        places = telling(sentence)
        labels = [self._lines.told(place) for place in places]
        widest = max(map(len, labels))
        for place, label in zip(places, labels, strict=True):
            same = _shown(place.text) == _shown(sentence.text)
            shown = clean("the same words", "dim") if same else self._quoted(place, sentence)
            before = f"{'':{INDENT}}{label:>{widest}} | "
            self.put(before, shown, after=f"{'':{INDENT + widest}} | ", style="cyan")

    def _quoted(self, place: Evidence, sentence: CheckedSentence) -> "Text":
        opposing = [(one.text, "bold green") for one in sentence.opposing if place.contains(one) and one != place]
        return marked(clean(place.text), *opposing)

    def _history(self, sentence: CheckedSentence) -> None:
        first, *later = sentence.history
        if first.action == "written":
            self.put(f"{'':{INDENT}}before: ", clean(f"the model said {quotation(one_line(first.text))}"), style="dim")
            for finding in findings_told(first, "error", self._lines):
                self.put(" " * (INDENT + 8) + f"{SIGN[first.verdict]} ", clean(str(finding)))
        else:
            later = [first, *later]
        done = "; then ".join(DONE[step.action] for step in later if step.action in DONE)
        self.put(f"{'':{INDENT}}done:   ", clean(done), style="dim")

    def draft(self, report: Report) -> None:
        """Add the drafted sentences that are not shown, with the reason."""
        omitted = unshown(report)
        if not omitted:
            return
        self.blank()
        self.put("", clean(f"not shown: {len(omitted)} of {len(report.run.draft)} drafted sentences", "bold"))
        for sentence in omitted:
            self.put(self._label(sentence.outcome), clean(quotation(one_line(sentence.text))), style="bold")
            # The history of a shown sentence has the findings of the one that it replaces.
            errors = [] if replacement(sentence, report) else findings_told(sentence, "error", self._lines)
            if sentence.outcome == "replaced" or not errors:
                self.put(self._label(), clean(omission(sentence, report), "yellow"))
            for finding in errors:
                self.put(f"{self._label()}{SIGN[sentence.verdict]} ", clean(str(finding)))

    def removals(self, report: Report) -> None:
        """Add the removed parts of answers, in a line each."""
        events = removals(report)
        if not events:
            return
        self.blank()
        self.put("", clean("taken out of the model's answers:", "bold"))
        for event in events:
            label = self._label(event.kind)
            text = clean(quotation(one_line(event.said)))
            text.truncate(self._width - len(label), overflow="ellipsis")
            self.put(label, text, style="bold")

    def _label(self, text: str = "") -> str:
        return f"{'':{INDENT}}{text:{LABEL}}  "

    def left_out(self, report: Report) -> None:
        """Add the omitted key facts."""
        left = report.omitted
        more = "; left out, most important first:" if left else ""
        self.put("", clean(f"{key_facts_told(report)} told{more}", "bold"))
        labels = [self._lines.told(key) for key in left[:LISTED]]
        for key, label in zip(left, labels, strict=False):
            before = f"{'':{INDENT}}{label:>{max(map(len, labels))}} | "
            after = " " * (len(before) - 2) + "| "
            self.put(before, clean(key_fact_text(key)), after=after, style="cyan")
        if len(left) > LISTED:
            self.put(" " * INDENT, clean(f"and {len(left) - LISTED} more"))


def _numbered(numbers: Sequence[str]) -> str:
    return f"{'sentence' if len(numbers) == 1 else 'sentences'} {', '.join(numbers)}"


def marked(text: "Text", *words: tuple[str, str]) -> "Text":
    """Style the first occurrence of each phrase."""
    for said, style in words:
        shown = _shown(said)
        start = text.plain.find(shown)
        if shown and start >= 0:
            text.stylize(style, start, start + len(shown))
    return text
