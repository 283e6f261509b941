"""Repair: the correction of wrong values, the form of a sentence, and faults in words for the model."""

import pytest
from findings import found, sentence

from summarise import Article
from summarise.data import Finding, Sampling
from summarise.prompting import load
from summarise.writing.repair import corrected, request_for
from summarise.writing.task import is_complete_sentence

OWN = "The harbour of Vesterholm closes on Monday."
SAID = "The harbour of Vesterholm closes on Friday."
UNTIL = "On Friday the harbour of Vesterholm closes until Friday."
FARE = "The fare is €16 instead of €16.50."
WRONG = found("date", "Friday", "Monday", sentence=SAID, source=OWN)
INVENTED = found("figure", "20")
NOTE = found("name", "closes", severity="note")


@pytest.mark.parametrize(
    ("text", "whole"),
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
def test_a_complete_sentence_has_three_words_an_end_and_paired_marks(text: str, *, whole: bool) -> None:
    assert is_complete_sentence(text) is whole


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
        # two values that are exchanged
        (
            "Orr pays Roe €16.",
            tuple(
                found("name", *names, sentence="Orr pays Roe €16.", source="Roe pays Orr €16.")
                for names in (("Roe", "Orr"), ("Orr", "Roe"))
            ),
            "Roe pays Orr €16.",
        ),
        # an amount in the middle of a sentence, and at its start
        (
            "In May 9 boats sank.",
            (
                found(
                    "figure", "9 boats", "Some 12 boats", sentence="In May 9 boats sank.", source="Some 12 boats sank."
                ),
            ),
            "In May some 12 boats sank.",
        ),
        (
            "9 boats sank.",
            (
                found(
                    "figure",
                    "9 boats",
                    "nearly 12 boats",
                    sentence="9 boats sank.",
                    source="In May nearly 12 boats sank.",
                ),
            ),
            "Nearly 12 boats sank.",
        ),
        # two errors with one value
        (
            "It runs from May to June.",
            tuple(
                found("date", word, "July", sentence="It runs from May to June.", source="It opens in July.")
                for word in ("May", "June")
            ),
            None,
        ),
        # an error without a known value, or the text has that value already
        (SAID, (NOTE,), None),
        (SAID, (WRONG, INVENTED), None),
        (SAID, (INVENTED,), None),
        (SAID, (WRONG.model_copy(update={"code": "negation"}),), None),
        (SAID, (WRONG.model_copy(update={"article": None}),), None),
        ("The harbour closes on Monday instead of Friday.", (WRONG,), None),
        (FARE, (found("money", "€16.50", "only €16", sentence=FARE, source="It is only €16."),), None),
    ],
)
def test_wrong_values_are_replaced_by_the_articles(text: str, findings: tuple[Finding, ...], right: str | None) -> None:
    assert corrected(sentence(text, "contradicted", findings=findings)) == right
    assert corrected(sentence(text, "unverified", findings=findings)) is None


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
    faulty = sentence(FAULTY, "unverified", findings=findings)
    request = request_for(faulty, article=Article(text=ARTICLE), prompt=load("repair", "v1"), sampling=Sampling())
    assert [line[2:] for line in request.user.splitlines() if line.startswith("- ")] == lines
