"""An article as an editor weighs it: what each sentence is worth, whom the headline names, how often each name recurs.

Does not pick anything. All is linear in the length of the article.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from functools import cached_property
from math import exp, log1p

from summarise.data import Date, Facts, Figure, Money, Name, Quotation, Relation, Span
from summarise.ranking import fitness, worth

LEAD, STRETCH, LATE = 6.0, 20.0, 0.45
"""After how many sentences news has told what matters (more in a long article), and what the last ones still count."""
Value = Figure | Money | Date


class Story:
    """One article's facts by kind, and the weights of its sentences and bearers, each from 0 to 1."""

    def __init__(self, facts: Facts) -> None:
        self.article = facts.article
        self.names = [fact for fact in facts.resolved if isinstance(fact, Name)]
        self.values = [fact for fact in facts.resolved if isinstance(fact, Value)]
        self.relations = [fact for fact in facts.resolved if isinstance(fact, Relation)]
        self._quoted = [fact for fact in facts.resolved if isinstance(fact, Quotation)]
        self.roles = [sentence.role for sentence in facts.article.sentences]
        # "9 August 2024" thrice in one sentence is one mention.
        self.mentions = Counter(value for _, value in {(name.sentence, name.value) for name in self.names})
        self._most = max(self.mentions.values(), default=1)

    @cached_property
    def sentence(self) -> list[float]:
        """What each sentence is worth: its part in the story and its place, not how well it stands alone."""
        texts = [self.article.quote(sentence) for sentence in self.article.sentences]
        raw = [
            value / fitness(text) * (LATE + (1 - LATE) * self.early(index))
            for index, (value, text) in enumerate(zip(worth(texts), texts, strict=True))
        ]
        most = max((value for index, value in enumerate(raw) if self.complete(index)), default=0.0) or 1.0
        return [min(1.0, value / most) for value in raw]

    def early(self, sentence: int) -> float:
        """Return how early in the article a sentence stands, from 1 for the first on down."""
        return exp(-sentence / (LEAD + len(self.roles) / STRETCH))

    @cached_property
    def headline(self) -> frozenset[str]:
        """The predicates, bearers, nouns and amounts of the headline."""
        said: set[str] = set()
        for fact in (*self.names, *self.values, *self.relations):
            if self.roles[fact.sentence] != "headline":
                continue
            if isinstance(fact, Relation):
                said.add(fact.predicate)
                said.update(one.value for one in fact.arguments if one.value)
            else:
                said.add(fact.value)
        return frozenset(said)

    def complete(self, sentence: int) -> bool:
        """Tell whether a sentence is one: in the body, or of a headline with a full stop."""
        role = self.roles[sentence]
        text = self.article.quote(self.article.sentences[sentence]).rstrip(" ”’\"')")
        return role == "body" or (role == "headline" and text.endswith((".", "!")))

    def recurs(self, bearer: str | None) -> float:
        """Return how often a bearer is named, beside the one who is named oftenest."""
        return log1p(self.mentions.get(bearer or "", 0)) / log1p(self._most)

    def named_in(self, span: Span) -> list[str]:
        """Return whom a stretch of the article names."""
        first, last = bisect_left(self._name_starts, span.start), bisect_left(self._name_starts, span.end)
        return [name.value for name in self.names[first:last]]

    @cached_property
    def _name_starts(self) -> list[int]:
        return [name.start for name in self.names]

    def quoted(self, relation: Relation) -> bool:
        """Tell whether a relation stands in a quotation."""
        index = bisect_right(self._starts, relation.start) - 1
        return index >= 0 and self._quoted[index].overlaps(relation)

    @cached_property
    def _starts(self) -> list[int]:
        return [quotation.start for quotation in self._quoted]

    def before(self, start: int, *, sentence: int, reach: int = 48) -> str:
        """Return the words of a sentence before a place in it, the nearest `reach` characters."""
        begin = self.article.sentences[sentence].start
        return self.article.text[max(begin, start - reach) : start]
