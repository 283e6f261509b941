"""Where an article quotes somebody: each quotation with the place that names who speaks it.

Does not find speakers, which a quotation has already; it finds where a reader learns of them.
"""

import bisect
from collections import defaultdict
from collections.abc import Iterator, Sequence

from summarise.data import Facts, Name, Quotation, Span
from summarise.facts.inferences import with_speakers
from summarise.facts.lexicon.speech import verb_in

NEAR = 2
"""So many sentences before or behind a quotation its speaker is looked for."""


def spans_of_speech(facts: Facts) -> tuple[Span, ...]:
    """Return the stretches from a quotation to where its speaker is named, in order, none of which overlap.

    The name is the nearest one, in the quotation's own sentences or two before or behind them in its paragraph; where
    there is none, the stretch is the quotation. Stretches that overlap are one, up to the paragraph's end.
    """
    quotations = [fact for fact in with_speakers(facts) if isinstance(fact, Quotation) and fact.speaker is not None]
    places = _Places(facts)
    merged: list[Span] = []
    paragraph = -1
    for quotation in quotations:
        one = places.span(quotation)
        own = facts.article.sentences[quotation.sentence].paragraph
        while merged and own == paragraph and one.overlaps(merged[-1]):
            before = merged.pop()
            one = Span(start=min(before.start, one.start), end=max(before.end, one.end))
        merged.append(one)
        paragraph = own
    return tuple(merged)


class _Places:
    """Answers where the speakers of an article are named outside of what is quoted."""

    def __init__(self, facts: Facts) -> None:
        self._text = facts.article.story
        self._sentences = facts.article.sentences
        self._starts = [sentence.start for sentence in self._sentences]
        self._quoted = [fact for fact in facts.facts if isinstance(fact, Quotation)]
        self._quoted_from = [fact.start for fact in self._quoted]
        self._names: defaultdict[tuple[int, str], list[Name]] = defaultdict(list)
        for fact in facts.facts:
            if isinstance(fact, Name) and not self._is_quoted(fact.start):
                self._names[fact.sentence, fact.value].append(fact)

    def span(self, quotation: Quotation) -> Span:
        """Return the stretch from a quotation to its speaker's name, and to a said-phrase in a sentence of its own."""
        last = bisect.bisect_left(self._starts, quotation.end) - 1
        ends = [quotation.end]
        if (phrase := self._phrase_behind(last)) is not None:
            ends.append(phrase)
        for sentences in self._nearest_first(quotation.sentence, last):
            names = [name for index in sentences for name in self._names[index, quotation.speaker or ""]]
            if names:
                name = min(names, key=lambda one: max(one.start - quotation.end, quotation.start - one.end))
                return Span(start=min(quotation.start, name.start), end=max(*ends, name.end))
        return Span(start=quotation.start, end=max(ends))

    def _nearest_first(self, first: int, last: int) -> Iterator[Sequence[int]]:
        """Yield the quotation's own sentences, then one by one those near it in its paragraph."""
        yield range(first, last + 1)
        for distance in range(1, NEAR + 1):
            for index, own in ((first - distance, first), (last + distance, last)):
                within = 0 <= index < len(self._sentences)
                if within and self._sentences[index].paragraph == self._sentences[own].paragraph:
                    yield (index,)

    def _phrase_behind(self, last: int) -> int | None:
        """Return where "she asked" ends that stands as a sentence of its own behind a quotation's last sentence."""
        if last + 1 == len(self._sentences):
            return None
        following = self._sentences[last + 1]
        if following.paragraph != self._sentences[last].paragraph or not self._text[following.start].islower():
            return None
        verb = verb_in(self._text, following.start, following.end)
        return verb.end() if verb is not None else None

    def _is_quoted(self, position: int) -> bool:
        index = bisect.bisect_right(self._quoted_from, position) - 1
        return index >= 0 and position < self._quoted[index].end
