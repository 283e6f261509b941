"""Define the kinds of facts in the table `KINDS`, which extraction, checks, verdict and repair use."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from summarise.article.sources import sources_alone, unite
from summarise.checks import amounts, dates, names, quotations
from summarise.checks.source_index import Alignment, Case, Claim, SourceIndex
from summarise.data import Article, FactKind, Facts, Finding
from summarise.facts import Extraction, Extractor, by_sentence
from summarise.facts.amounts import figures, money
from summarise.facts.dates import dates as dates_in
from summarise.facts.names import names_in
from summarise.facts.quotations import quotations_in


@dataclass(frozen=True)
class Kind:
    """A kind of fact, such as "date".

    `name`: the `kind` of its facts, and the code of its findings. `extract` yields the facts of an article. `compare`
    returns a finding about a fact of a claim, or None. `counts_as`: the feature of the verdict's regression that an
    error of this kind sets to 1. `exact`: two different values exclude each other. `replaceable`: a value in a sentence
    can be replaced by another one.

    For contrasts: a value is only exchanged for one with the same `group` (None: for none) that it `excludes`;
    `in_place` returns the span of its words to exchange and the other value's words, or None if they do not fit.
    """

    name: FactKind
    extract: Extractor
    compare: Callable[[Case[Any]], Finding | None]
    counts_as: str
    exact: bool = False
    replaceable: bool = True
    group: Callable[[Any], str | None] = lambda _: None
    excludes: Callable[[Any, Any], bool] = lambda said, fact: said.value != fact.value
    in_place: Callable[[Any, Any], tuple[int, int, str] | None] = lambda said, fact: (0, len(said.text), fact.text)


# In the order of extraction: words of a fact are not extracted again for a later kind.
_AMOUNT: dict[str, Any] = {
    "compare": amounts.compare, "counts_as": "figures", "exact": True,
    "group": amounts.group, "excludes": amounts.differ, "in_place": amounts.in_place,
}  # fmt: skip
KINDS = (
    Kind("money", by_sentence(money), **_AMOUNT),
    Kind(
        "date", by_sentence(dates_in), dates.compare, "dates", exact=True,
        group=dates.group, excludes=dates.comparable, in_place=dates.in_place,
    ),
    Kind("figure", by_sentence(figures), **_AMOUNT),
    Kind("name", names_in, names.compare, "names", group=names.group, excludes=names.rivals),
    Kind("quotation", quotations_in, quotations.compare, "quotations", replaceable=False),
)  # fmt: skip
KIND_OF = {kind.name: kind for kind in KINDS}
EXACT = frozenset(kind.name for kind in KINDS if kind.exact)
REPLACEABLE = frozenset(kind.name for kind in KINDS if kind.replaceable)


def compare_facts(
    claim: Claim, source_index: SourceIndex, alignments: tuple[Alignment, ...], *, exact: bool = False
) -> Iterator[Finding]:
    """Compare the facts of a claim with the article, and yield the findings.

    With `exact`, only money, dates and figures are compared.
    """
    compare = {kind.name: kind.compare for kind in KINDS if kind.exact or not exact}
    for function in dict.fromkeys(compare.values()):
        said = [fact for fact in claim.facts if compare.get(fact.kind) is function]
        yield from filter(None, [function(Case(fact, claim, source_index, alignments)) for fact in said])


def extract(article: Article, *, rules: bool = False, known: Facts | None = None) -> Facts:
    """Extract the facts of `article`, sorted by start, end and kind.

    Facts of one kind never overlap; numbers in money and dates are not figures. `rules` parses by rules instead of the
    spaCy model. `known`: the facts of the article that this text summarises; names of the text get their values from
    them. If an article has several sources, each is read separately.
    """
    if article.sources:
        return unite(article, [extract(source, rules=rules) for source in sources_alone(article)])
    extraction = Extraction(article, rules=rules, known=known)
    for kind in KINDS:
        extraction.add(kind.extract(extraction))
    return extraction.result()
