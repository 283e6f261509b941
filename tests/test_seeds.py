"""The golden articles: a careful reader's facts and verdicts compared with the program's."""

import json
from functools import cache

import pytest
from extracting import spoken, verdict
from recorded import SEEDS

from summarise import Facts, extract_facts

SLUGS = sorted(path.parent.name for path in SEEDS.glob("*/article.txt"))
RECKONED = {
    "The Ostervane Fund paid $800,000 towards the work.",
    "Ashcombe faces five counts in all and admits none of them.",
}
"""True claims that are contradicted: the amount must be computed from two that are written in words."""
KINDS = {"figure", "date", "name", "speaker", "quotation", "negation", "certainty", "who-did-what", "invented"}


# The models read the claims as they do for a user, in batches.
pytestmark = pytest.mark.models


@cache
def facts_of(slug: str) -> Facts:
    return extract_facts(SEEDS / slug / "article.txt")


def golden(slug: str) -> Facts:
    return Facts.model_validate_json((SEEDS / slug / "facts.json").read_text(encoding="utf-8"))


def lines(slug: str, name: str) -> list[str]:
    """Return the lines of a file of a seed; `not_yet.txt` may be missing."""
    path = SEEDS / slug / name
    return path.read_text(encoding="utf-8").splitlines() if path.exists() or name != "not_yet.txt" else []


def claims(name: str) -> list[object]:
    """Return the claims of a file in every seed; those in `not_yet.txt` are expected failures."""
    found: list[object] = []
    for slug in SLUGS:
        not_yet = set(lines(slug, "not_yet.txt"))
        for number, line in enumerate(lines(slug, name), start=1):
            claim = line.split("\t")[-1]
            marks = [pytest.mark.xfail(reason="not told right yet", strict=True)] if claim in not_yet else []
            found.append(pytest.param(slug, claim, marks=marks, id=f"{slug}-{number}"))
    return found


@pytest.mark.parametrize("slug", SLUGS)
def test_seeds_are_whole(slug: str) -> None:
    """Each seed has 30 distinct claims of either sort, of all kinds."""
    supported, unsupported = lines(slug, "supported.txt"), lines(slug, "unsupported.txt")
    kinds, claims = zip(*(line.split("\t") for line in unsupported), strict=True)
    assert len(set(supported)) == len(supported) == 30
    assert len(set(claims)) == len(claims) == 30
    assert set(kinds) == KINDS
    assert set(lines(slug, "not_yet.txt")) <= {*supported, *claims}
    assert not set(supported) & set(claims)


@pytest.mark.slow
@pytest.mark.parametrize("slug", SLUGS)
def test_golden_facts_have_the_form_that_the_command_prints(slug: str) -> None:
    """`facts.json` round-trips, and each fact quotes the article."""
    facts = golden(slug)
    assert facts.model_dump_json(indent=2) + "\n" == (SEEDS / slug / "facts.json").read_text(encoding="utf-8")
    assert facts.article == facts_of(slug).article
    assert all(facts.article.quote(fact) == fact.text for fact in facts.facts)


@pytest.mark.slow
@pytest.mark.parametrize("slug", SLUGS)
def test_facts_are_those_that_a_careful_reader_lists(slug: str) -> None:
    """The only differences are those in `known.json`."""
    assert facts_of(slug).parser == "spacy"
    theirs, ours = golden(slug).facts, spoken(facts_of(slug))
    differing = json.loads((SEEDS / slug / "known.json").read_text(encoding="utf-8"))
    assert [fact.text for fact in theirs if fact not in ours] == differing["not_found"]
    assert [fact.text for fact in ours if fact not in theirs] == differing["extra"]


@pytest.mark.slow
@pytest.mark.parametrize(("slug", "claim"), claims("supported.txt"))
def test_supported_claims_are_supported(slug: str, claim: str) -> None:
    assert verdict(facts_of(slug), claim) == "supported"


@pytest.mark.slow
@pytest.mark.parametrize("slug", SLUGS)
def test_supported_claims_are_never_accused(slug: str) -> None:
    """They may be unverified, not contradicted."""
    supported = lines(slug, "supported.txt")
    assert {claim for claim in supported if verdict(facts_of(slug), claim) == "contradicted"} <= RECKONED


@pytest.mark.slow
@pytest.mark.parametrize(("slug", "claim"), claims("unsupported.txt"))
def test_unsupported_claims_are_not_supported(slug: str, claim: str) -> None:
    """Some of the errors are real ones of a small model."""
    assert verdict(facts_of(slug), claim) != "supported"


@pytest.mark.slow
@pytest.mark.parametrize("slug", SLUGS)
def test_the_article_supports_its_own_sentences(slug: str) -> None:
    """This includes headlines."""
    facts = facts_of(slug)
    texts = [facts.article.quote(sentence) for sentence in facts.article.sentences]
    assert [text for text in texts if verdict(facts, text) != "supported"] == []
