"""Conditions for showing a sentence: supported prose without misleading notes."""

import pytest
from by_hand import article_of
from repairing import MISLEADING, NOTE, accept, candidate, refuse

from summarise import Article
from summarise.checks.provenance import Candidate
from summarise.data import Finding, Verdict
from summarise.writing.repair import STRICT, extractive_fallback, is_complete_sentence, is_showable, lenient


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It is closed.", True),
        ("Is it closed?", True),
        ("She said: “It closed.”", True),
        ("It (the pier) closed (yesterday.)", True),
        ("It is closed", False),
        ("It closed.", False),
        ("“It is closed.", False),
        ("", False),
    ],
)
def test_prose_is_a_whole_sentence(text: str, expected: bool) -> None:
    """At least three words, an end mark and paired quotation marks."""
    assert is_complete_sentence(text) is expected


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (candidate("x"), True),
        (candidate("x", findings=(NOTE,)), True),
        (candidate("x", findings=(MISLEADING,)), False),
        (candidate("x", "unverified"), False),
        (candidate("x", "contradicted"), False),
    ],
)
def test_only_what_is_supported_and_may_not_mislead_may_stand(one: Candidate, expected: bool) -> None:
    """Notes that are not misleading are allowed."""
    assert is_showable(one) is expected


@pytest.mark.parametrize("verdict", ["supported", "unverified", "contradicted"])
@pytest.mark.parametrize("findings", [(), (NOTE,), (MISLEADING,)])
def test_the_lenient_standard_asks_for_support_alone(verdict: Verdict, findings: tuple[Finding, ...]) -> None:
    """The strict standard also excludes misleading notes."""
    one = candidate("The harbour is closed.", verdict, findings=findings)
    assert lenient("prose").passes(one) is (verdict == "supported")
    assert STRICT.passes(one) is (verdict == "supported" and MISLEADING not in findings)


SENTENCES = [f"Sentence number {number} tells of the {noun} in Osterby." for number, noun in enumerate(
    "pier bridge harbour ship crane storm cable diver town council repair tide".split())]  # fmt: skip


def test_filling_up_passes_over_headlines_and_what_may_not_stand() -> None:
    """Only supported body sentences are used."""
    plain = article_of(*SENTENCES)
    headed = Article(
        text=plain.text,
        sentences=(plain.sentences[0].model_copy(update={"role": "headline"}), *plain.sentences[1:]),
    )
    found = [one.sentence.text for one in extractive_fallback(headed, 50, accept)]
    assert SENTENCES[0] not in found
    assert len(found) == len(SENTENCES) - 1
    some = extractive_fallback(plain, 1, lambda text: refuse(text) if "0" in text or "1" in text else accept(text))
    assert len(some) == 3
    assert not any("number 0" in one.sentence.text or "number 1 " in one.sentence.text for one in some)
