"""The kinds of facts: one line of `KINDS` for each, which extraction, checks, verdict and repair use."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from summarise.checks import amounts, dates, names, quotations
from summarise.checks.opposing_facts import Case
from summarise.checks.source_index import Alignment, Claim, SourceIndex
from summarise.data import Article, FactKind, Facts, Finding
from summarise.facts.dates import dates as dates_in
from summarise.facts.extraction import Extraction, Extractor, by_sentence
from summarise.facts.figures import figures
from summarise.facts.money import money
from summarise.facts.names import names_in
from summarise.facts.quotations import quotations_in
from summarise.facts.sources import sources_alone, unite


@dataclass(frozen=True)
class Kind:
    """A kind of fact. `name`: the `kind` of its facts, and the code of its findings.

    `extract` yields the facts of an article. `compare` returns the finding for a fact of a claim, or None. `counts_as`:
    the input of the verdict's regression that errors set. `exact`: two different values exclude each other.
    `replaceable`: a value can be replaced by another in a sentence.
    """

    name: FactKind
    extract: Extractor
    compare: Callable[[Case[Any]], Finding | None]
    counts_as: str
    exact: bool = False
    replaceable: bool = True


# In the order of extraction: words of one kind are not those of a later one.
KINDS = (
    Kind("money", by_sentence(money), amounts.compare, "figures", exact=True),
    Kind("date", by_sentence(dates_in), dates.compare, "dates", exact=True),
    Kind("figure", by_sentence(figures), amounts.compare, "figures", exact=True),
    Kind("name", names_in, names.compare, "names"),
    Kind("quotation", quotations_in, quotations.compare, "quotations", replaceable=False),
)
EXACT = frozenset(kind.name for kind in KINDS if kind.exact)
REPLACEABLE = frozenset(kind.name for kind in KINDS if kind.replaceable)


def compare_facts(
    claim: Claim, source_index: SourceIndex, alignments: tuple[Alignment, ...], *, exact: bool = False
) -> Iterator[Finding]:
    """Yield the findings for the facts of a claim, or for its `exact` ones."""
    compare = {kind.name: kind.compare for kind in KINDS if kind.exact or not exact}
    for function in dict.fromkeys(compare.values()):
        said = [fact for fact in claim.facts if compare.get(fact.kind) is function]
        yield from filter(None, [function(Case(fact, claim, source_index, alignments)) for fact in said])


def extract(article: Article, *, rules: bool = False, known: Facts | None = None) -> Facts:
    """Return the facts of `article`, sorted by start, end and kind.

    Facts of one kind never overlap; numbers in money and dates are not figures. `rules` leaves the spaCy model out.
    `known` are the facts of an article that this text retells: names are resolved to its bearers. Each source of an
    article that holds several is read alone.
    """
    if article.sources:
        return unite(article, [extract(source, rules=rules) for source in sources_alone(article)])
    extraction = Extraction(article, rules=rules, known=known)
    for kind in KINDS:
        extraction.add(kind.extract(extraction))
    return extraction.result()
