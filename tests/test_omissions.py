"""Omissions: which facts are key, and which of them a summary leaves out."""

import pytest
from by_hand import date, facts_of, figure, money, name, quotation
from hypothesis import given
from hypothesis import strategies as st
from invented import BRIDGE, VALLEY

from summarise import check, extract_facts
from summarise.data import Fact, FactBase, Facts, KeyFact, Relation, Report, RunRecord
from summarise.omissions import key_facts, omitted
from summarise.omissions.picking import LONG, SHORT, most_of

SENTENCE = "Jane Doe, John Roe, Ann Poe, 12 ships, €3, 2024, in Oslo, said so on Friday."
SINGLE: list[FactBase] = [
    name("Jane Doe"),
    name("John Roe", category="organisation"),
    name("Ann Poe", confidence=0.4),
    name("Oslo", category="place"),
    figure("12", text="12 ships", counted="ship"),
    money("3", text="€3"),
    date("year:2024", text="2024"),
    date("weekday:friday", text="Friday"),
    quotation("said so"),
]
ARTICLES = st.lists(
    st.tuples(st.integers(0, 60), st.sampled_from(SINGLE)), max_size=40, unique_by=lambda one: (one[0], one[1].value)
).map(lambda facts: facts_of([SENTENCE] * 61, facts))
READ = [extract_facts(BRIDGE), extract_facts(VALLEY)]


def key(*sentences: str, most: int | None = None) -> list[tuple[str, str]]:
    """Return aspect and words of an article's key facts; of relations the predicate."""
    facts = extract_facts("Corven Weekly News\n\n" + " ".join(sentences))
    return [
        (one.aspect, one.fact.predicate if isinstance(one.fact, Relation) else one.fact.text)
        for one in key_facts(facts, most=most)
    ]


FILLER = "The weather was mild and many people walked along the quiet river that day."


@pytest.mark.parametrize(
    ("sentence", "wanted"),
    [
        ("Acme Corp. closed the Harlow mine on Friday.", ("what", "close")),
        ("Acme Corp. closed the Harlow mine on Friday.", ("who", "Acme Corp")),
        ("Acme Corp. closed the Harlow mine on Friday.", ("when", "Friday")),
        ("Acme Corp. paid £4.5 million to the council.", ("how much", "£4.5 million")),
        ("Acme Corp. closed a mine in Norway.", ("where", "Norway")),
        ("Acme Corp. will close the mine in May.", ("outcome", "close")),
        ("The court convicted Jane Doe in May.", ("outcome", "convict")),
        ("Acme Corp. plans to close the mine.", ("outcome", "close")),
        ("Jane Doe denied stealing the money.", ("what", "steal")),
    ],
)
def test_each_question_of_an_editor_is_answered(sentence: str, wanted: tuple[str, str]) -> None:
    """Who did what, when, where, for how much, what comes of it, and what is denied."""
    assert wanted in key(sentence, FILLER)


def test_a_purpose_is_no_outcome() -> None:
    """What something is done for is not what is to happen."""
    assert ("outcome", "expand") not in key("Acme Corp. paid members of the council to expand its network.", FILLER)


def test_what_only_reports_is_not_key() -> None:
    """Of "said that", what was said counts."""
    found = key("Jane Doe said that Acme Corp. had closed the mine.", FILLER)
    assert ("what", "say") not in found
    assert ("what", "close") in found


def test_the_same_amount_is_a_key_fact_once() -> None:
    """At its best place."""
    found = key("Acme Corp. lost £4.5 million in May.", FILLER, "The loss of £4.5 million surprised Jane Doe.")
    assert found.count(("how much", "£4.5 million")) == 1


def test_a_weekday_counts_only_beside_a_deed() -> None:
    """When somebody said it is no date of the story."""
    assert ("when", "Friday") not in key("Jane Doe said on Friday that Acme Corp. had closed the mine.", FILLER)


def test_an_event_told_twice_is_one_key_fact() -> None:
    """Also by a word of the same sense."""
    found = key("Acme Corp. bought the Harlow mine.", FILLER, "Acme Corp. purchased the mine for £3 million.")
    assert sum(word in ("buy", "purchase") for _, word in found) == 1


def test_a_bearer_is_named_once_and_in_full() -> None:
    """A name and its alias are one."""
    found = key("Doe resigned.", "Jane Doe had led the council.", "Doe declined to comment.")
    assert [words for aspect, words in found if aspect == "who"] == ["Jane Doe"]


def test_what_matters_little_is_not_key_though_there_is_room() -> None:
    """A fact that weighs next to nothing beside the first is none that a summary must tell."""
    found = key_facts(extract_facts(BRIDGE), most=100)
    assert len(found) < 60
    assert all(one.weight > 0.1 for one in found)


def test_unsure_facts_and_quotations_are_not_key() -> None:
    """A confidence below one half is too little."""
    facts = facts_of([SENTENCE], [(0, SINGLE[2]), (0, SINGLE[8])])
    assert key_facts(facts) == ()


@pytest.mark.parametrize(("sentences", "most"), [(0, 8), (40, 8), (54, 8), (55, 9), (100, 12), (1000, 12)])
def test_a_long_article_has_more_key_facts(sentences: int, most: int) -> None:
    """Eight for a short one, up to twelve for a long one."""
    assert most_of(sentences) == most
    assert SHORT <= most <= LONG


def test_an_article_without_facts_has_no_key_facts() -> None:
    """And then there is nothing to cover."""
    assert key_facts(facts_of([])) == ()
    assert key_facts(facts_of(["It rained."])) == ()
    assert Report(sentences=(), run=RunRecord(version="1", parser="rules")).coverage is None


@pytest.mark.slow
@given(facts=st.one_of(ARTICLES, st.sampled_from(READ)), most=st.one_of(st.none(), st.integers(0, 14)))
def test_key_facts_are_facts_of_the_article_by_weight(facts: Facts, most: int | None) -> None:
    """Never more than the limit, none twice, heaviest first, the first with weight 1; the same each time."""
    found = key_facts(facts, most=most)
    weights = [one.weight for one in found]
    assert len(found) <= (most_of(len(facts.article.sentences)) if most is None else most)
    assert all(one.fact in facts.facts for one in found)
    assert len({(one.fact.start, one.fact.kind) for one in found}) == len(found)
    assert weights == sorted(weights, reverse=True)
    assert weights[:1] in ([], [1.0])
    assert key_facts(facts, most=most) == found


@pytest.mark.slow
@given(facts=st.one_of(ARTICLES, st.sampled_from(READ)), some=st.data())
def test_saying_more_never_leaves_out_more(facts: Facts, some: st.DataObject) -> None:
    """What a summary states is a matter of single facts, so that each sentence can only add to it."""
    ranked = key_facts(facts)
    every: list[Fact] = list(facts.resolved)
    said = some.draw(st.lists(st.sampled_from(every), max_size=12)) if every else []
    more = some.draw(st.lists(st.sampled_from(every), max_size=6)) if every else []
    left = omitted(ranked, said, facts)
    assert set(ids(omitted(ranked, [*said, *more], facts))) <= set(ids(left))
    assert ids(left) == [place for place in ids(ranked) if place in ids(left)]


def ids(keys: tuple[KeyFact, ...]) -> list[tuple[int, str]]:
    return [(one.fact.start, one.fact.kind) for one in keys]


@pytest.mark.slow
@given(facts=st.one_of(ARTICLES, st.sampled_from(READ)))
def test_the_whole_article_leaves_out_nothing_and_nothing_leaves_out_all(facts: Facts) -> None:
    """An article states its own facts."""
    ranked = key_facts(facts)
    assert omitted(ranked, facts.resolved, facts) == ()
    assert omitted(ranked, [], facts) == ranked


@pytest.mark.parametrize("article", [BRIDGE, VALLEY])
def test_a_report_says_how_much_of_the_article_is_covered(article: str) -> None:
    """The plain share of its key facts, beside the verdict and apart from it."""
    facts = extract_facts(article)
    whole = check(article, facts)
    assert whole.key_facts == len(key_facts(facts)) > 4
    assert whole.coverage == 1.0
    other = check("The weather was mild.", facts)
    assert other.coverage == 0.0
    assert other.omitted == key_facts(facts)
