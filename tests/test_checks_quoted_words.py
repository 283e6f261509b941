"""Shortened, joined and adapted quotations."""

import pytest

from summarise import Settings, check, extract_facts
from summarise.data import Finding

DAM = "“We will not build a dam that destroys the valley,” Anna Berg said. “It would be a mistake.” Critics cheered."
SALE = (
    "“We will build a dam in the old valley, which is not a secret, and sell the forest to the town,” Anna Berg said."
)
RIGHT = "“I don't think it's right,” Anna Berg said of the sale. “We're sorry, and we won't sell. We'd never do it.”"
BANK = "“It has failed its customers,” Anna Berg said of the bank. “I will close a branch.”"
PARTED = "“We will not build a dam,” Anna Berg said, “and we will not sell the forest.” Critics cheered."
WEAK = "“This is not a sign of weakness,” Maria Lopez said. “We’re not at war.” It rained in Osterby."
SHE = "Maria Lopez spoke to reporters. “It was a lack of discipline,” she said. Critics cheered in Osterby."


def findings(article: str, claim: str) -> list[Finding]:
    """Return the findings on quotations and speakers."""
    report = check(claim, extract_facts(article), settings=Settings(entailment="off"))
    for sentence in report.sentences:
        for one in sentence.findings:
            assert sentence.text[one.claim.start : one.claim.end] == one.claim.text
    return [one for sentence in report.sentences for one in sentence.findings if one.code in ("quotation", "speaker")]


@pytest.mark.parametrize(
    ("article", "claim"),
    [
        (DAM, "Anna Berg said: “We will not build a dam … It would be a mistake.”"),
        (DAM, "“We will not build a dam that destroys the valley. It would be a mistake,” Anna Berg said."),
        (DAM, "“We will not ... destroy[...] the valley,” Anna Berg said."),
        (SALE, "“… a dam … sell the forest …,” Anna Berg said."),
        (RIGHT, "“I do not think it is right,” Anna Berg said of the sale."),
        (RIGHT, "“We are sorry, and we will not sell. We would never do it,” Anna Berg said."),
        (BANK, "“[I]t has failed its customers,” Anna Berg said."),
        (PARTED, "“We will [never] build a dam,” Anna Berg said."),
        (WEAK, "Maria Lopez rejected talk of “a sign of weakness”."),
        (SHE, "“It was a lack of discipline,” Lopez said."),
    ],
)
def test_words_that_are_quoted_rightly_have_no_finding(article: str, claim: str) -> None:
    """With ellipses, brackets, joined sentences or expanded contractions."""
    assert findings(article, claim) == []


@pytest.mark.parametrize(
    ("article", "claim", "words"),
    [
        (DAM, "Anna Berg said: “We will … build a dam that destroys the valley.”", "We will … build"),
        (DAM, "Anna Berg said: “We will [gladly] build a dam that destroys the valley.”", "We will [gladly] build"),
        (DAM, "“Critics ... would be a mistake,” Anna Berg said.", "Critics ..."),
        (DAM, "“We will not build a dam that destroys the valley. It would be a triumph,” Anna Berg said.", "It would"),
        (PARTED, "“We will build a dam and we will sell the forest,” Anna Berg said.", "We will build"),
        (WEAK, "Maria Lopez called it “a sign of weakness”.", "a sign of weakness"),
        (WEAK, "Maria Lopez said that the country was “at war”.", "at war"),
    ],
)
def test_words_that_lose_a_not_or_that_nobody_said_so_are_an_error(article: str, claim: str, words: str) -> None:
    """Ellipses and brackets do not hide lost or foreign words."""
    (finding,) = findings(article, claim)
    assert (finding.code, finding.severity) == ("quotation", "error")
    assert finding.claim.text.startswith(words)


@pytest.mark.parametrize(
    ("article", "claim", "code"),
    [
        (WEAK, "Maria Lopez spoke about “a sign of weakness”.", "quotation"),
        (SHE, "“It was a lack of discipline,” said John Smith.", "speaker"),
    ],
)
def test_what_may_be_right_is_a_note(article: str, claim: str, code: str) -> None:
    """Mentioned words, and a speaker whom the article only implies."""
    assert [(one.code, one.severity) for one in findings(article, claim)] == [(code, "note")]
