"""Quotations: the article's words, altered words, invented words, and whose they are."""

import pytest
from by_hand import aligned, checked, claim_of, ground_of, name, of_kind, quotation
from hypothesis import given
from hypothesis import strategies as st

from summarise.checks import unquoted
from summarise.checks.quotations import ALTERED, check, similarity
from summarise.checks.words import folded

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
WORDS = st.lists(st.sampled_from("the bridge is safe for all lorries don’t ÉTÉ 12".split()), max_size=8)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Bridge, is   SAFE!", "the bridge is safe"),
        ("don’t", "don't"),
        ("ﬁne", "fine"),
        ("well-known", "well known"),
        ("'quoted'", "quoted"),
        ("…", ""),
        ("", ""),
    ],
)
def test_quoted_words_are_folded(text: str, expected: str) -> None:
    """Case, punctuation, spacing and typography do not count; words do."""
    assert folded(text) == expected


@pytest.mark.parametrize(
    ("said", "source", "expected"),
    [
        ("a b c d", "a b c d", 1.0),
        ("a b c d", "a b x d", 0.75),
        ("a b c d", "x a y b z c d", 1.0),
        ("a b", "b a", 0.5),
        ("a b", "c d", 0.0),
        ("A, b!", "a b", 1.0),
        ("", "a b", 0.0),
        ("a", "", 0.0),
    ],
)
def test_similarity_is_the_share_of_the_said_words_in_order(said: str, source: str, expected: float) -> None:
    """What the source has besides does not count against it."""
    assert similarity(said, source) == expected


@given(ours=WORDS, theirs=WORDS)
def test_similarity_is_a_share(ours: list[str], theirs: list[str]) -> None:
    """It lies in [0, 1], and is 1 for the words themselves."""
    assert 0.0 <= similarity(" ".join(ours), " ".join(theirs)) <= 1.0
    assert not ours or similarity(" ".join(ours), " ".join(ours)) == 1.0


def test_similarity_does_not_throw_common_words_away_in_long_quotations() -> None:
    """A word that is frequent in a text of 200 words and more still counts."""
    assert similarity("the bridge", "so " + "the bridge " * 150) == 1.0


@pytest.mark.parametrize(
    "said",
    [SAID, "the bridge is SAFE", "safe for all lorries", "The bridge is safe for all lorries!"],
)
def test_the_articles_words_in_part_or_in_full_are_let_pass(said: str) -> None:
    """A quotation may be shortened at its ends."""
    ground = ground_of(*ARTICLE, facts=FACTS)
    found = checked(ground, f"Jane Doe said: “{said}”", quotation(said, speaker="Jane Doe"))
    assert not of_kind(found, "quotation")
    assert not of_kind(found, "speaker")


@pytest.mark.parametrize("said", ["afe for all lorries", "The bridge is safe for all lorr"])
def test_a_part_of_a_word_is_not_the_articles_word(said: str) -> None:
    """Only whole words count as quoted."""
    found = checked(ground_of(*ARTICLE, facts=FACTS), f"“{said}” it said.", quotation(said))
    assert of_kind(found, "quotation")


def test_an_altered_quotation_is_an_accusation() -> None:
    """The finding holds both wordings and the place of the article's."""
    altered = "The bridge is closed for all lorries"
    found = checked(ground_of(*ARTICLE, facts=FACTS), f"“{altered},” she said.", quotation(altered))
    (finding,) = of_kind(found, "quotation")
    assert (finding.severity, finding.said, finding.article_says) == ("error", altered, SAID)
    assert [place.text for place in finding.evidence] == [SAID]
    assert found.verdict == "contradicted"


@pytest.mark.parametrize(("changed", "accused"), [(2, True), (3, False)])
def test_three_fifths_of_the_words_make_it_an_altered_form(changed: int, accused: bool) -> None:
    """Exactly the threshold accuses; less leaves it an invention."""
    assert ALTERED == 0.6
    ground = ground_of("“One two three four five,” said Jane Doe.", facts=[(0, quotation("One two three four five"))])
    words = ["one", "two", "three", "four", "five"][: 5 - changed] + ["other"] * changed
    said = " ".join(words)
    (finding,) = of_kind(checked(ground, f"“{said},” she said.", quotation(said)), "quotation")
    assert bool(finding.evidence) is accused
    assert (finding.article_says is not None) is accused


def test_the_closest_quotation_is_shown_not_the_first() -> None:
    """Of several quotations the most similar one is what was altered."""
    first, second = "The bridge is safe for now", "The bridge is open for all lorries"
    ground = ground_of(
        f"“{first},” said Jane Doe.",
        f"“{second},” said John Roe.",
        facts=[(0, quotation(first)), (1, quotation(second))],
    )
    altered = "The bridge is open for all boats"
    (finding,) = of_kind(checked(ground, f"“{altered},” he said.", quotation(altered)), "quotation")
    assert finding.article_says == second


def test_an_invented_quotation_is_an_error_without_evidence() -> None:
    """Nothing of it stands in the article, quotations or not."""
    for facts in (FACTS, []):
        said = "We never saw that coming"
        (finding,) = of_kind(
            checked(ground_of(*ARTICLE, facts=facts), f"“{said},” she said.", quotation(said)), "quotation"
        )
        assert (finding.severity, finding.article_says, finding.evidence) == ("error", None, ())


def test_words_of_the_article_that_nobody_is_quoted_with_are_noted() -> None:
    """Marks around the article's own prose are no invention."""
    said = "left the harbour"
    found = checked(ground_of(*ARTICLE, facts=FACTS), f"John Roe “{said}”.", quotation(said), name("John Roe"))
    (finding,) = of_kind(found, "quotation")
    assert (finding.severity, finding.said) == ("note", said)
    assert finding.article_says == "the words, not as a quotation"
    assert found.verdict == "supported"


def test_every_quotation_of_a_claim_is_checked() -> None:
    """A good quotation, or one that is only noted, does not hide a bad one behind it."""
    ground = ground_of(*ARTICLE, facts=FACTS)
    bad = quotation("We never saw that coming")
    for good in (quotation(SAID), quotation("left the harbour"), name("John Roe")):
        found = checked(ground, f"{good.text} “{bad.text}”", good, bad)
        assert [finding.said for finding in of_kind(found, "quotation") if finding.severity == "error"] == [bad.text]


def test_the_wrong_speaker_is_an_accusation() -> None:
    """The finding names both speakers and shows the article's sentence."""
    found = checked(ground_of(*ARTICLE, facts=FACTS), f"“{SAID},” said John Roe.", quotation(SAID, speaker="John Roe"))
    (finding,) = of_kind(found, "speaker")
    assert (finding.severity, finding.said, finding.article_says) == ("error", "John Roe", "Jane Doe")
    assert [place.text for place in finding.evidence] == [ARTICLE[0]]
    assert found.verdict == "contradicted"


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("“{}”, Doe said.", "Doe"),
        ("“{}”, DOE said.", "DOE"),
        ("“{}”, Mayor Jane Doe said.", "Mayor Jane Doe"),
        ("“{}”", None),
        ("“{}”, she said.", "Jane Doe"),
        ("“{}”, she said.", "Doe"),
        ("“{}”, she said.", "Mayor Jane Doe"),
        ("“{}”, Doe told John Roe.", "John Roe"),
    ],
)
def test_the_right_speaker_is_not_accused(text: str, speaker: str | None) -> None:
    """Nor a shorter or longer form of the name, nobody, or a claim that names the true speaker too."""
    found = checked(ground_of(*ARTICLE, facts=FACTS), text.format(SAID), quotation(SAID, speaker=speaker))
    assert not of_kind(found, "speaker")


def test_where_the_article_names_no_speaker_none_is_accused() -> None:
    """What is not known cannot be contradicted."""
    found = checked(
        ground_of(*ARTICLE, facts=FACTS),
        "It was “a dark day”, John Roe said.",
        quotation("a dark day", speaker="John Roe"),
    )
    assert not [finding for finding in of_kind(found, "speaker") if finding.severity == "error"]


def test_an_unknown_speaker_of_the_article_clears_nobody() -> None:
    """Where one holder of the words is known and another is not, the known one counts, whatever the middle names."""
    facts = [(0, quotation("We closed it")), (1, quotation("We closed it", speaker="Jane Mary Doe"))]
    ground = ground_of("“We closed it.”", "“We closed it,” Doe noted.", facts=facts)
    wrong = quotation("We closed it", speaker="John Roe")
    assert of_kind(checked(ground, "“We closed it,” he added.", wrong), "speaker")
    assert not of_kind(checked(ground, "“We closed it,” Doe told John Roe.", wrong), "speaker")


def test_words_that_two_people_said_may_be_given_to_either() -> None:
    """The second holder of a quotation clears its speaker."""
    ground = ground_of(
        "“We closed it,” said Jane Doe.",
        "“We closed it,” said John Roe.",
        facts=[(0, quotation("We closed it", speaker="Jane Doe")), (1, quotation("We closed it", speaker="John Roe"))],
    )
    for speaker in ("Jane Doe", "John Roe"):
        assert not of_kind(
            checked(ground, f"“We closed it,” {speaker} noted.", quotation("We closed it", speaker=speaker)), "speaker"
        )
    wrong = checked(ground, "“We closed it,” Ann Poe noted.", quotation("We closed it", speaker="Ann Poe"))
    assert of_kind(wrong, "speaker")[0].article_says == "Jane Doe"


def test_a_claim_without_quotations_has_no_findings() -> None:
    """The check speaks of marks only."""
    ground = ground_of(*ARTICLE, facts=FACTS)
    claim = claim_of(ground, "John Roe left.", name("John Roe"))
    assert not list(check(claim, ground, aligned(ground, claim)))


@pytest.mark.parametrize(
    ("text", "noted"),
    [
        ("The bridge is safe for lorries.", True),
        ("The bridge is safe for lorries, she said.", False),
        ("The bridge is safe for lorries, according to her.", False),
        ("John Roe left.", False),
    ],
)
def test_quoted_words_told_as_ones_own_are_noted(text: str, noted: bool) -> None:
    """Whoever drops the marks must keep the speaker."""
    ground = ground_of(*ARTICLE, facts=FACTS)
    claim = claim_of(ground, text)
    found = list(unquoted.check(claim, ground, aligned(ground, claim)))
    assert [(finding.kind, finding.severity) for finding in found] == ([("speaker", "note")] if noted else [])
    if noted:
        assert found[0].article_says == "said by Jane Doe"


@pytest.mark.parametrize(
    ("text", "noted"),
    [
        ("The old bridge is safe for lorries in Osterby.", True),  # four of five
        ("The old bridge is safe for lorries in snowy Osterby.", False),  # four of six
    ],
)
def test_a_note_needs_four_fifths_of_the_claim(text: str, noted: bool) -> None:
    """Below that the claim tells something else."""
    said = "The old bridge is safe for heavy lorries."
    ground = ground_of(f"“{said}”", "It rained.", facts=[(0, quotation(said))])
    claim = claim_of(ground, text)
    assert bool(list(unquoted.check(claim, ground, aligned(ground, claim)))) is noted


def test_a_claim_that_quotes_is_not_told_without_its_speaker() -> None:
    """Marks are enough."""
    ground = ground_of(*ARTICLE, facts=FACTS)
    claim = claim_of(ground, "“The bridge is safe for lorries.”", quotation("The bridge is safe for lorries."))
    assert not list(unquoted.check(claim, ground, aligned(ground, claim)))


def test_an_unknown_speaker_is_somebody() -> None:
    """The note tells that somebody is quoted even where the article does not say who."""
    ground = ground_of("“The pier is rotten.”", "It rained.", facts=[(0, quotation("The pier is rotten."))])
    found = checked(ground, "The pier is rotten.")
    assert found.verdict == "supported"
    assert of_kind(found, "speaker")[0].article_says == "said by somebody whom the article quotes"


def test_words_beside_a_quotation_are_the_articles_own() -> None:
    """A stretch that begins before the quotation, or ends behind it, is not inside it."""
    ground = ground_of(
        "Osterby built “a rotten old pier” last winter.", "It rained.", facts=[(0, quotation("a rotten old pier"))]
    )
    for text in ("Osterby built a rotten old pier.", "A rotten old pier last winter.", "Osterby built it last winter."):
        claim = claim_of(ground, text)
        assert not list(unquoted.check(claim, ground, aligned(ground, claim))), text
    inside = claim_of(ground, "A rotten old pier.")
    assert list(unquoted.check(inside, ground, aligned(ground, inside)))


def test_nothing_aligned_is_nothing_noted() -> None:
    """Without alignments there is nothing to compare with."""
    ground = ground_of(*ARTICLE, facts=FACTS)
    assert not list(unquoted.check(claim_of(ground, "Snow fell."), ground, ()))


OPEN = "We will open the bridge but not the pier this year"
NEVER = "It was safe never mind the cracks"


@pytest.mark.parametrize(
    ("wrong", "right", "article_says"),
    [
        ("We will open the bridge but", "We will open the bridge", OPEN),
        ("open the bridge but", "We will open the bridge but not", OPEN),
        ("the bridge but", "the bridge but not the pier", OPEN),
        ("It was safe", "It was safe never mind", NEVER),
    ],
)
def test_a_quotation_cut_before_a_not_is_an_accusation(wrong: str, right: str, article_says: str) -> None:
    """Where it ends a word earlier, or takes the "not" along, it is the article's."""
    ground = ground_of(
        f"“{OPEN},” said Jane Doe.", f"“{NEVER},” said John Roe.", facts=[(0, quotation(OPEN)), (1, quotation(NEVER))]
    )
    (finding,) = of_kind(checked(ground, f"“{wrong}”", quotation(wrong)), "quotation")
    assert (finding.severity, finding.said, finding.article_says) == ("error", wrong, article_says)
    assert [place.text for place in finding.evidence] == [article_says]
    assert not of_kind(checked(ground, f"“{right}”", quotation(right)), "quotation")


def test_words_that_somebody_said_without_the_not_may_end_there() -> None:
    """One quotation that holds them whole is enough, whichever comes first."""
    short = "open the bridge but"
    for first, second in ((OPEN, f"They may {short}"), (f"They may {short}", OPEN)):
        ground = ground_of(
            f"“{first},” said Jane Doe.", f"“{second},” said John Roe.",
            facts=[(0, quotation(first)), (1, quotation(second))],
        )  # fmt: skip
        assert not of_kind(checked(ground, f"“{short}”", quotation(short)), "quotation")
