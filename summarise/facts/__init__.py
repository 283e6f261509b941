"""The fact engine: reads an article into a ledger of facts, each with its place in the text.

Works without any language model and without the network. Does not judge a summary: `checks` does.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from summarise.data import Article, Date, Fact, Facts, Figure, Money, Name, Quotation
from summarise.facts.dates import dates
from summarise.facts.figures import figures
from summarise.facts.inferences import keep_pronouns, keep_speakers
from summarise.facts.money import money
from summarise.facts.names import names
from summarise.facts.parsed_sentence import ParsedSentence, parsed_sentences
from summarise.facts.parser import parser_name
from summarise.facts.plugin_facts import Extractor, Others
from summarise.facts.quotations import quotations, quoted, voices
from summarise.facts.references import References
from summarise.facts.statements import keep_statements

__all__ = ["extract"]


def extract(
    article: Article,
    *,
    rules: bool = False,
    known: Facts | None = None,
    read: Sequence[ParsedSentence] | None = None,
    more: Mapping[str, Extractor] | None = None,
) -> Facts:
    """Return the facts of `article`, sorted by start, end and kind.

    Reads `article.sentences` only, so what was set aside as boilerplate yields no facts. Facts of one kind never
    overlap, an amount of money is no figure, the numbers of a date are no figures, and
    `fact.text == article.text[fact.start : fact.end]`. `rules` leaves the model out, as happens by itself
    (`Facts.parser` is then "rules") where it cannot be loaded. `known` are the facts of an article that this text
    retells: its names are then taken for that article's bearers, which tells a person by the surname alone. `read` are
    the article's passages, where somebody has read them already. `more` are extractors of other packages by name: what
    they find goes before what is found here in the same words (`others.clash`).
    """
    parser = parser_name(rules=rules)
    read = parsed_sentences(article, rules=parser == "rules") if read is None else tuple(read)
    others = Others(more or {}, read)
    found: list[Figure | Money | Date] = []
    for passage in read:
        amounts = tuple(money(passage))
        taken = tuple(passage.place_of(fact) for fact in amounts)
        days = tuple(dates(passage, taken))
        taken += tuple(passage.place_of(fact) for fact in days)
        found += [*amounts, *days, *figures(passage, taken)]
    found = [*others.before(found), *others.of(Figure), *others.of(Money), *others.of(Date)]
    paid: dict[int, list[Money]] = defaultdict(list)
    for fact in found:
        if isinstance(fact, Money):
            paid[fact.sentence].append(fact)
    # "EUR 50,000" is an amount, whatever a model takes it for.
    own = [
        name
        for name in names(read, rules=parser == "rules", known=known)
        if not any(name.overlaps(amount) for amount in paid[name.sentence])
    ]
    named = sorted([*others.before(own), *others.of(Name)], key=lambda name: (name.start, name.end))
    places = quoted(article)
    references = References(article, named, places, read)
    speakers = voices(article, places, references)
    said = [*others.before(quotations(article, places, speakers)), *others.of(Quotation)]
    facts: list[Fact] = [*found, *named, *said]
    ledger = Facts(
        article=article,
        parser=parser,
        extractors=tuple(more or ()),
        facts=tuple(sorted(facts, key=lambda f: (f.start, f.end, f.kind))),
    )
    keep_speakers(ledger, places, speakers)
    if known is None:
        keep_statements(ledger, read)
        keep_pronouns(ledger, read, references)
    return ledger
