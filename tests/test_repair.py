"""Repair: unsupported sentences are corrected, reworded, replaced, dropped, or kept with their verdict."""

from collections.abc import Sequence

import pytest
from by_hand import article_of
from findings import found
from hypothesis import given, settings
from hypothesis import strategies as st
from repairing import (
    MISLEADING,
    NOTE,
    OWN,
    STRICT,
    Candidate,
    Check,
    Finding,
    accept,
    candidate,
    fallback,
    faults_in_prompt,
    is_complete_sentence,
    is_showable,
    lenient,
    refuse,
    repaired,
)

SAID = "The harbour of Vesterholm closes on Friday."
UNTIL = "On Friday the harbour of Vesterholm closes until Friday."
FARE = "The fare is €16 instead of €16.50."
WRONG = found("date", "Friday", "Monday", sentence=SAID, source=OWN)
INVENTED = found("figure", "20")
NEVER = candidate("Harbour of Vesterholm never closes again.", "unverified", findings=(INVENTED,), draft=4)


def only(*first_words: str) -> Check:
    """Find texts supported that begin with one of the words."""

    def check(text: str) -> Sequence[Candidate]:
        is_right = text.split()[0].strip(".,") in first_words
        return [candidate(text, "supported" if is_right else "unverified", findings=() if is_right else (INVENTED,))]

    return check


# what is shown


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
def test_a_complete_sentence_has_three_words_an_end_and_paired_marks(text: str, expected: bool) -> None:
    assert is_complete_sentence(text) is expected


@pytest.mark.parametrize("verdict", ["supported", "unverified", "contradicted"])
@pytest.mark.parametrize("findings", [(), (NOTE,), (MISLEADING,)])
def test_the_lenient_standard_asks_for_support_alone(verdict: str, findings: tuple[Finding, ...]) -> None:
    """The strict standard also excludes misleading notes."""
    sentence = candidate("The harbour is closed.", verdict, findings=findings)  # type: ignore[arg-type]
    is_strict = verdict == "supported" and MISLEADING not in findings
    assert lenient("prose").passes(sentence) is (verdict == "supported")
    assert STRICT.passes(sentence) is is_showable(sentence) is is_strict


def test_a_misleading_sentence_is_replaced_or_dropped() -> None:
    """Although it is supported."""
    bad = candidate("The harbour closes soon.", findings=(MISLEADING,), draft=0)
    assert repaired(bad, "replace").texts == [OWN]
    assert repaired(bad, "drop").texts == []


@pytest.mark.parametrize("on_unsupported", ["repair", "replace"])
@pytest.mark.parametrize(
    "own",
    [
        refuse,
        lambda text: [*accept(text), *accept(text)],
        lambda _: [],
        lambda text: [candidate(text, findings=(MISLEADING,))],
    ],
)
def test_an_unsupported_or_misleading_replacement_is_not_used(on_unsupported: str, own: Check) -> None:
    assert repaired(NEVER, on_unsupported, own=own).sentences == []  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("on_unsupported", "shown"), [("repair", [OWN]), ("replace", [OWN]), ("drop", []), ("keep", [])]
)
def test_an_incomplete_sentence_is_never_shown(on_unsupported: str, shown: list[str]) -> None:
    """It is replaced or dropped, even if it is supported."""
    incomplete = candidate("Harbour of Vesterholm closed", draft=0)
    assert repaired(incomplete, on_unsupported).texts == shown  # type: ignore[arg-type]
    assert repaired(candidate("Harbour closed", "unverified"), "keep").texts == []


SENTENCES = [
    f"Sentence number {number} tells of the {noun} in Osterby."
    for number, noun in enumerate("pier bridge harbour ship crane storm cable diver town council repair tide".split())
]


def test_a_summary_is_filled_up_with_supported_body_sentences() -> None:
    """Three for each wanted sentence at most, because some repeat others."""
    article = article_of(*SENTENCES)
    headline, *body = article.sentences
    headed = article.model_copy(update={"sentences": (headline.model_copy(update={"role": "headline"}), *body)})
    assert sorted(fallback(headed, 50)) == sorted(SENTENCES[1:])
    some = fallback(article, 1, lambda text: refuse(text) if "0" in text or "1" in text else accept(text))
    assert len(some) == 3
    assert not any("number 0" in text or "number 1 " in text for text in some)


# correction


@pytest.mark.parametrize(
    ("text", "findings", "right"),
    [
        (SAID, (WRONG, NOTE), OWN),
        # only where it is wrong
        (
            UNTIL,
            (found("date", "Friday", "Monday", sentence=UNTIL, source=OWN),),
            "On Monday the harbour of Vesterholm closes until Friday.",
        ),
        # no single error with a known value, or the text has that value already
        (SAID, (NOTE,), None),
        (SAID, (WRONG, INVENTED), None),
        (SAID, (INVENTED,), None),
        (SAID, (WRONG.model_copy(update={"code": "negation"}),), None),
        (SAID, (WRONG.model_copy(update={"article": None}),), None),
        ("The harbour closes on Monday instead of Friday.", (WRONG,), None),
        (FARE, (found("money", "€16.50", "only €16", sentence=FARE, source="It is only €16."),), None),
    ],
)
def test_a_single_wrong_value_is_replaced_by_the_articles(
    text: str, findings: tuple[Finding, ...], right: str | None
) -> None:
    """Without a request; else the article's sentence is shown."""
    bad = candidate(text, "contradicted", findings=findings, draft=1)
    result = repaired(bad)
    (sentence,) = result.sentences
    assert result.requests == []
    assert (sentence.sentence.text, sentence.draft) == (right or OWN, 1)
    assert (sentence.sentence.origin == "repaired") == (right is not None)
    first, last = sentence.sentence.history
    assert (first.action, first.findings) == ("written", findings)
    assert last.action == ("replaced" if right is None else "corrected")


# rewording


def test_a_better_answer_of_the_model_is_shown() -> None:
    """The call has the sentence's position."""
    result = repaired(NEVER, model=only("Yes"), answers=["Yes, the harbour of Vesterholm closes again."], rounds=2)
    (right,) = result.sentences
    assert right.sentence.origin == "repaired"
    assert [step.action for step in right.sentence.history] == ["written", "asked again"]
    assert [call.sentence for call in result.calls] == [4]


@pytest.mark.parametrize("rounds", [0, 2])
def test_requests_are_limited(rounds: int) -> None:
    """After them the article's sentence is shown."""
    result = repaired(NEVER, model=refuse, answers=["No harbour closes."] * rounds, rounds=rounds)
    assert len(result.requests) == rounds
    assert result.texts == [OWN]


def test_an_answer_about_something_else_is_not_used() -> None:
    result = repaired(NEVER, model=only("Yes"), answers=["Yes, snow fell tonight.", ""], rounds=2)
    assert result.texts == [OWN]


@settings(max_examples=30)
@given(
    st.lists(st.tuples(st.sampled_from(["One", "Two", "Three", "Four"]), st.integers(0, 3)), max_size=4),
    st.integers(0, 2),
)
def test_repair_is_bounded_and_never_makes_a_sentence_worse(answers: list[tuple[str, int]], rounds: int) -> None:
    """Each step in a history has fewer errors than the one before."""
    faults = {f"{word} harbour of Vesterholm closes {place}.": count for place, (word, count) in enumerate(answers)}

    def errors(count: int) -> tuple[Finding, ...]:
        return tuple(found("figure", str(number)) for number in range(count))

    def check(text: str) -> Sequence[Candidate]:
        count = faults.get(text, 0)
        return [candidate(text, "unverified" if count else "supported", findings=errors(count))]

    bad = candidate("The harbour of Vesterholm closes.", "unverified", findings=errors(3), draft=0)
    said = [*faults, *["The harbour of Vesterholm closes."] * 2]
    result = repaired(bad, model=check, answers=said, rounds=rounds)
    (sentence,) = result.sentences
    assert len(result.requests) <= rounds
    counts = [len(step.findings) for step in sentence.sentence.history]
    assert counts == sorted(set(counts), reverse=True)
    assert sentence.sentence.verdict == "supported"


# errors in the prompt

FAULTY = "In six towns Ann Roe did not sell 14 pink boats: “All are gone,” said Ann Roe."
ARTICLE = "It took seven years. Lee Orr sold the boats. Of 14 she knew: “Some are gone,” said Lee Orr."
FRIDAY = "It says “Friday”, but the article says “Monday”."


def fault(code: str, words: str, article: str | None = None) -> tuple[Finding, ...]:
    return (found(code, words, article, sentence=FAULTY, source=ARTICLE),)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("findings", "lines"),
    [
        (fault("figure", "six"), ["“six” is not in the article."]),
        (fault("figure", "14"), ["“14” is in the article, but not in this connection."]),
        (fault("figure", "six", "seven years"), ["It says “six”, but the article says “seven years”."]),
        (fault("name", "Ann Roe", "Lee Orr"), ["It says “Ann Roe”, but the article says “Lee Orr”."]),
        (
            fault("quotation", "All are gone", "Some are gone"),
            ["It quotes “All are gone”, but the article says “Some are gone”."],
        ),
        (fault("quotation", "All are gone"), ["“All are gone” is not quoted like this in the article."]),
        (
            fault("speaker", "Ann Roe", "said Lee Orr"),
            ["The speaker is wrong at “Ann Roe”: the article says “said Lee Orr”."],
        ),
        (
            fault("negation", "not", "Lee Orr sold the boats."),
            ["It denies with “not” what the article says: “Lee Orr sold the boats.”"],
        ),
        (fault("negation", FAULTY, "It took seven years."), ["The article denies this: “It took seven years.”"]),
        (fault("entailment", "pink"), ["The article does not seem to say “pink”."]),
        (fault("judged", FAULTY, "seven years"), ["The article says otherwise: “seven years”."]),
        (fault("other", FAULTY), ["The article does not say this."]),
        ((), ["The article does not say this."]),
        # each error once, and notes only without errors
        ((INVENTED, found("name", "Ann", severity="note"), INVENTED, WRONG), ["“20” is not in the article.", FRIDAY]),
        (
            (found("quotation", "closes", severity="note"),),
            ["“closes” is not quoted like this in the article."],
        ),
    ],
)
def test_a_prompt_describes_errors_in_plain_english(findings: tuple[Finding, ...], lines: list[str]) -> None:
    assert faults_in_prompt(FAULTY, findings, ARTICLE) == lines
