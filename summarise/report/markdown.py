"""A checked summary as Markdown: its text, with the evidence of each sentence in a footnote.

Decides nothing. Footnotes are written as GitHub and Pandoc read them, everything else is CommonMark. What the article
or a model wrote is escaped, so that it is shown as it stands: no link, no picture, no HTML comes of it. What a site
makes of plain text, such as mentions of its users, no Markdown can prevent.
"""

import re
from collections.abc import Iterator

from summarise.data import CheckedSentence, Report
from summarise.data.summary import ABBREVIATED
from summarise.report.places import Lines, lines_of, telling
from summarise.report.text import LISTED, key_fact_text, key_facts_told, named, run_line, shortfalls
from summarise.report.wording import (
    acceptance,
    findings_told,
    one_line,
    quotation,
    reason,
    verdict_text,
    weakness,
    whose,
)

MEANING = re.compile(r"[\\`*_\[\]<>&~^$|#@{}!]|-(?=-)|(?<=-)-|(?<=www)\.|(?<=[A-Za-z]):(?=//)", re.IGNORECASE)
"""What Markdown, or a dialect of it, might read as more than a character, wherever it stands."""
OPENING = re.compile(r"^(?:(?=[-+=:%])|\(?(?:[0-9]{1,9}|[A-Za-z]|[ivxlcdm]+)(?=[.)]))")
"""What may make a list or the like of a line that it begins, before the character that is to be escaped."""


def report_markdown(report: Report) -> str:
    """Return the sentences as their style wants them, each with a footnote of evidence, what is left out, and the run.

    What is not supported is marked where it stands.
    """
    lines = lines_of(report.facts.article)
    blocks = [_body(report)]
    blocks += [f"**{escaped(line)}**" for line in shortfalls(report)]
    if report.key_facts:
        blocks += _left_out(report, lines)
    blocks += ["---", escaped(run_line(report))]
    blocks += [_footnote(number, sentence, lines) for number, sentence in enumerate(report.sentences, start=1)]
    return "\n\n".join(block for block in blocks if block) + "\n"


def escaped(text: str) -> str:
    """Return a text on one line, as Markdown that shows just this text wherever it stands; turns are named."""
    text = MEANING.sub(lambda found: f"\\{found[0]}", named(one_line(text)))
    return OPENING.sub(lambda found: f"{found[0]}\\", text)


def _body(report: Report) -> str:
    style = report.run.style
    last = len(report.sentences)
    shown = [
        _sentence(number, sentence, headline=style == "headline" and number == last)
        for number, sentence in enumerate(report.sentences, start=1)
    ]
    if style == "bullets":
        return "\n".join(f"- {one}" for one in shown)
    return ("# " if style == "headline" and shown else "") + " ".join(shown)


def _sentence(number: int, sentence: CheckedSentence, *, headline: bool) -> str:
    # As `Summary.text` has it: a headline ends without a full stop, unless that belongs to its last word.
    text = one_line(sentence.text)
    if headline and not ABBREVIATED.search(text):
        text = text.removesuffix(".")
    told = verdict_text(sentence) if sentence.accepted is None else f"{sentence.verdict}, accepted"
    mark = "" if sentence.strength in ("strong", "fair") else f"**\\[{told}\\]** "
    return f"{mark}{escaped(text)}[^{number}]"


def _footnote(number: int, sentence: CheckedSentence, lines: Lines) -> str:
    head = f"[^{number}]: **{verdict_text(sentence)}**, probability {sentence.probability:.2f}, {whose(sentence)}"
    return "\n".join([head, "", *(f"    - {point}" for point in _points(sentence, lines))]).rstrip()


def _points(sentence: CheckedSentence, lines: Lines) -> Iterator[str]:
    if (accepted := acceptance(sentence)) is not None:
        yield escaped(accepted)
    for error in findings_told(sentence, "error", lines):
        yield escaped(str(error))
    yield from filter(None, (weakness(sentence), reason(sentence)))
    for place in telling(sentence):
        yield f"{lines.told(place)}: {escaped(quotation(one_line(place.text)))}"
    for note in findings_told(sentence, "note", lines):
        yield f"note: {escaped(str(note))}"


def _left_out(report: Report, lines: Lines) -> Iterator[str]:
    left = report.omitted
    told = f"{key_facts_told(report)} told"
    yield f"**{told}; left out:**" if left else f"**{told}**"
    points = [f"- {escaped(key_fact_text(key))} ({lines.told(key)})" for key in left[:LISTED]]
    if len(left) > LISTED:
        points.append(f"- and {len(left) - LISTED} more")
    yield "\n".join(points)
