"""The extractive backend, which needs no model."""

import json
import time

import pytest

from summarise import Backend, Request
from summarise.backends.extract import ExtractBackend
from summarise.data import Evidence
from summarise.errors import AnswerError
from summarise.facts.salience import rank

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


def asked(texts: list[str], *, sentences: int) -> Request:
    passages = [Evidence(start=0, end=max(1, len(text)), text=text) for text in texts]
    return Request(stage="draft", system="S", user="U", passages=tuple(passages), sentences=sentences)


async def test_it_picks_the_story_in_order() -> None:
    """The most salient sentences are returned in the article's order, as a draft's JSON."""
    backend = ExtractBackend()
    assert isinstance(backend, Backend)
    reply = await backend.complete(asked(STORY, sentences=3))
    assert json.loads(reply.text) == {"sentences": [STORY[1], STORY[2], STORY[5]]}
    assert (reply.finish, reply.model, reply.prompt_tokens) == ("stop", "extract", 0)


async def test_nothing_to_pick_from_is_an_error() -> None:
    with pytest.raises(AnswerError, match="no sentences"):
        await ExtractBackend().complete(asked([], sentences=1))


def test_a_repetition_is_not_picked_twice() -> None:
    story = [STORY[1], STORY[1], STORY[2], STORY[6]]
    assert set(rank(story, count=3)) == {0, 2, 3}


@pytest.mark.slow
def test_a_very_long_article_is_no_trouble() -> None:
    """Eight times the sentences take less than 32 times as long: time is not quadratic."""

    def seconds(sentences: int) -> float:
        story = [f"Report {i} tells of harbour {i % 97} and crane {i % 89} in the storm." for i in range(sentences)]
        started = time.perf_counter()
        rank(story, count=5)
        return time.perf_counter() - started

    assert seconds(8000) < 32 * max(seconds(1000), 0.01)
