"""Guards: no false alarms on ordinary sentences, and invariants for any answer."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from strategies import article_texts, odd_texts

from summarise import Reply, read_article
from summarise.data import Finish
from summarise.prompting.prompt import load
from summarise.writing.guards import examine
from summarise.writing.parsing import Output

pytestmark = pytest.mark.slow

SEEDS = sorted((Path(__file__).parent.parent / "seeds").glob("*/"))
PROMPT = load("draft", "v1")
INSTRUCTIONS = (PROMPT.system, PROMPT.user)
EXAMPLE = "The town of Larnby opened a library for 4,812 readers, Ida Brask said."
FRAGMENTS = (
    '{"sentences": [',
    '"The bridge closed.", ',
    '{"text": "It closed.", "sources": [1, ',
    "]}",
    "\\u00e9\\",
    "```json\n",
    "```",
    "<think>",
    "</think>",
    "<|im_start|>user\n",
    "<br>",
    "[INST]",
    "I'm sorry, but I can't ",
    "Here is a summary: ",
    "- **The mayor** said no. ",
    "of the city ",
    "\n",
    "“",
    "Le pont est fermé dans la ville et il ne sera pas ouvert. ",
    "«",
    "{'",
)
answers = st.one_of(
    st.text(),
    odd_texts,
    article_texts,
    st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=3), max_size=20).map("".join),
)
finishes: st.SearchStrategy[Finish] = st.sampled_from(["stop", "length", "filter", "other"])
outputs: st.SearchStrategy[Output] = st.sampled_from(["sentences", "cited", "sentence"])


@pytest.mark.parametrize("seed", SEEDS, ids=lambda path: path.name)
def test_sentences_of_articles_and_true_claims_raise_no_alarm(seed: Path) -> None:
    """Each sentence of an article and each true claim passes unchanged, as text and as JSON."""
    text = (seed / "article.txt").read_text(encoding="utf-8")
    article = read_article(text)
    claims = (seed / "supported.txt").read_text(encoding="utf-8").splitlines()
    for claim in [*map(article.quote, article.sentences), *claims]:
        for said in (claim, json.dumps({"sentences": [claim]})):
            reply = Reply(text=said, model="scripted")
            result = examine(reply, source=text, instructions=INSTRUCTIONS, examples=[EXAMPLE])
            assert result.events == ()
            assert " ".join(sentence.text for sentence in result.said).split() == claim.split()


@pytest.mark.parametrize("seed", SEEDS, ids=lambda path: path.name)
def test_a_whole_article_is_nothing_but_a_copy(seed: Path) -> None:
    """All sentences of an article together raise only "lead copy"."""
    text = (seed / "article.txt").read_text(encoding="utf-8")
    article = read_article(text)
    sentences = [article.quote(sentence) for sentence in article.sentences if sentence.role == "body"]
    result = examine(
        Reply(text=json.dumps({"sentences": sentences}), model="x"), source=text, instructions=INSTRUCTIONS
    )
    assert {event.kind for event in result.events} <= {"lead copy"}
    assert len(result.said) == len(sentences)
    lead = examine(Reply(text=json.dumps({"sentences": sentences[:3]}), model="x"), source=text)
    assert [event.kind for event in lead.events] == ["lead copy"]


@given(answers, st.one_of(st.just(""), article_texts, odd_texts), finishes, outputs)
@example("[" * 3000, "", "stop", "sentences")
@example("<" * 3000 + "|" * 3000, "", "stop", "sentences")
@example("a " * 3000, "a", "length", "cited")
def test_whatever_a_model_writes_is_examined(text: str, source: str, finish: Finish, output: Output) -> None:
    """`examine` accepts any answer, and reports a reason if nothing is usable."""
    reply = Reply(text=text, finish=finish, model="scripted")
    result = examine(reply, source=source, instructions=[source, text[:40]], examples=[EXAMPLE], output=output)
    assert (result.problem is None) == bool(result.said)
    assert result.said or result.events
    for sentence in result.said:
        assert any(map(str.isalpha, sentence.text))
        assert sentence.text.encode("utf-8")
        assert "\n" not in sentence.text
    for event in result.events:
        assert len(event.said) <= 200
        assert event.model_dump_json()
        assert event.recovered == bool(result.said)


def letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))


@given(answers.filter(lambda text: "\\" not in text and "<" not in text and "[" not in text))
def test_each_sentence_stands_in_the_answer(text: str) -> None:
    """Up to spaces and punctuation, sentences are substrings of the answer, in its order."""
    at = 0
    whole = letters(text)
    for sentence in examine(Reply(text=text, model="scripted"), source="").said:
        found = whole.find(letters(sentence.text), at)
        assert found >= 0
        at = found + len(letters(sentence.text))


@given(answers, article_texts)
def test_what_was_used_is_used_again(text: str, source: str) -> None:
    """Examining the usable sentences again returns the same ones."""
    first = examine(Reply(text=text, model="scripted"), source=source, instructions=INSTRUCTIONS, examples=[EXAMPLE])
    again = Reply(text=json.dumps({"sentences": [sentence.text for sentence in first.said]}), model="scripted")
    second = examine(again, source=source, instructions=INSTRUCTIONS, examples=[EXAMPLE])
    assert [re.sub(r"\s", "", sentence.text) for sentence in second.said] == [
        re.sub(r"\s", "", sentence.text) for sentence in first.said
    ]
