"""Key facts of an article, and those that a summary omits."""

from pathlib import Path
from typing import Any

import pytest
from by_hand import doubting
from hypothesis import given, settings
from hypothesis import strategies as st
from invented import BRIDGE, VALLEY
from verdicts import SETTINGS

from summarise import Facts, check, extract_facts

FILLER = "The weather was mild and many people walked along the quiet river that day."
MINE = "Acme Corp. closed the Harlow mine near Corven on Friday."
OTHERS = ("Jane Doe will sell a large barn in May.", "The council of Osterby paid £4 million for a new bridge in 2019.")
SEEDS = Path(__file__).parent.parent / "seeds"
SLUGS = sorted(path.parent.name for path in SEEDS.glob("*/keyfacts.tsv"))
# Minimum share of key facts that contain, or are part of, one of a reader's eight facts.
NAMED = 0.6


def keys(*sentences: str) -> list[str]:
    """Return the key facts of an article, most important first: a text about something else omits all."""
    return [one.text for one in key_facts(extract_facts(" ".join(sentences), settings=SETTINGS))]


def key_facts(facts: Facts) -> tuple[Any, ...]:
    return check("Xyzzy plugh.", facts, settings=SETTINGS).omitted


def omitted(summary: str, *article: str) -> list[str]:
    return [one.text for one in check(summary, " ".join(article), settings=SETTINGS).omitted]


# the choice of key facts


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


@pytest.mark.slow
def test_an_article_has_three_to_eight_key_facts() -> None:
    """One for a hundred words."""
    long = "\n\n".join((SEEDS / slug / "article.txt").read_text(encoding="utf-8") for slug in SLUGS[1:4])
    assert len(keys(MINE, "Jane Doe sold the barn in May.", "Osterby paid £4 million.", "A bridge fell.")) == 3
    assert len(keys(long)) == 8


def test_an_article_that_states_nothing_has_no_key_facts() -> None:
    """The coverage is then None."""
    report = check("It will not rain.", "Will it rain?", settings=SETTINGS)
    assert (report.key_facts, report.omitted, report.coverage) == (0, (), None)


# whether a summary states them


@pytest.mark.parametrize(
    ("summary", "is_stated"),
    [
        ("Acme Corp. has closed the Harlow mine near Corven.", True),
        ("It rained. The Harlow mine near Corven closed on Friday.", True),
        ("Acme Corp. has news of Harlow. A mine closed near Corven on Friday.", True),  # in two adjacent sentences
        (f"Acme Corp. has news of Harlow. {FILLER} A mine closed on Friday.", False),
        ("Jane Doe sold a barn.", False),
        ("Acme Corp. sold a barn near Oslo.", False),
    ],
)
def test_without_a_model_a_key_fact_is_stated_by_its_words(summary: str, is_stated: bool) -> None:
    """Most of its content words must be in one sentence or two adjacent ones."""
    assert (MINE.rstrip(".") in [one.rstrip(".") for one in omitted(summary, MINE, *OTHERS)]) is not is_stated


FERRY = (
    "The ferry terminal at Sollby will open again to foot passengers on 4 May, the harbour board said on Tuesday. "
    "Cars and lorries will be admitted from 31 August. "
    "Repairs have cost 12.4 million euros so far. About 900 islanders a day have had to use a small boat. "
    "The mayor, Olav Brandt, thanked the fishermen who had carried passengers during the winter without pay."
)


def left_out(summary: str) -> str:
    return " / ".join(key.text for key in check(summary, extract_facts(FERRY)).omitted)


@pytest.mark.parametrize(
    ("summary", "is_stated"),
    [
        # A paraphrase with few of the article's words.
        (
            "Travellers on foot will be able to use Sollby's port again from 4 May, "
            "those with a car from the end of August.",
            True,
        ),
        # The same place and people without the event.
        ("The mayor, Olav Brandt, thanked the fishermen of Sollby. They had carried passengers without pay.", False),
    ],
)
def test_a_key_fact_is_stated_by_its_meaning(summary: str, is_stated: bool) -> None:
    missing = left_out(summary)
    assert ("foot passengers" in missing, "Cars and lorries" in missing) == (not is_stated, not is_stated)


def test_an_addition_in_doubt_takes_no_key_fact_away() -> None:
    """The rest of a sentence with an unsupported addition still states its key fact."""
    said = "The ferry terminal at Sollby will open again to foot passengers on 4 May"
    summary = f"{said}, and Prince Edmund will cut the ribbon."
    assert check(summary, extract_facts(FERRY)).sentences[0].verdict == "unverified"
    assert "foot passengers" not in left_out(summary)


def test_a_sentence_that_is_doubted_as_a_whole_states_no_key_fact() -> None:
    """An error about the whole sentence excludes it."""
    summary = "Repairs of it have cost 12.4 million euros so far."
    for checks, is_stated in (((), True), ((doubting,), False)):
        report = check(summary, extract_facts(FERRY), checks=checks)
        assert (report.sentences[0].verdict == "supported") == is_stated
        assert any("Repairs" in key.text for key in report.omitted) != is_stated


def test_a_sentence_that_is_contradicted_states_no_key_fact() -> None:
    article = "The council of Orlow closed the pier on Monday. The repair of the pier costs £4.5 million this year."
    right = check("The repair of the pier costs £4.5 million this year.", article)
    wrong = check("The repair of the pier costs £5.4 million this year.", article)
    assert wrong.sentences[0].verdict == "contradicted"
    assert len(wrong.omitted) == len(right.omitted) + 1


@pytest.mark.slow
@settings(max_examples=10)
@given(article=st.sampled_from([BRIDGE, VALLEY]), some=st.data())
def test_a_longer_summary_never_leaves_out_more(article: str, some: st.DataObject) -> None:
    """Omissions keep the order of the key facts."""
    facts = extract_facts(article, settings=SETTINGS)
    sentences = [facts.article.quote(one) for one in facts.article.sentences]
    said = some.draw(st.lists(st.sampled_from(sentences), min_size=1, max_size=4))
    fewer, more = (check(" ".join(text), facts, settings=SETTINGS).omitted for text in ([*said, sentences[0]], said))
    assert set(fewer) <= set(more)
    ranked = key_facts(facts)
    assert list(more) == [one for one in ranked if one in more]
    assert [one.weight for one in ranked] == sorted((one.weight for one in ranked), reverse=True)
    assert ranked[0].weight == 1.0


@pytest.mark.parametrize("article", [BRIDGE, pytest.param(VALLEY, marks=pytest.mark.slow)])
def test_a_report_says_how_much_of_the_article_is_covered(article: str) -> None:
    """Coverage is the share of key facts that the summary states."""
    facts = extract_facts(article)
    whole = check(article, facts)
    assert whole.key_facts == len(key_facts(facts))
    assert whole.coverage == 1.0
    assert check("The weather was mild.", facts).coverage == 0.0


# the key facts of the seeds, compared with those that a reader listed


def listed(slug: str) -> list[tuple[str, str]]:
    """Return the aspects and texts of the reader's facts."""
    lines = (SEEDS / slug / "keyfacts.tsv").read_text(encoding="utf-8").splitlines()
    return [(aspect, words) for aspect, words in (line.split("\t") for line in lines)]


def names_one(key: Any, slug: str, text: str) -> bool:
    """Return whether a key fact contains one of the reader's facts or is part of one."""
    for _, words in listed(slug):
        for place in (at for at in range(len(text)) if text.startswith(words, at)):
            if (key.start <= place and place + len(words) <= key.end) or (
                place <= key.start and key.end <= place + len(words)
            ):
                return True
    return False


@pytest.mark.models
@pytest.mark.slow
def test_most_key_facts_have_something_that_a_reader_lists() -> None:
    found = []
    for slug in SLUGS:
        facts = extract_facts(SEEDS / slug / "article.txt")
        found += [names_one(key, slug, facts.article.text) for key in key_facts(facts)]
    assert sum(found) >= NAMED * len(found), f"{sum(found)} of {len(found)}"
