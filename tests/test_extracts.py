"""Summaries without a model: sentences of the article, unchanged, each readable in its place; the opening one first."""

import re
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from recorded import SEEDS

from summarise import Article, Settings, Summary, read_article, summarise

OFF = Settings(entailment="off")
PATHS = sorted(SEEDS.glob("*/article.txt"))
LENGTHS = st.one_of(st.integers(1, 12), st.integers(20, 200).map("{}w".format), st.sampled_from(["short", "long"]))
# The start of a sentence that the one before it explains.
PRONOUN = re.compile(r"(?:He|She)\b")


@cache
def article_of(path: Path) -> Article:
    return read_article(path)


def lines_of(article: Article) -> list[str]:
    """Return the sentences of an article with single spaces."""
    return [" ".join(article.quote(sentence).split()) for sentence in article.sentences]


def extract_of(article: Article, **options: object) -> Summary:
    return summarise(article, model="extract", settings=OFF, **options)  # type: ignore[arg-type]


@pytest.mark.slow
@given(path=st.sampled_from(PATHS), length=LENGTHS, style=st.sampled_from(["prose", "brief", "bullets"]))
def test_every_sentence_is_one_of_the_article(path: Path, length: str | int, style: str) -> None:
    """In the article's order, without repetition, and supported."""
    article = article_of(path)
    summary, lines = extract_of(article, length=length, style=style), lines_of(article)
    places = [lines.index(sentence.text) for sentence in summary.sentences]
    assert places == sorted(set(places))
    assert all(sentence.origin == "article" and not sentence.history for sentence in summary.sentences)
    assert summary.verdict == "supported"


@pytest.mark.slow
@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.parent.name)
def test_a_pronoun_at_the_start_follows_the_sentence_before_it(path: Path) -> None:
    article = article_of(path)
    lines = lines_of(article)
    for length in (1, 2, 4, 7, 12):
        places = [lines.index(sentence.text) for sentence in extract_of(article, length=length).sentences]
        for place in places:
            assert place - 1 in places or not PRONOUN.match(lines[place])


# the opening sentence of a news story, even if it seems to refer to earlier text

FACTORY = (
    "Brightwell Foods will close its factory in Dunmore, the {noun} said on Tuesday.\n\n"
    "The plant makes pies. It employs 310 people."
)
REST = (
    "\n\nThe building in Sandry dates from 1904. Its roof was repaired with copper from the harbour works. "
    "The council paid half of the repair."
)


def summary_of(text: str, *, length: int | str = 1) -> Summary:
    return summarise(text, model="extract", length=length, settings=OFF)


@pytest.mark.parametrize("noun", ["company", "union", "authority", "supplier"])
def test_the_news_is_in_the_summary_whoever_announces_it(noun: str) -> None:
    """The opening is shown and not listed as omitted, whatever noun refers to the company."""
    text = FACTORY.format(noun=noun)
    for length in (1, 2, "10w", "medium"):
        summary = summary_of(text, length=length)
        assert summary.sentences[0].text == text.partition("\n")[0]
        assert not [fact for fact in summary.omitted if fact.sentence == 0]


@pytest.mark.parametrize(
    "lead",
    [
        "The results were published on Monday for 5,000 entries in the Sandry school tests.",
        "The driver was fined after a lorry hit the town hall in Sandry.",
        "Another 200 jobs will go at the shipyard in Sandry, managers said on Friday.",
        "The following day nobody in Sandry could explain where the bridge had gone.",
        "Lindqvist told the town of Sandry on Friday that the bridge would close.",
        "It has been a year since the bridge at Sandry closed to lorries.",
        "It's crunch time at Sandry this weekend for the rowers from the mill.",
        "Sam Lindqvist ended their wait for a medal at the regatta in Sandry.",
        "He is only eight years old, but Sam Lindqvist swam across the bay at Sandry.",
    ],
)
def test_what_opens_the_story_refers_to_nothing_before_it(lead: str) -> None:
    text = f"{lead}{REST} Peter Lindqvist is the mayor of Sandry."
    assert summary_of(text).omitted == () or summary_of(text).omitted[0].sentence != 0
    assert summary_of(text).sentences[0].evidence[0].start == 0


@pytest.mark.parametrize(
    "lead",
    [
        "It may have been her voice that won the contest at Sandry on Sunday.",
        "They left the harbour of Sandry before the storm on Sunday.",
    ],
)
def test_a_pronoun_that_only_a_later_sentence_explains_is_left_to_the_article(lead: str) -> None:
    """A summary does not show an opening sentence whose pronoun is explained only later."""
    assert summary_of(f"{lead}{REST}").sentences[0].evidence[0].start > 0


WEATHER = "Heavy rain fell in Sandry on Monday. Trains were late. "


@pytest.mark.parametrize(
    ("sentence", "explained"),
    [
        ("Brightwell Foods will shut its bakery in Dunmore after floods there, the company said.", True),
        ("Peter Lindqvist was praised after floods in Dunmore because the driver saved two dogs.", True),
        ("Brightwell Foods said that the regulator had closed its bakery in Dunmore after floods.", False),
        ("Peter Lindqvist was surprised by floods in Dunmore, the company said.", False),
    ],
)
def test_a_noun_refers_to_a_name_before_it_in_the_same_sentence(sentence: str, *, explained: bool) -> None:
    """In "A said that the regulator …" the noun does not refer to A."""
    text = f"{WEATHER}{sentence} Shops in Sandry stayed open on both days. Nobody was hurt in either of the towns."
    shown = [one.text for one in summary_of(text, length=3).sentences]
    assert (sentence in shown) == explained


def test_a_question_is_not_picked_while_there_are_statements() -> None:
    text = """The forester spoke about the beetles in the Tarvas forest on Monday.

    Q: How bad were the beetles in the Tarvas forest?

    The beetles killed 640 hectares of spruce in the forest. The fire took another 75 hectares in August."""
    lines = [sentence.text for sentence in extract_of(read_article(text), length=3).sentences]
    assert len(lines) == 3
    assert not any(line.endswith("?") for line in lines)


def test_a_lead_with_a_ticker_is_picked() -> None:
    """A colon in brackets does not make it a caption."""
    lead = "Nordhaven A/S (Nasdaq Copenhagen: NHB) announced on Monday that its cream passed a trial of 412 adults."
    rest = "One patient fell ill. The company has 138 workers. It was founded in 2014. The trial took twelve weeks."
    assert extract_of(read_article(f"{lead}\n\n{rest}"), length=1).sentences[0].text == lead
