"""Renders a checked summary as Markdown (CommonMark, with the footnotes of GitHub and Pandoc).

Text of an article or a model is escaped, so that it cannot become a link, an image or HTML.
"""

import re
from collections.abc import Iterator

from summarise.data import CheckedSentence, Report
from summarise.data.summary import ABBREVIATED, NO_ITEMS
from summarise.report.text import LISTED, key_fact_counts, key_fact_text, named, run_line, shortfalls
from summarise.report.wording import (
    Lines,
    acceptance,
    citation_texts,
    disagreement_texts,
    finding_texts,
    one_line,
    quotation,
    reason,
    shown_evidence,
    verdict_text,
    weakness,
    whose,
)

# Characters that Markdown or one of its dialects may interpret anywhere.
MEANING = re.compile(r"[\\`*_\[\]<>&~^$|#@{}!]|-(?=-)|(?<=-)-|(?<=www)\.|(?<=[A-Za-z]):(?=//)", re.IGNORECASE)
# The start of a line that may open a list or another block. The match ends before the character to escape.
OPENING = re.compile(r"^(?:(?=[-+=:%])|\(?(?:[0-9]{1,9}|[A-Za-z]|[ivxlcdm]+)(?=[.)]))")


def report_markdown(report: Report) -> str:
    """Return a report as Markdown, with the evidence in footnotes."""
    lines = Lines(report.facts.article)
    blocks = [_body(report)]
    blocks += [f"**{escaped(line)}**" for line in (*disagreement_texts(report, lines), *shortfalls(report))]
    if report.key_facts:
        blocks += _key_facts(report, lines)
    blocks += ["---", escaped(run_line(report))]
    blocks += [_footnote(number, sentence, lines) for number, sentence in enumerate(report.sentences, start=1)]
    return "\n\n".join(block for block in blocks if block) + "\n"


def escaped(text: str) -> str:
    """Return a text escaped for Markdown, on one line."""
    text = MEANING.sub(lambda found: f"\\{found[0]}", named(one_line(text)))
    return OPENING.sub(lambda found: f"{found[0]}\\", text)


def _body(report: Report) -> str:
    style = report.run.style
    if style == "minutes":
        return "\n\n".join(_sections(report)) or NO_ITEMS
    last = len(report.sentences)
    sentences = [
        _sentence(number, sentence, headline=style == "headline" and number == last)
        for number, sentence in enumerate(report.sentences, start=1)
    ]
    if style == "bullets":
        return "\n".join(f"- {sentence}" for sentence in sentences)
    return ("# " if style == "headline" and sentences else "") + " ".join(sentences)


def _sections(report: Report) -> Iterator[str]:
    number = 0
    for heading, items in report.sections:
        yield f"## {heading}"
        yield "\n".join(f"- {_sentence(place, item)}" for place, item in enumerate(items, start=number + 1))
        number += len(items)


def _sentence(number: int, sentence: CheckedSentence, *, headline: bool = False) -> str:
    # As in `Summary.text`, a headline keeps a full stop only as part of an abbreviation.
    text = one_line(sentence.text)
    if headline and not ABBREVIATED.search(text):
        text = text.removesuffix(".")
    label = verdict_text(sentence) if sentence.accepted is None else f"{sentence.verdict}, accepted"
    if not sentence.well_cited and sentence.accepted is None:
        label += ", cited wrongly"
    mark = "" if sentence.strength in ("strong", "fair") and sentence.well_cited else f"**\\[{label}\\]** "
    before, after = sentence.heads
    return f"{mark}{escaped(f'{before}{text}{after}')}[^{number}]"


def _footnote(number: int, sentence: CheckedSentence, lines: Lines) -> str:
    head = f"[^{number}]: **{verdict_text(sentence)}**, probability {sentence.probability:.2f}, {whose(sentence)}"
    return "\n".join([head, "", *(f"    - {point}" for point in _points(sentence, lines))]).rstrip()


def _points(sentence: CheckedSentence, lines: Lines) -> Iterator[str]:
    if (accepted := acceptance(sentence)) is not None:
        yield escaped(accepted)
    for error in finding_texts(sentence, "error", lines):
        yield escaped(str(error))
    yield from filter(None, (weakness(sentence), reason(sentence)))
    yield from map(escaped, citation_texts(sentence))
    for place in shown_evidence(sentence):
        yield f"{lines.place(place)}: {escaped(quotation(one_line(place.text)))}"
    for note in finding_texts(sentence, "note", lines):
        yield f"note: {escaped(str(note))}"


def _key_facts(report: Report, lines: Lines) -> Iterator[str]:
    omitted = report.omitted
    counts = f"{key_fact_counts(report)} stated"
    yield f"**{counts}; left out:**" if omitted else f"**{counts}**"
    points = [f"- {escaped(key_fact_text(key))} ({lines.place(key)})" for key in omitted[:LISTED]]
    if len(omitted) > LISTED:
        points.append(f"- and {len(omitted) - LISTED} more")
    yield "\n".join(points)
