"""The fact engine's first half: reads an article into a ledger of facts, each with its place in the text.

Works without any language model and without the network. Does not judge a summary: `checks` does.
"""

from summarise.data import Article, Fact, Facts
from summarise.facts.dates import dates
from summarise.facts.figures import figures
from summarise.facts.money import money
from summarise.facts.names import names
from summarise.facts.parser import parser_name
from summarise.facts.passage import passages
from summarise.facts.quotations import quotations

__all__ = ["extract"]


def extract(article: Article, *, rules: bool = False) -> Facts:
    """Return the facts of `article`, sorted by start, end and kind.

    Reads `article.sentences` only, so what was set aside as furniture yields no facts. Facts of one kind never
    overlap, an amount of money is no figure, the numbers of a date are no figures, and
    `fact.text == article.text[fact.start : fact.end]`. `rules` leaves the model out, as happens by itself
    (`Facts.parser` is then "rules") where it cannot be loaded.
    """
    parser = parser_name(rules=rules)
    read = passages(article, rules=parser == "rules")
    found: list[Fact] = []
    for passage in read:
        amounts = tuple(money(passage))
        taken = tuple((fact.start - passage.start, fact.end - passage.start) for fact in amounts)
        days = tuple(dates(passage, taken))
        taken += tuple((fact.start - passage.start, fact.end - passage.start) for fact in days)
        found += [*amounts, *days, *figures(passage, taken)]
    named = names(read, rules=parser == "rules")
    found += [*named, *quotations(article, named)]
    return Facts(article=article, parser=parser, facts=tuple(sorted(found, key=lambda f: (f.start, f.end, f.kind))))
