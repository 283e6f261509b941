"""The table of the kinds of facts, `KINDS`."""

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

    `name`: the `kind` of its facts, and the code of its findings. `counts_as`: the input of the verdict's regression
    that an error of this kind sets to 1. `exact`: different values of this kind contradict each other. `replaceable`:
    repair may replace a value by another one of this kind.

    The last three fields are for contrasts, which replace a value of a claim by one of the article. `group`: only
    values of one group are exchanged (None: never). `excludes`: whether the article's value rules out the claim's.
    `in_place`: start and end, in the text of the claim's fact, of the words to replace, and the new words; None if they
    do not fit.
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


_AMOUNT: dict[str, Any] = {
    "compare": amounts.compare, "counts_as": "figures", "exact": True,
    "group": amounts.group, "in_place": amounts.in_place,
    "excludes": lambda said, fact: not amounts.supported_by(said, fact),
}  # fmt: skip
# In the order of extraction: words of a fact are not extracted again for a later kind.
KINDS = (
    Kind("money", by_sentence(money), **_AMOUNT),
    Kind(
        "date", by_sentence(dates_in), dates.compare, "dates", exact=True,
        group=dates.group, excludes=dates.comparable, in_place=dates.in_place,
    ),
    Kind("figure", by_sentence(figures), **_AMOUNT),
    Kind("name", names_in, names.compare, "names", group=names.group, excludes=names.incompatible),
    Kind("quotation", quotations_in, quotations.compare, "quotations", replaceable=False),
)  # fmt: skip
KIND_OF = {kind.name: kind for kind in KINDS}
EXACT = frozenset(kind.name for kind in KINDS if kind.exact)
REPLACEABLE = frozenset(kind.name for kind in KINDS if kind.replaceable)


def compare_facts(
    claim: Claim, source_index: SourceIndex, alignments: tuple[Alignment, ...], *, exact: bool = False
) -> Iterator[Finding]:
    """Compare the facts of a claim with the article.

    With `exact`, only money, dates and figures are compared.
    """
    functions = {kind.name: kind.compare for kind in KINDS if kind.exact or not exact}
    for compare in dict.fromkeys(functions.values()):
        facts = [fact for fact in claim.facts if functions.get(fact.kind) is compare]
        yield from filter(None, [compare(Case(fact, claim, source_index, alignments)) for fact in facts])


def extract(article: Article, *, known: Facts | None = None) -> Facts:
    """Extract the facts of an article, or of a summary, sorted by start, end and kind.

    Facts of one kind never overlap; numbers in money and dates are not figures. Each of several sources is read
    separately. `known`: for a summary, the facts of its article, to which its names are resolved.
    """
    if article.sources:
        return unite(article, [extract(source) for source in sources_alone(article)])
    extraction = Extraction(article, known=known)
    for kind in KINDS:
        extraction.add(kind.extract(extraction))
    return extraction.result()
