"""The places of the article that a report points to, numbered as they are first named.

Does not lay them over the text: `layout` does.
"""

from collections.abc import Sequence

from summarise.data import Article, CheckedSentence, Evidence, Fact, Report, Span
from summarise.errors import UsageError
from summarise.report.places import lines_of


class Places:
    """The places of one article by number, from 1, and its `lines`."""

    def __init__(self, article: Article) -> None:
        self._article = article
        self.lines = lines_of(article)
        self._numbers: dict[tuple[int, int], int] = {}

    def number(self, place: Evidence | Fact) -> int:
        """Return a place's number; UsageError where the article has other words there than the place brings along."""
        if self._article.quote(place) != place.text:
            raise UsageError(f"the report is not of this article, which has other words at {place.start}-{place.end}")
        return self._numbers.setdefault((place.start, place.end), len(self._numbers) + 1)

    @property
    def spans(self) -> list[Span]:
        """The places in the order of their numbers."""
        return [Span(start=start, end=end) for start, end in self._numbers]

    def against(self, sentence: CheckedSentence) -> list[int]:
        """Return the numbers of the places that say otherwise than a sentence."""
        return self._of(sentence.opposing)

    def of(self, sentence: CheckedSentence) -> list[int]:
        """Return the numbers of all places that bear on a sentence: first those against it, then the best."""
        noted = [finding.article for finding in sentence.findings if finding.article]
        return list(dict.fromkeys([*self.against(sentence), *self._of([*sentence.evidence, *noted])]))

    def _of(self, places: Sequence[Evidence]) -> list[int]:
        return list(dict.fromkeys(self.number(place) for place in places))


def places_of(report: Report, article: Article) -> Places:
    """Return the places of a report, numbered as its reader meets them."""
    places = Places(article)
    for sentence in report.sentences:
        for place in sentence.evidence:
            places.number(place)
        places.of(sentence)
    for key in report.omitted:
        places.number(key.pieces[-1])
    return places
