"""The fact extractor: figures, money, dates, names and quotations with their positions."""

from summarise.data import Article, Date, Fact, Facts, Figure, Money
from summarise.facts.dates import dates
from summarise.facts.figures import figures
from summarise.facts.money import money
from summarise.facts.names import names
from summarise.facts.parser import parsed_sentences, parser_name
from summarise.facts.quotations import keep_speakers, quotations, quoted, speakers_inferred, voices
from summarise.facts.references import References
from summarise.facts.salience import keep_statements, statements_in
from summarise.facts.sources import sources_alone, unite

__all__ = ["extract"]


def extract(article: Article, *, rules: bool = False, known: Facts | None = None) -> Facts:
    """Return the facts of `article`, sorted by start, end and kind.

    Facts of one kind never overlap; numbers in money and dates are not figures. `rules` leaves the spaCy model out.
    `known` are the facts of an article that this text retells: names are resolved to its bearers. Each source of an
    article that holds several is read alone.
    """
    if article.sources:
        return unite(article, [extract(source, rules=rules) for source in sources_alone(article)])
    parser = parser_name(rules=rules)
    read = parsed_sentences(article, rules=parser == "rules")
    found: list[Figure | Money | Date] = []
    paid: dict[int, tuple[Money, ...]] = {}
    for passage in read:
        amounts = paid[passage.index] = tuple(money(passage))
        taken = tuple(passage.place_of(fact) for fact in amounts)
        days = tuple(dates(passage, taken))
        taken += tuple(passage.place_of(fact) for fact in days)
        found += [*amounts, *days, *figures(passage, taken)]
    # "EUR 50,000" is an amount, even if the model labels it as a name.
    named = [
        name
        for name in names(read, rules=parser == "rules", known=known)
        if not any(name.overlaps(amount) for amount in paid[name.sentence])
    ]
    places = quoted(article)
    references = References(article, named, places, read)
    speakers = voices(article, places, references)
    facts: list[Fact] = [*found, *named, *quotations(article, places, speakers)]
    ledger = Facts(article=article, parser=parser, facts=tuple(sorted(facts, key=lambda f: (f.start, f.end, f.kind))))
    keep_speakers(ledger, speakers_inferred(places, speakers))
    if known is None:
        keep_statements(ledger, statements_in(read))
    return ledger
