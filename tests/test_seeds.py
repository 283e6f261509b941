"""The golden articles: what a careful reader says of them, held against the program."""

from functools import cache
from pathlib import Path

import pytest

from summarise.api import check, extract_facts
from summarise.data import Facts
from summarise.facts import parser

SEEDS = Path(__file__).parent.parent / "seeds"
SLUGS = sorted(path.parent.name for path in SEEDS.glob("*/article.txt"))
KINDS = {"figure", "date", "name", "speaker", "quotation", "negation", "certainty", "who-did-what", "invented"}
NOT_YET = {
    "belgium-election-interference": [],
    "ellering-gateway-inquiry": [
        "first ambulance",
        "the day of the collapse",
        "first hanger",
        "DMW",
        "the week after the collapse",
        "double",
    ],
}
"""Facts that the reader lists and the program does not find, in the order of the article."""
WRONGLY = {"belgium-election-interference": [], "ellering-gateway-inquiry": ["One man"]}
"""What the program takes for a fact and the reader does not."""


@cache
def found(slug: str) -> Facts:
    """Return the facts that the program finds."""
    return extract_facts(SEEDS / slug / "article.txt")


def golden(slug: str) -> Facts:
    return Facts.model_validate_json((SEEDS / slug / "facts.json").read_text(encoding="utf-8"))


def lines(slug: str, name: str) -> list[str]:
    return (SEEDS / slug / name).read_text(encoding="utf-8").splitlines()


def supported_claims() -> list[object]:
    claims: list[object] = []
    for slug in SLUGS:
        not_yet = set(lines(slug, "not_yet.txt"))
        for number, claim in enumerate(lines(slug, "supported.txt"), start=1):
            marks = [pytest.mark.xfail(reason="not told to be supported yet", strict=True)] if claim in not_yet else []
            claims.append(pytest.param(slug, claim, marks=marks, id=f"{slug}-{number}"))
    return claims


@pytest.mark.parametrize("slug", SLUGS)
def test_seeds_are_whole(slug: str) -> None:
    """Each seed has 30 claims of either sort, none twice, of all kinds; its expected failures are claims of it."""
    supported, unsupported = lines(slug, "supported.txt"), lines(slug, "unsupported.txt")
    kinds, claims = zip(*(line.split("\t") for line in unsupported), strict=True)
    assert len(set(supported)) == len(supported) == 30
    assert len(set(claims)) == len(claims) == 30
    assert set(kinds) == KINDS
    assert set(lines(slug, "not_yet.txt")) <= set(supported)


@pytest.mark.parametrize("slug", SLUGS)
def test_golden_facts_have_the_form_that_the_command_prints(slug: str) -> None:
    """`facts.json` is read and written back byte for byte, and each fact points at its own words."""
    facts = golden(slug)
    written = (SEEDS / slug / "facts.json").read_text(encoding="utf-8")
    assert facts.model_dump_json(indent=2) + "\n" == written
    assert facts.article == found(slug).article
    assert all(facts.article.quote(fact) == fact.text for fact in facts.facts)


@pytest.mark.parametrize("slug", SLUGS)
def test_facts_are_those_that_a_careful_reader_lists(slug: str) -> None:
    """The program finds the reader's facts, each the same in every field, but for those that are known to differ."""
    assert parser.load().problem is None
    theirs, ours = golden(slug).facts, found(slug).facts
    assert [fact.text for fact in theirs if fact not in ours] == NOT_YET[slug]
    assert [fact.text for fact in ours if fact not in theirs] == WRONGLY[slug]


@pytest.mark.parametrize(("slug", "claim"), supported_claims())
def test_supported_claims_are_supported(slug: str, claim: str) -> None:
    """A claim that a careful reader finds supported is told to be so."""
    assert check(claim, found(slug)).verdict == "supported"


@pytest.mark.parametrize("slug", SLUGS)
def test_supported_claims_are_never_accused(slug: str) -> None:
    """Even where the program cannot tell that a true claim is supported, it does not say that it is contradicted."""
    accused = [claim for claim in lines(slug, "supported.txt") if check(claim, found(slug)).verdict == "contradicted"]
    assert accused == []


@pytest.mark.parametrize("slug", SLUGS)
def test_unsupported_claims_are_never_supported(slug: str) -> None:
    """No claim with an error, real slips of a small model among them, passes for supported."""
    passed = [
        line
        for line in lines(slug, "unsupported.txt")
        if check(line.split("\t")[1], found(slug)).verdict == "supported"
    ]
    assert passed == []


@pytest.mark.parametrize("slug", SLUGS)
def test_the_article_supports_its_own_sentences(slug: str) -> None:
    """Every sentence of an article, the headlines included, is supported by the article."""
    article = found(slug).article
    verdicts = {
        article.quote(sentence): check(article.quote(sentence), found(slug)).verdict for sentence in article.sentences
    }
    assert [text for text, verdict in verdicts.items() if verdict != "supported"] == []
