"""Key facts of an article, and those that a summary omits."""

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented import BRIDGE, VALLEY

from summarise import Article, Facts, Report, check, extract_facts
from summarise.checks import Claim, SourceIndex
from summarise.checks.key_facts import CERTAIN, FEWEST, MOST, coverages, key_facts, most_of, omitted, stated
from summarise.checks.source_index import Alignment
from summarise.data import Finding, RunRecord

FILLER = "The weather was mild and many people walked along the quiet river that day."
MINE = "Acme Corp. closed the Harlow mine near Corven on Friday."
ARTICLES = [extract_facts(BRIDGE), extract_facts(VALLEY)]


def keys(*sentences: str) -> list[str]:
    return [one.text for one in key_facts(extract_facts(" ".join(sentences)))]


@pytest.mark.parametrize(
    ("more", "less"),
    [
        (MINE, FILLER),
        ("Acme Corp. paid the council £4.5 million for the mine.", "People there like the colour of the mine."),
        ("Jane Doe closed the mine near Corven.", "“Jane Doe closed the farm near Corven,” he said."),
        ("The council closed the mine near Corven.", "They closed the mill over there for it."),
        ("The council closed the mine near Corven.", "You could close my farm near Corven."),
    ],
)
def test_what_matters_more_comes_first(more: str, less: str) -> None:
    """Names and amounts weigh more; quotations, references back and direct address weigh less."""
    found = keys(FILLER, less, more)
    assert less.rstrip(".") not in found[: found.index(more.rstrip("."))]


def test_what_is_told_twice_is_one_key_fact() -> None:
    """A sentence with few new words is no further key fact."""
    again = "The Harlow mine near Corven was closed by Acme Corp. on Friday."
    found = keys(MINE, FILLER, again, "Jane Doe will sell the barn in May.")
    assert sum("Harlow" in one for one in found) == 1


@pytest.mark.parametrize(("words", "most"), [(1, 3), (300, 3), (450, 4), (600, 6), (800, 8), (100_000, 8)])
def test_a_longer_article_has_more_key_facts(words: int, most: int) -> None:
    """Articles have three to eight key facts."""
    assert most_of(words) == most
    assert FEWEST <= most <= MOST


def test_an_article_that_states_nothing_has_no_key_facts() -> None:
    """The coverage is then None."""
    assert key_facts(Facts(article=Article(text=""), parser="rules", facts=())) == ()
    assert keys("Will it rain?") == []
    assert Report(sentences=(), run=RunRecord(version="1", parser="rules")).coverage is None


@pytest.mark.parametrize("facts", ARTICLES)
def test_key_facts_come_by_weight(facts: Facts) -> None:
    """Weights decrease from 1, texts are unique, and a smaller `most` gives a prefix."""
    found = key_facts(facts, most=20)
    weights = [one.weight for one in found]
    assert weights == sorted(weights, reverse=True)
    assert weights[0] == 1.0
    assert len({one.text for one in found}) == len(found)
    assert found[:2] == key_facts(facts, most=2)


@pytest.mark.parametrize(
    ("said", "is_told"),
    [
        ("Acme Corp. has closed the Harlow mine near Corven.", True),
        ("The Harlow mine near Corven closed on Friday.", True),
        ("Jane Doe sold a barn.", False),
        ("Acme Corp. sold a barn near Oslo.", False),
    ],
)
def test_a_key_fact_is_stated_by_its_words(said: str, is_told: bool) -> None:
    """Most of its content words must be in one sentence or two adjacent ones."""
    assert stated([MINE], ["It rained.", said]) == [is_told]


def test_words_that_lie_far_apart_cover_less() -> None:
    """Adjacent sentences may state a key fact together."""
    parts = ["Acme Corp. has news of Harlow.", "A mine closed near Corven."]
    assert coverages([MINE], parts) > coverages([MINE], [parts[0], FILLER, parts[1]])


@pytest.mark.parametrize(("score", "is_stated"), [(0.0, False), (1.0, True)])
def test_the_model_decides_unless_the_words_are_certain(score: float, is_stated: bool) -> None:
    """A key fact with nearly all its words in the summary is stated; one call asks the model about the others."""
    asked: list[list[str]] = []

    def reader(_: Sequence[str], claims: Sequence[str]) -> list[float]:
        asked.append(list(claims))
        return [score] * len(claims)

    said = ["Acme Corp. closed a mine."]
    certain, elsewhere = "Acme Corp. closed the mine.", "Jane Doe likes farms in Oslo."
    assert coverages([certain, elsewhere], said) == [1.0, 0.0]
    assert coverages([MINE], said)[0] < CERTAIN
    assert stated([MINE, certain, elsewhere], said, reader) == [is_stated, True, is_stated]
    assert asked == [[MINE, elsewhere]]


def test_a_summary_without_words_states_nothing() -> None:
    """The model is not called for an empty text."""

    def reader(_: Sequence[str], __: Sequence[str]) -> list[float]:
        raise AssertionError

    assert stated([MINE], [""], reader) == [False]


FERRY = (
    "The ferry terminal at Sollby will open again to foot passengers on 4 May, the harbour board said on Tuesday. "
    "Cars and lorries will be admitted from 31 August. "
    "Repairs have cost 12.4 million euros so far. About 900 islanders a day have had to use a small boat. "
    "The mayor, Olav Brandt, thanked the fishermen who had carried passengers during the winter without pay."
)


def left_out(summary: str) -> str:
    return " / ".join(key.text for key in check(summary, extract_facts(FERRY)).omitted)


def test_a_key_fact_in_other_words_is_stated() -> None:
    """A paraphrase with few of the article's words counts."""
    missing = left_out(
        "Travellers on foot will be able to use Sollby's port again from 4 May, "
        "those with a car from the end of August."
    )
    assert "foot passengers" not in missing
    assert "Cars and lorries" not in missing


def test_a_summary_about_something_else_states_no_key_fact() -> None:
    """The same place and people without the event do not count."""
    missing = left_out(
        "The mayor, Olav Brandt, thanked the fishermen of Sollby. They had carried passengers without pay."
    )
    assert "foot passengers" in missing
    assert "Cars and lorries" in missing


def test_an_addition_in_doubt_takes_no_key_fact_away() -> None:
    """The rest of a sentence with an unsupported addition still states its key fact."""
    said = "The ferry terminal at Sollby will open again to foot passengers on 4 May"
    summary = f"{said}, and Prince Edmund will cut the ribbon."
    assert check(summary, extract_facts(FERRY)).sentences[0].verdict == "unverified"
    assert "foot passengers" not in left_out(summary)


def test_a_sentence_that_is_doubted_as_a_whole_states_no_key_fact() -> None:
    """An error about the whole sentence excludes it."""

    def doubting(claim: Claim, _: SourceIndex, __: tuple[Alignment, ...]) -> Iterator[Finding]:
        yield Finding(code="other", severity="error", claim=claim.whole)

    summary = "Repairs of it have cost 12.4 million euros so far."
    for checks, is_stated in (((), True), ((doubting,), False)):
        report = check(summary, extract_facts(FERRY), checks=checks)
        assert (report.sentences[0].verdict == "supported") == is_stated
        assert any("Repairs" in key.text for key in report.omitted) != is_stated


@given(facts=st.sampled_from(ARTICLES), some=st.data())
def test_a_longer_summary_never_leaves_out_more(facts: Facts, some: st.DataObject) -> None:
    """Omissions keep the order of the key facts."""
    sentences = [facts.article.quote(one) for one in facts.article.sentences]
    said = some.draw(st.lists(st.sampled_from(sentences), max_size=6))
    ranked = key_facts(facts, most=20)
    fewer, more = (omitted(ranked, told) for told in ([*said, sentences[0]], said))
    assert set(fewer) <= set(more)
    assert list(more) == [one for one in ranked if one in more]


@pytest.mark.parametrize("article", [BRIDGE, VALLEY])
def test_a_report_says_how_much_of_the_article_is_covered(article: str) -> None:
    """Coverage is the share of key facts that the summary states."""
    facts = extract_facts(article)
    whole = check(article, facts)
    assert whole.key_facts == len(key_facts(facts)) >= FEWEST
    assert whole.coverage == 1.0
    other = check("The weather was mild.", facts)
    assert other.coverage == 0.0
    assert other.omitted == key_facts(facts)
