"""The difference of two versions of an article, as an HTML page and for a notebook."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from summarise.data import Disagreement, Evidence, Span, VersionDiff
from summarise.observing.control_characters import without_control
from summarise.report.html.layout import pieces
from summarise.report.html.page import environment, own, source_hash


class MarkedSentence(NamedTuple):
    """A sentence of the version `source`, in parts: words, and whether they are a changed value."""

    source: str | None
    parts: tuple[tuple[str, bool], ...]


class Row(NamedTuple):
    """Changed values with their versions, and the sentences that have them."""

    values: tuple[tuple[tuple[str | None, str], ...], ...]
    sentences: tuple[MarkedSentence, ...]


def diff_html(diff: VersionDiff) -> str:
    """Return a page with the difference of two versions."""
    style = own("page.css") + own("versions.css")
    titles = dict.fromkeys(filter(None, (source.title for source in diff.sources)))
    page = _rendered(
        "page",
        diff,
        title=" → ".join(titles) or "Two versions of an article",
        names=" → ".join(source.name or source.url or f"{source.id} version" for source in diff.sources),
        style=style,
        style_hash=source_hash(style),
    )
    return without_control(page.lstrip())


def diff_cell(diff: VersionDiff) -> str:
    """Return the difference as HTML for a notebook."""
    return _rendered("cell", diff, style=own("notebook.css") + own("versions.css"))


def _rendered(macro: str, diff: VersionDiff, **values: Any) -> str:
    module = environment().get_template("versions.html.j2").module
    return str(getattr(module, macro)(diff=diff, rows=list(_rows(diff)), **values))


def _rows(diff: VersionDiff) -> Iterator[Row]:
    """Yield the changed values, those of the same sentences together."""
    together: dict[tuple[Evidence, ...], list[Disagreement]] = {}
    for one in diff.changed:
        together.setdefault(tuple(dict.fromkeys(value.sentence for value in one.values)), []).append(one)
    for sentences, changed in together.items():
        places = [value.place for one in changed for value in one.values]
        yield Row(
            tuple(tuple((value.place.source, value.place.text) for value in one.values) for one in changed),
            tuple(_marked(sentence, places) for sentence in sentences),
        )


def _marked(sentence: Evidence, places: list[Evidence]) -> MarkedSentence:
    inside = [
        Span(start=place.start - sentence.start, end=place.end - sentence.start)
        for place in places
        if sentence.contains(place)
    ]
    cuts = pieces(len(sentence.text), inside)
    return MarkedSentence(sentence.source, tuple((sentence.text[cut.start : cut.end], bool(cut.on)) for cut in cuts))
