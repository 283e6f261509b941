"""The backend that needs no model: what it picks, and what it avoids."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarise.backends.extract import ExtractBackend
from summarise.data import Backend, Evidence, Request
from summarise.errors import AnswerError
from summarise.facts.salience import fitness, rank

STORY = [
    "Harbour of Vesterholm closes after storm",
    "The harbour of Vesterholm will close to large ships from Monday, the port authority said.",
    "A crane fell into the harbour basin during a storm last week and blocks the main channel.",
    "“It is a sad sight.",
    "He said so twice.",
    "Divers need about twelve days to cut the crane into pieces and clear the harbour channel.",
    "The town band played on the quay on Sunday, as it does each year in March.",
    "Share this article",
]
SENTENCES = st.lists(st.text(max_size=60), max_size=30)


def asked(texts: list[str], *, sentences: int) -> Request:
    """Build a request over `texts`."""
    passages = [Evidence(start=0, end=max(1, len(text)), text=text) for text in texts]
    return Request(stage="draft", system="S", user="U", passages=tuple(passages), sentences=sentences)


async def test_it_picks_the_story_in_order() -> None:
    """It takes the sentences that carry the story, in the article's order, as a draft's JSON."""
    backend = ExtractBackend()
    assert isinstance(backend, Backend)
    reply = await backend.complete(asked(STORY, sentences=3))
    assert json.loads(reply.text) == {"sentences": [STORY[1], STORY[2], STORY[5]]}
    assert (reply.finish, reply.model, reply.prompt_tokens) == ("stop", "extract", 0)


async def test_the_article_orders_what_the_ranking_picks() -> None:
    """What matters most comes first in the ranking, and where the article has it in the answer."""
    story = ["It rained all night in the town.", STORY[1], STORY[2]]
    assert list(rank(story, count=3)) != [0, 1, 2]
    reply = await ExtractBackend().complete(asked(story, sentences=3))
    assert json.loads(reply.text) == {"sentences": story}


async def test_a_sentence_over_two_lines_becomes_one() -> None:
    """Line breaks inside a sentence are the article's layout, not its words."""
    reply = await ExtractBackend().complete(asked(["The harbour of\n  Vesterholm is closed."], sentences=1))
    assert json.loads(reply.text) == {"sentences": ["The harbour of Vesterholm is closed."]}


async def test_nothing_to_pick_from_is_an_error() -> None:
    """Without passages there is no answer to make up."""
    with pytest.raises(AnswerError, match="no sentences"):
        await ExtractBackend().complete(asked([], sentences=1))


@given(SENTENCES, st.integers(1, 40))
def test_as_many_different_sentences_as_asked(sentences: list[str], count: int) -> None:
    """The ranking holds `count` different indexes, or all if there are fewer."""
    ranked = rank(sentences, count=count)
    assert len(ranked) == len(set(ranked)) == min(count, len(sentences))
    assert set(ranked) <= set(range(len(sentences)))


@given(SENTENCES, st.integers(1, 8))
def test_the_ranking_repeats_and_a_longer_one_extends_it(sentences: list[str], count: int) -> None:
    """The same sentences give the same ranking, and asking for one more changes nothing of what came before."""
    assert rank(sentences, count=count) == rank(sentences, count=count + 1)[:count]


def test_a_repetition_is_not_picked_twice() -> None:
    """What was said already is worth nothing the second time."""
    story = [STORY[1], STORY[1], STORY[2], STORY[6]]
    assert set(rank(story, count=3)) == {0, 2, 3}


@pytest.mark.parametrize(
    "worse",
    [
        "He said the harbour of Vesterholm will close to large ships from Monday.",
        "But the harbour of Vesterholm will close to large ships from Monday.",
        "We have to close the harbour of Vesterholm to large ships from Monday.",
        "“The harbour of Vesterholm will close to large ships from Monday.",
        "The harbour of Vesterholm will close to large ships from Monday",
        "Will the harbour of Vesterholm close to large ships from Monday?",
        "Harbour to close.",
    ],
)
def test_what_reads_badly_alone_is_worth_less(worse: str) -> None:
    """Dangling openings, half quotations, headlines, questions and fragments rank below a plain sentence."""
    plain = "The harbour of Vesterholm will close to large ships from Monday."
    assert fitness(worse) < fitness(plain) == 1.0


@given(st.text())
def test_fitness_is_a_share(text: str) -> None:
    """Fitness lies above 0, so that something can always be picked, and not above 1."""
    assert 0.0 < fitness(text) <= 1.0


@pytest.mark.slow
def test_a_very_long_article_is_no_trouble() -> None:
    """Time grows with the length, not with its square: eight times the sentences take less than 32 times as long."""

    def seconds(sentences: int) -> float:
        story = [f"Report {i} tells of harbour {i % 97} and crane {i % 89} in the storm." for i in range(sentences)]
        started = time.perf_counter()
        rank(story, count=5)
        return time.perf_counter() - started

    assert seconds(8000) < 32 * max(seconds(1000), 0.01)
