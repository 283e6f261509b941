"""Checks of quotations: altered or invented words, and wrong speakers."""

from typing import Any

import pytest
from by_hand import checked, ground_of, name, of_code, quotation, told

from summarise import Settings, check

SAID = "The bridge is safe for all lorries"
ARTICLE = (
    f"“{SAID},” said Jane Doe.",
    "John Roe left the harbour in silence.",
    "It was “a dark day”, one resident said.",
)
FACTS = [
    (0, quotation(SAID, speaker="Jane Doe")),
    (0, name("Jane Doe")),
    (1, name("John Roe")),
    (2, quotation("a dark day")),
]


@pytest.mark.parametrize(
    ("text", "speaker", "expected"),
    [
        # The article's words in part or in full; case, final punctuation and shortening are ignored.
        ("Jane Doe said: “the bridge is SAFE”", "Jane Doe", []),
        ("Jane Doe said: “safe for all lorries”", "Jane Doe", []),
        ("Jane Doe said: “The bridge is safe for all lorries!”", "Jane Doe", []),
        # Short and long names, no speaker, and claims that also name the true speaker.
        (f"“{SAID}”, DOE said.", "DOE", []),
        (f"“{SAID}”, Mayor Jane Doe said.", "Mayor Jane Doe", []),
        (f"“{SAID}”", None, []),
        (f"“{SAID}”, she said.", "Doe", []),
        (f"“{SAID}”, Doe told John Roe.", "John Roe", []),
        # The wrong speaker, if the claim names one, else the quotation.
        (f"“{SAID}”, said John Roe.", "John Roe", [("error", "John Roe", ARTICLE[0])]),
        (f"“{SAID}”, he said.", "John Roe", [("error", SAID, ARTICLE[0])]),
        # Parts of words, altered and invented words, and words that nobody is quoted with.
        ("“afe for all lorries” it said.", None, [("error", "afe for all lorries", SAID)]),
        ("“The bridge is closed for all lorries.”", None, [("error", "The bridge is closed for all lorries.", SAID)]),
        ("“We never saw that coming,” she said.", None, [("error", "We never saw that coming,", None)]),
        ("John Roe “left the harbour”.", None, [("note", "left the harbour", None)]),
        # Marked omissions pass, unmarked ones are notes, and exchanged words are errors.
        ("“The bridge is … for all lorries”", None, []),
        ("“The bridge is [...] for all lorries”", None, []),
        ("“The bridge for all lorries”", None, [("note", "The bridge for all lorries", SAID)]),
        ("“The bridge was safe for all lorries”", None, [("error", "The bridge was safe for all lorries", SAID)]),
        ("“safe bridge”", None, [("note", "safe bridge", None)]),  # a term whose words the article has
        ("“the bridge lorries silence harbour”", None, [("error", "the bridge lorries silence harbour", SAID)]),
        ("“a silence day”", None, [("error", "a silence day", "a dark day")]),
    ],
)
def test_a_quotation_has_the_articles_words_and_their_speaker(
    text: str, speaker: str | None, expected: list[tuple[str, str, str | None]]
) -> None:
    said = text.partition("“")[2].partition("”")[0]
    found = checked(ground_of(*ARTICLE, facts=FACTS), text, quotation(said, speaker=speaker))
    assert [told(one) for one in found.findings if one.code in ("quotation", "speaker")] == expected


@pytest.mark.parametrize(("changed", "shown"), [(2, True), (3, False)])
def test_three_fifths_of_the_words_make_it_an_altered_form(changed: int, shown: bool) -> None:
    """With at least 0.6 of the words in common the finding shows the article's quotation; below, it shows none."""
    source = quotation("One two three four five")
    said = " ".join(["one", "two", "three", "four", "five"][: 5 - changed] + ["other"] * changed)
    found = checked(ground_of(f"“{source.text},” said Jane Doe.", facts=[(0, source)]), f"“{said}”", quotation(said))
    assert [told(one) for one in of_code(found, "quotation")] == [("error", said, source.text if shown else None)]


def test_the_closest_quotation_is_shown_not_the_first() -> None:
    first, second = "The bridge is safe for now", "The bridge is open for all lorries"
    source_index = ground_of(
        f"“{first},” said Jane Doe.",
        f"“{second},” said John Roe.",
        facts=[(0, quotation(first)), (1, quotation(second))],
    )
    altered = "The bridge is open for all boats"
    (finding,) = of_code(checked(source_index, f"“{altered},” he said.", quotation(altered)), "quotation")
    assert told(finding) == ("error", altered, second)


@pytest.mark.parametrize(
    ("phrase", "severities"),
    [("Jane Doe said", ["error"]), ("she said", ["note"]), ("the crew said", [])],
)
def test_a_speaker_who_is_not_known_for_certain_is_no_error(phrase: str, severities: list[str]) -> None:
    """Without a speaker in the article there is no finding; against an inferred one, a note."""
    article = f"Jane Doe left with the crew. “We closed the whole bridge,” {phrase}. It rained. John Roe stayed there."
    (sentence,) = check("“We closed the whole bridge,” John Roe said.", article).sentences
    assert [finding.severity for finding in sentence.findings if finding.code == "speaker"] == severities


def test_words_that_two_people_said_may_be_given_to_either() -> None:
    source_index = ground_of(
        "“We closed it,” said Jane Doe.",
        "“We closed it,” said John Roe.",
        facts=[(0, quotation("We closed it", speaker="Jane Doe")), (1, quotation("We closed it", speaker="John Roe"))],
    )
    for speaker in ("Jane Doe", "John Roe"):
        assert not of_code(
            checked(source_index, f"“We closed it,” {speaker} noted.", quotation("We closed it", speaker=speaker)),
            "speaker",
        )
    wrong = checked(source_index, "“We closed it,” Ann Poe noted.", quotation("We closed it", speaker="Ann Poe"))
    assert [told(one) for one in of_code(wrong, "speaker")] == [("error", "Ann Poe", "“We closed it,” said Jane Doe.")]


OPEN = "We will open the bridge but not the pier this year"
NEVER = "It was safe never mind the cracks"


@pytest.mark.parametrize(
    ("wrong", "right", "article"),
    [
        ("We will open the bridge but", "We will open the bridge", OPEN),
        ("open the bridge but", "We will open the bridge but not", OPEN),
        ("the bridge but", "the bridge but not the pier", OPEN),
        ("It was safe", "It was safe never mind", NEVER),
    ],
)
def test_a_quotation_cut_before_a_not_is_an_error(wrong: str, right: str, article: str) -> None:
    """A quotation that ends a word earlier, or includes the negation, is valid."""
    source_index = ground_of(
        f"“{OPEN},” said Jane Doe.", f"“{NEVER},” said John Roe.", facts=[(0, quotation(OPEN)), (1, quotation(NEVER))]
    )
    (finding,) = of_code(checked(source_index, f"“{wrong}”", quotation(wrong)), "quotation")
    assert told(finding) == ("error", wrong, article)
    assert not of_code(checked(source_index, f"“{right}”", quotation(right)), "quotation")


def test_words_that_somebody_said_without_the_not_may_end_there() -> None:
    """One quotation that contains the words without a negation is enough, in any order."""
    short = "open the bridge but"
    for first, second in ((OPEN, f"They may {short}"), (f"They may {short}", OPEN)):
        source_index = ground_of(
            f"“{first},” said Jane Doe.", f"“{second},” said John Roe.",
            facts=[(0, quotation(first)), (1, quotation(second))],
        )  # fmt: skip
        assert not of_code(checked(source_index, f"“{short}”", quotation(short)), "quotation")


def test_a_not_that_is_left_out_in_the_middle_is_an_error() -> None:
    """Omitting other words is a note."""
    source = "The bridge is certainly not safe for lorries"
    source_index = ground_of(f"“{source},” said Jane Doe.", "It rained.", facts=[(0, quotation(source))])
    for said, severity in (
        ("The bridge is certainly safe for lorries", "error"),
        ("The bridge is not safe for lorries", "note"),
    ):
        found = of_code(checked(source_index, f"“{said}”", quotation(said)), "quotation")
        assert [told(finding) for finding in found] == [(severity, said, source)]


@pytest.mark.parametrize(
    ("claim", "severities"),
    [
        ("She said that she “must speak”.", ["error"]),
        ("She said that she “can walk”.", ["error"]),
        ("She said that she “must not speak”.", []),
        ("She was told not to “must speak”.", ["note"]),
        ("She said that she “must rest”.", ["note"]),
    ],
)
def test_few_words_without_the_not_between_them_are_an_error(claim: str, severities: list[str]) -> None:
    article = "“My doctors say that I must not speak, and I can't walk. I must go home and rest,” she wrote on Friday."
    assert [finding.severity for finding in findings(article, claim)] == severities


# shortened, joined and adapted quotations

DAM = "“We will not build a dam that destroys the valley,” Anna Berg said. “It would be a mistake.” Critics cheered."
SALE = (
    "“We will build a dam in the old valley, which is not a secret, and sell the forest to the town,” Anna Berg said."
)
RIGHT = "“I don't think it's right,” Anna Berg said of the sale. “We're sorry, and we won't sell. We'd never do it.”"
BANK = "“It has failed its customers,” Anna Berg said of the bank. “I will close a branch.”"
PARTED = "“We will not build a dam,” Anna Berg said, “and we will not sell the forest.” Critics cheered."
WEAK = "“This is not a sign of weakness,” Maria Lopez said. “We’re not at war.” It rained in Osterby."
SHE = "Maria Lopez spoke to reporters. “It was a lack of discipline,” she said. Critics cheered in Osterby."


def findings(article: str, claim: str) -> list[Any]:
    """Return the findings on quotations and speakers."""
    report = check(claim, article, settings=Settings(entailment="off"))
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
