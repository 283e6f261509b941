"""Selection of the article's sentences: central ones, early ones, and those that state key facts."""

from collections.abc import Sequence

import pytest
from by_hand import article_of
from hypothesis import given, settings
from hypothesis import strategies as st
from invented import BRIDGE, HARBOUR, VALLEY

from summarise import Article, read_article
from summarise.data import KeyFact
from summarise.facts.salience import worth
from summarise.writing.selection import KEY_FACTS, pick

ARTICLE = article_of(*HARBOUR)
ALL = frozenset(range(len(HARBOUR)))


def key(sentence: int, weight: float = 1.0, *, article: Article = ARTICLE) -> KeyFact:
    place = article.evidence(article.sentences[sentence])
    return KeyFact(start=place.start, end=place.end, text=place.text, sentence=sentence, pieces=(place,), weight=weight)


def slow_order(article: Article) -> list[int]:
    """Return the body sentences by worth, then by position (reference implementation)."""
    values = worth([article.quote(sentence) for sentence in article.sentences], opening=article.opening)
    body = [i for i, sentence in enumerate(article.sentences) if sentence.role == "body"]
    return sorted(body, key=lambda i: (-values[i], i))


def test_without_key_facts_the_order_is_that_of_worth() -> None:
    assert list(pick(ARTICLE, count=len(HARBOUR))) == slow_order(ARTICLE)


@pytest.mark.parametrize("sentence", [0, len(HARBOUR) - 1])
def test_key_facts_raise_the_rank_of_their_sentence(sentence: int) -> None:
    """Stating all key facts multiplies a sentence's worth by 1 + `KEY_FACTS`."""
    values = worth(HARBOUR)
    raised = [value * (1 + KEY_FACTS * (i == sentence)) for i, value in enumerate(values)]
    first = max(ALL, key=lambda i: (raised[i], -i))
    assert pick(ARTICLE, count=1, key_facts=[key(sentence)]) == (first,)
    assert pick(ARTICLE, count=1, key_facts=[key(sentence, 0.2)]) == (first,), "the share counts, not the weight"


def test_a_sentence_that_repeats_a_picked_one_is_left_out() -> None:
    again = "From Monday the harbour of Vesterholm will close to large ships, he said."
    article = article_of(*HARBOUR, again)
    picked = pick(article, count=99)
    assert len(set(picked) & {0, len(HARBOUR)}) == 1
    assert len(picked) == len(HARBOUR)


@pytest.mark.parametrize("text", [BRIDGE, VALLEY])
def test_a_headline_is_never_picked(text: str) -> None:
    """A headline is not picked even if it has all key facts or is the only usable sentence."""
    article = read_article(text)
    headline = next(i for i, sentence in enumerate(article.sentences) if sentence.role == "headline")
    assert headline not in pick(article, count=99, key_facts=[key(headline, article=article)])
    assert pick(article, count=99, usable=lambda index: index == headline) == ()


def test_an_unusable_sentence_is_not_picked_and_excludes_no_other() -> None:
    """A sentence that repeats an unusable one may be picked; each is tested once."""
    article = article_of(*HARBOUR, "From Monday the harbour of Vesterholm will close to large ships, he said.")
    assert set(pick(article, count=99, usable=lambda index: index != 0)) == set(range(1, 6))
    tested: list[int] = []

    def usable(index: int) -> bool:
        tested.append(index)
        return index in (1, 3)

    assert set(pick(ARTICLE, count=99, usable=usable)) == {1, 3}
    assert sorted(tested) == sorted(set(tested)), "each is tested once"


KEYS = st.lists(st.builds(key, st.sampled_from(sorted(ALL)), st.floats(0.0, 1.0)), max_size=6)


@settings(max_examples=15)
@given(count=st.integers(0, 8), keys=KEYS, allowed=st.frozensets(st.sampled_from(sorted(ALL))))
def test_a_pick_is_distinct_bounded_usable_and_reproducible(
    count: int, keys: Sequence[KeyFact], allowed: frozenset[int]
) -> None:
    """A longer pick starts with the shorter one."""
    picked = pick(ARTICLE, count=count, key_facts=keys, usable=lambda index: index in allowed)
    assert len(set(picked)) == len(picked) == min(count, len(allowed))
    assert set(picked) <= allowed
    assert picked == pick(ARTICLE, count=count, key_facts=keys, usable=lambda index: index in allowed)
    assert picked == pick(ARTICLE, count=count + 1, key_facts=keys, usable=lambda index: index in allowed)[:count]
