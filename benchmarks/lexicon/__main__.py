"""Writes `summarise/facts/lexicon/wordnet.tsv`: `python -m benchmarks.lexicon DIR [OUT]`, DIR being WordNet 3.0."""

import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from benchmarks.lexicon.relations import Chooser, Term
from benchmarks.lexicon.vocabulary import bases_of, needed
from benchmarks.lexicon.wndb import WordNet

DATA = Path(__file__).parent.parent.parent / "summarise" / "facts" / "lexicon" / "wordnet.tsv"
WRITTEN = ("v", "^")
VETOES = Path(__file__).with_name("vetoes.txt")


def lines_of(wordnet: WordNet) -> list[str]:
    """Return the lines of the data file, sorted; the format is told in `summarise/facts/lexicon/wordnet.py`."""
    chooser = Chooser(wordnet)
    bases = bases_of(chooser)
    fields: dict[Term, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for mark, one, other in _marked(chooser):
        if not _plural(one, bases) and not _plural(other, bases):
            fields[one][mark].add(other[1])
    named, told = needed(bases, {term for term in fields if "_" not in term[1]})
    for term, base in told.items():
        fields[term]["^"] = {base}
    return sorted(
        "\t".join([*term, *(mark + " ".join(sorted(words)) for mark, words in _written(fields.get(term, {})))])
        for term in named | fields.keys()
    )


def _written(marked: Mapping[str, set[str]]) -> list[tuple[str, set[str]]]:
    """Return the fields that the program reads; the others only tell which words are common."""
    return sorted((mark, words) for mark, words in marked.items() if mark in WRITTEN)


def _marked(chooser: Chooser) -> Iterable[tuple[str, Term, Term]]:
    """Yield all relations, each with the mark of its field; what is both synonym and antonym is neither."""
    vetoed = vetoes()
    synonyms, antonyms = set(_both(chooser.synonyms())), set(_both(chooser.antonyms()))
    for mark, single in (("=", synonyms - antonyms), ("!", antonyms - synonyms)):
        yield from ((mark, one, other) for one, other in single if (mark, one, other) not in vetoed)
    yield from ((other[0], one, other) for one, other in _both(set(chooser.deeds())))
    for mark, pairs in (("p", chooser.doers()), ("<", chooser.ways()), (">", chooser.results())):
        yield from ((mark, one, other) for one, other in pairs)


def vetoes() -> set[tuple[str, Term, Term]]:
    """Return the relations that are kept out, each way round."""
    lines = (line.split() for line in VETOES.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    return {(mark, (pos, a), (pos, b)) for pos, mark, *pair in lines for a, b in (pair, reversed(pair))}


def _both(pairs: Iterable[tuple[Term, Term]]) -> Iterable[tuple[Term, Term]]:
    """Yield each pair both ways round."""
    for one, other in pairs:
        yield one, other
        yield other, one


def _plural(term: Term, bases: dict[Term, str]) -> bool:
    """Tell whether a noun of WordNet is no base form in ordinary use: "losses"."""
    return term[0] == "n" and bases.get(term, term[1]) != term[1]


if __name__ == "__main__":
    folder, *out = map(Path, sys.argv[1:])
    (out[0] if out else DATA).write_text("\n".join(lines_of(WordNet(folder))) + "\n", encoding="utf-8")
