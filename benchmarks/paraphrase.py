"""Count for how many picked sentences the rules of paraphrase know one, with all rules and with each left out.

    python -m benchmarks.paraphrase [--data DIR] [--articles 200] [--length 4]

Reads the articles in `seeds/` and, with `--data`, so many of the JSON-lines files there, half of each half
(`benchmarks.articles`). The sentences are those that select-then-rewrite picks before it asks whether they have a
paraphrase. No model is asked.
"""

import argparse
import statistics
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.articles import Source, sample, seeds
from summarise.checks.key_facts import key_facts
from summarise.data import Facts
from summarise.facts import extract
from summarise.facts.parser import ParsedSentence, parsed_sentences
from summarise.pipeline.reading import read_article
from summarise.writing.paraphrase import RULES, ArticleParaphrases, Rule
from summarise.writing.selection import pick
from summarise.writing.strategies.rewriting import SPARE


@dataclass(frozen=True)
class Picked:
    """An article that was read, and the sentences of it that are picked."""

    source: Source
    facts: Facts
    passages: Sequence[ParsedSentence]
    sentences: Sequence[int]

    @property
    def group(self) -> str:
        """The set that the article is counted in."""
        return "seeds" if self.source in seeds() else ("tune", "report")[int(self.source.name[:2], 16) % 2]


def read(source: Source, length: int) -> Picked:
    """Read an article and pick its sentences for a summary of `length` sentences."""
    article = read_article(source.text)
    passages = parsed_sentences(article)
    facts = extract(article, read=passages)
    picked = pick(article, count=length + SPARE, key_facts=key_facts(facts))
    return Picked(source, facts, passages, picked)


def counted(articles: Sequence[Picked], rules: Sequence[Rule]) -> tuple[int, int, list[int]]:
    """Return how many sentences have an edit, how many a compression, and of each with paraphrases how many it has."""
    edited, compressed, sizes = 0, 0, []
    for article in articles:
        paraphrases = ArticleParaphrases(article.facts, article.passages, rules)
        for index in article.sentences:
            edited += bool(paraphrases.edits(index))
            compressed += bool(paraphrases.compressions(index))
            if (found := paraphrases.paraphrased(index)) is not None:
                sizes.append(len(found.texts))
    return edited, compressed, sizes


def rows(groups: dict[str, list[Picked]]) -> Iterator[list[str]]:
    """Yield the table's rows: a rule, and for each set what it edits, and what is lost without it."""
    alone = {rule: [counted(articles, [rule])[0] for articles in groups.values()] for rule in RULES}
    whole = [counted(articles, RULES) for articles in groups.values()]
    yield ["picked sentences", *(str(sum(len(one.sentences) for one in group)) for group in groups.values())]
    yield ["with an edit", *(str(edited) for edited, _, _ in whole)]
    yield ["that can be compressed", *(str(compressed) for _, compressed, _ in whole)]
    yield ["**with a paraphrase**", *(str(len(sizes)) for _, _, sizes in whole)]
    yield [
        "paraphrases, median and most",
        *(f"{statistics.median(s or [0]):.0f}, {max(s, default=0)}" for *_, s in whole),
    ]
    for rule in RULES:
        others = [one for one in RULES if one is not rule]
        kept = [len(counted(articles, others)[2]) for articles in groups.values()]
        lost = [len(sizes) - left for (*_, sizes), left in zip(whole, kept, strict=True)]
        yield [
            f"{rule.__name__.replace('_', ' ')}: edits, lost without it",
            *(f"{edits}, {fewer}" for edits, fewer in zip(alone[rule], lost, strict=True)),
        ]


def main(arguments: Sequence[str]) -> int:
    """Read, count, print a table; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.paraphrase", description="Count paraphrases by rule.")
    parser.add_argument("--data", type=Path, metavar="DIR", help="JSON-lines files with articles in `source`")
    parser.add_argument("--articles", type=int, default=200, metavar="N", help="so many of them (default: 200)")
    parser.add_argument("--length", type=int, default=4, metavar="N", help="sentences of a summary (default: 4)")
    options = parser.parse_args(arguments)
    groups: dict[str, list[Picked]] = {}
    for source in (*seeds(), *(sample(options.data, wanted=options.articles) if options.data else ())):
        article = read(source, options.length)
        groups.setdefault(article.group, []).append(article)
    print(f"| | {' | '.join(f'{name}, {len(group)} articles' for name, group in groups.items())} |")
    print(f"|{'---|' * (len(groups) + 1)}")
    for row in rows(groups):
        print(f"| {' | '.join(row)} |")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
