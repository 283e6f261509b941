"""Repair: unsupported sentences are corrected, replaced, dropped, or kept with their verdict."""

from collections.abc import Sequence

import pytest
from findings import found
from hypothesis import given, settings
from hypothesis import strategies as st
from repairing import MISLEADING, NOTE, OWN, accept, candidate, refuse

from summarise import Article
from summarise.checks.provenance import Candidate
from summarise.data import Call, CheckedSentence, Finding, FindingCode, OnUnsupported, Sampling, Verdict
from summarise.prompting.prompt import load
from summarise.writing.repair import Judge, RepairTools, corrected, errors, in_words, request_for, showable

SAID = "The harbour of Vesterholm closes on Friday."
UNTIL = "On Friday the harbour of Vesterholm closes until Friday."
FARE = "The fare is €16 instead of €16.50."
WRONG = found("date", "Friday", "Monday", sentence=SAID, source=OWN)
INVENTED = found("figure", "20")


def tools(judge_own: Judge = accept, judge: Judge = accept, **more: object) -> RepairTools:
    return RepairTools(judge=judge, judge_own=judge_own, **more)  # type: ignore[arg-type]


async def repaired(one: Candidate, on_unsupported: OnUnsupported, with_tools: RepairTools) -> list[Candidate]:
    return await showable([one], on_unsupported, with_tools, [])


def by_text(**verdicts: Verdict) -> Judge:
    """Judge by the first word of a text; other words are "unverified"."""

    def judge(text: str) -> Sequence[Candidate]:
        verdict = verdicts.get(text.split()[0].strip(".,"), "unverified")
        findings = () if verdict == "supported" else (INVENTED,)
        return [candidate(text, verdict, findings=findings)]

    return judge


class Asked:
    """A model that returns the answers in order and records the sentences."""

    def __init__(self, *answers: str | None) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    async def __call__(self, sentence: CheckedSentence, turn: int) -> tuple[str | None, Call] | None:
        """Return the next answer; None represents an exhausted budget."""
        assert turn == len(self.asked)
        self.asked.append(sentence.text)
        answer = self.answers.pop(0)
        return None if answer is None else (answer or None, Call(stage="repair"))


@pytest.mark.parametrize("on_unsupported", ["repair", "replace", "drop", "keep"])
async def test_a_supported_sentence_stays_as_it_is(on_unsupported: OnUnsupported) -> None:
    """A supported sentence is unchanged, and the model is not asked."""
    good = candidate("The harbour is closed.", draft=3)
    asked = Asked()
    assert await repaired(good, on_unsupported, tools(refuse, refuse, ask=asked, rounds=2)) == [good]
    assert not asked.asked


@pytest.mark.parametrize("verdict", ["unverified", "contradicted"])
async def test_an_unsupported_sentence_is_replaced_dropped_or_kept(verdict: Verdict) -> None:
    """A replacement is the article's sentence, with the same position and the original in its history."""
    bad = candidate("The harbour never closes.", verdict, draft=3)
    assert await repaired(bad, "drop", tools()) == []
    assert await repaired(bad, "keep", tools()) == [bad]
    (replaced,) = await repaired(bad, "replace", tools())
    assert (replaced.sentence.text, replaced.draft, replaced.replaced) == (OWN, 3, True)
    assert [(step.action, step.text) for step in replaced.sentence.history] == [
        ("written", "The harbour never closes."),
        ("replaced", OWN),
    ]
    assert replaced.sentence.history[0].verdict == verdict


async def test_a_misleading_sentence_is_replaced_too() -> None:
    """Or dropped, although it is supported."""
    bad = candidate("The harbour closes soon.", findings=(MISLEADING,), draft=0)
    assert [one.sentence.text for one in await repaired(bad, "replace", tools())] == [OWN]
    assert await repaired(bad, "drop", tools()) == []


@pytest.mark.parametrize("on_unsupported", ["repair", "replace"])
async def test_a_replacement_is_checked(on_unsupported: OnUnsupported) -> None:
    """An unsupported or misleading replacement is not used."""
    bad = candidate("The harbour never closes.", "contradicted", draft=0)
    for own in (
        refuse,
        lambda text: [*accept(text), *accept(text)],
        lambda text: [],
        lambda text: [candidate(text, findings=(MISLEADING,))],
    ):
        assert await repaired(bad, on_unsupported, tools(own)) == []


@pytest.mark.parametrize(
    ("on_unsupported", "shown"), [("repair", [OWN]), ("replace", [OWN]), ("drop", []), ("keep", [])]
)
async def test_an_incomplete_sentence_is_never_shown(on_unsupported: OnUnsupported, shown: list[str]) -> None:
    """It is replaced or dropped, even if it is supported."""
    incomplete = candidate("Harbour of Vesterholm closed", draft=0)
    assert [one.sentence.text for one in await repaired(incomplete, on_unsupported, tools())] == shown
    assert await repaired(candidate("Harbour closed", "unverified"), "keep", tools()) == []


# A single wrong value


def test_a_wrong_value_is_replaced_by_the_articles() -> None:
    """Only where it is wrong."""
    sentence = candidate(SAID, "contradicted", findings=(WRONG, NOTE)).sentence
    assert corrected(sentence) == OWN
    wrong = found("date", "Friday", "Monday", sentence=UNTIL, source=OWN)
    sentence = candidate(UNTIL, "contradicted", findings=(wrong,)).sentence
    assert corrected(sentence) == "On Monday the harbour of Vesterholm closes until Friday."


@pytest.mark.parametrize(
    ("text", "findings"),
    [
        (SAID, (NOTE,)),
        (SAID, (WRONG, INVENTED)),
        (SAID, (INVENTED,)),
        (SAID, (WRONG.model_copy(update={"code": "negation"}),)),
        (SAID, (WRONG.model_copy(update={"article": None}),)),
        ("The harbour closes on Monday instead of Friday.", (WRONG,)),
        (FARE, (found("money", "€16.50", "only €16", sentence=FARE, source="It is only €16."),)),
    ],
)
def test_other_errors_are_not_corrected(text: str, findings: tuple[Finding, ...]) -> None:
    """Only a single error with a known value is corrected, unless the text has that value already."""
    assert corrected(candidate(text, "contradicted", findings=findings).sentence) is None


async def test_a_correction_needs_no_request() -> None:
    """The sentence's origin is "repaired", and its history has the error."""
    asked = Asked()
    bad = candidate(SAID, "contradicted", findings=(WRONG,), draft=1)
    (right,) = await repaired(bad, "repair", tools(ask=asked, rounds=2))
    assert (right.sentence.text, right.sentence.origin, right.draft) == (OWN, "repaired", 1)
    assert [step.action for step in right.sentence.history] == ["written", "corrected"]
    assert right.sentence.history[0].findings == (WRONG,)
    assert not asked.asked


# Asking again


async def test_a_better_answer_of_the_model_is_shown() -> None:
    """A better answer replaces a sentence with errors; the call has its position."""
    bad = candidate("Harbour of Vesterholm never closes again.", "unverified", findings=(INVENTED,), draft=4)
    asked = Asked("Yes, the harbour of Vesterholm closes again.")
    calls: list[Call] = []
    (right,) = await showable([bad], "repair", tools(judge=by_text(Yes="supported"), ask=asked, rounds=2), calls)
    assert right.sentence.origin == "repaired"
    assert [step.action for step in right.sentence.history] == ["written", "asked again"]
    assert [call.sentence for call in calls] == [4]


@pytest.mark.parametrize("rounds", [0, 2])
async def test_requests_are_limited(rounds: int) -> None:
    """After `rounds` requests the article's sentence is shown."""
    bad = candidate("Harbour of Vesterholm never closes again.", "unverified", findings=(INVENTED,), draft=0)
    asked = Asked(*["No harbour closes."] * rounds)
    (shown,) = await repaired(bad, "repair", tools(judge=refuse, ask=asked, rounds=rounds))
    assert len(asked.asked) == rounds
    assert shown.sentence.text == OWN


async def test_an_answer_about_something_else_is_not_used() -> None:
    bad = candidate("Harbour of Vesterholm never closes again.", "unverified", findings=(INVENTED,), draft=0)
    asked = Asked("Yes, snow fell tonight.", "")
    (shown,) = await repaired(bad, "repair", tools(judge=by_text(Yes="supported"), ask=asked, rounds=2))
    assert shown.sentence.text == OWN


@settings(max_examples=30)
@given(
    st.lists(st.tuples(st.sampled_from(["One", "Two", "Three", "Four"]), st.integers(0, 3)), max_size=4),
    st.integers(0, 2),
)
async def test_repair_is_bounded_and_never_makes_a_sentence_worse(answers: list[tuple[str, int]], rounds: int) -> None:
    """Each step in a history has fewer errors than the one before."""
    faults = {f"{word} harbour of Vesterholm closes {place}.": count for place, (word, count) in enumerate(answers)}

    def judge(text: str) -> Sequence[Candidate]:
        count = faults.get(text, 0)
        errors = tuple(found("figure", str(n)) for n in range(count))
        return [candidate(text, "unverified" if count else "supported", findings=errors)]

    bad = candidate(
        "The harbour of Vesterholm closes.",
        "unverified",
        findings=tuple(found("figure", str(n)) for n in range(3)),
        draft=0,
    )
    asked = Asked(*faults, *["The harbour of Vesterholm closes."] * 2)
    (shown,) = await repaired(bad, "repair", tools(judge=judge, ask=asked, rounds=rounds))
    assert len(asked.asked) <= rounds
    counts = [len(step.findings) for step in shown.sentence.history]
    assert counts == sorted(counts, reverse=True)
    assert len(set(counts)) == len(counts)
    assert errors(shown) == 0


# Errors in the prompt

TOLD = "In six towns Ann Roe did not sell 14 pink boats: “All are gone,” said Ann Roe."
ARTICLE = "It took seven years. Lee Orr sold the boats. Of 14 she knew: “Some are gone,” said Lee Orr."


@pytest.mark.parametrize(
    ("code", "words", "article", "line"),
    [
        ("figure", "six", None, "“six” is not in the article."),
        ("figure", "14", None, "“14” is in the article, but not in this connection."),
        ("figure", "six", "seven years", "It says “six”, but the article says “seven years”."),
        ("name", "Ann Roe", "Lee Orr", "It says “Ann Roe”, but the article says “Lee Orr”."),
        ("quotation", "All are gone", "Some are gone",
         "It quotes “All are gone”, but the article says “Some are gone”."),
        ("quotation", "All are gone", None, "“All are gone” is not quoted like this in the article."),
        ("speaker", "Ann Roe", "said Lee Orr", "The speaker is wrong at “Ann Roe”: the article says “said Lee Orr”."),
        ("negation", "not", "Lee Orr sold the boats.",
         "It denies with “not” what the article says: “Lee Orr sold the boats.”"),
        ("negation", TOLD, "It took seven years.", "The article denies this: “It took seven years.”"),
        ("entailment", "pink", None, "The article does not seem to say “pink”."),
        ("judged", TOLD, "seven years", "The article says otherwise: “seven years”."),
        ("other", TOLD, None, "The article does not say this."),
    ],
)  # fmt: skip
def test_errors_are_described_in_plain_english(code: FindingCode, words: str, article: str | None, line: str) -> None:
    """The prompt describes an error in words, without its code."""
    assert in_words(found(code, words, article, sentence=TOLD, source=ARTICLE), TOLD, ARTICLE) == line


@pytest.mark.parametrize(
    ("findings", "faults"),
    [
        ((INVENTED, found("name", "Ann", severity="note"), INVENTED, WRONG),
         ["“20” is not in the article.", "It says “Friday”, but the article says “Monday”."]),
        ((found("quotation", "closes", severity="note"),), ["“closes” is not quoted like this in the article."]),
        ((), ["The article does not say this."]),
    ],
)  # fmt: skip
def test_a_prompt_has_each_error_once_and_notes_only_without_errors(
    findings: tuple[Finding, ...], faults: list[str]
) -> None:
    sentence = candidate(SAID, "unverified", findings=findings).sentence
    request = request_for(
        sentence, article=Article(text=OWN), prompt=load("repair", "v1"), sampling=Sampling(temperature=0.0)
    )
    assert [line[2:] for line in request.user.splitlines() if line.startswith("- ")] == faults
