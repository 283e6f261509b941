"""The golden relations: who does what to whom in five articles, held against what the program finds."""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple, get_args

import pytest
from test_seeds import SEEDS, found, golden, known

from summarise.data import Attribution, Certainty, Name, Quotation, Relation
from summarise.facts import parser
from summarise.facts.lexicon.wordnet import base_form

SLUGS = sorted(path.parent.name for path in SEEDS.glob("*/relations.tsv"))


class Told(NamedTuple):
    """What one line of `relations.tsv` tells but for its speaker; the values of each role in alphabetical order."""

    sentence: int
    predicate: str
    negated: bool
    certainty: str
    agents: tuple[str, ...]
    patients: tuple[str, ...]

    def __str__(self) -> str:
        """Return the form that `known.json` keeps: what is not plainly so stands before and behind the predicate."""
        predicate = ("not " if self.negated else "") + self.predicate
        certainty = "" if self.certainty == "asserted" else f" ({self.certainty})"
        agents, patients = ("; ".join(values) or "-" for values in (self.agents, self.patients))
        return f"{self.sentence} {predicate}{certainty} {agents} > {patients}"


def rows(slug: str) -> list[list[str]]:
    text = (SEEDS / slug / "relations.tsv").read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines()]


def values(column: str) -> tuple[str, ...]:
    return () if column == "-" else tuple(sorted(column.split("; ")))


def readers(slug: str) -> list[Told]:
    """Return what the reader lists."""
    return [
        Told(int(sentence), predicate, sign == "-", certainty, values(agents), values(patients))
        for sentence, predicate, sign, certainty, _, agents, patients in rows(slug)
    ]


def readings(relation: Relation) -> Iterator[Told]:
    """Yield what a relation of the program tells; what is nobody's for certain ("of") may be either's."""

    def those(*roles: str) -> tuple[str, ...]:
        return tuple(sorted({one.value for one in relation.those(*roles) if one.value is not None}))

    start = (relation.sentence, relation.predicate, relation.negated, relation.certainty)
    if relation.form == "noun" and relation.those("of"):
        yield Told(*start, those("agent", "of"), those("patient", "complement"))
        yield Told(*start, those("agent"), those("patient", "complement", "of"))
    else:
        yield Told(*start, those("agent"), those("patient", "complement"))


@cache
def differing(slug: str) -> tuple[tuple[Told, ...], tuple[Told, ...]]:
    """Return what the reader lists and the program does not find, and what only the program tells."""
    missed, extra = readers(slug), []
    for fact in found(slug).resolved:
        if isinstance(fact, Relation):
            told = list(readings(fact))
            same = next((one for one in told if one in missed), None)
            if same is None:
                extra.append(told[0])
            else:
                missed.remove(same)
    return tuple(missed), tuple(extra)


def shares() -> tuple[float, float]:
    """Return the precision and the recall of the program over all golden relations."""
    listed = sum(len(readers(slug)) for slug in SLUGS)
    right = listed - sum(len(differing(slug)[0]) for slug in SLUGS)
    return right / (right + sum(len(differing(slug)[1]) for slug in SLUGS)), right / listed


@pytest.mark.parametrize("slug", SLUGS)
def test_golden_relations_are_well_formed(slug: str) -> None:
    """Each line tells of a sentence, in their order, in the words of the program: base forms, full names, speakers."""
    facts = golden(slug).facts
    names = {fact.value for fact in facts if isinstance(fact, Name)}
    speakers = {fact.speaker for fact in facts if isinstance(fact, Attribution | Quotation)}
    sentences = [int(row[0]) for row in rows(slug)]
    assert sentences == sorted(sentences)
    assert set(sentences) <= set(range(len(golden(slug).article.sentences)))
    for _, predicate, sign, certainty, speaker, *parts in rows(slug):
        assert base_form(predicate.split()[0], "v") == predicate.split()[0]
        assert sign in ("+", "-")
        assert certainty in get_args(Certainty)
        assert speaker == "-" or speaker in speakers
        capitals = {value for part in parts for value in values(part) if re.match(r"(?![A-Z]{3} \d)[A-Z]", value)}
        assert capitals <= names


@pytest.mark.parametrize("slug", SLUGS)
def test_relations_are_those_that_a_careful_reader_lists(slug: str) -> None:
    """The program tells the reader's relations, and no others, but for those that are known to differ."""
    assert parser.load().problem is None
    missed, extra = differing(slug)
    assert [str(one) for one in missed] == known(slug)["relations_not_found"]
    assert [str(one) for one in extra] == known(slug)["relations_extra"]


def test_most_relations_are_right_and_most_are_found() -> None:
    """Of the relations that the program tells at least 79 per cent are the reader's; it finds 79 per cent of those."""
    precision, recall = shares()
    assert precision >= 0.79
    assert recall >= 0.79
