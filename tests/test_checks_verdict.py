"""Support and verdict, the checks of single names and new words, and whole sentences checked."""

import pytest
from by_hand import aligned, checked, claim_of, figure, ground_of, name, of_kind, quotation
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import article_texts

from summarise.article import read_article
from summarise.checking import judge
from summarise.checks import CHECKS, EVIDENCE, Ground, names, novelty
from summarise.checks.support import ACCUSED, DOUBTED, GATHERED, features, remaining, support_of, weights
from summarise.checks.verdict import THRESHOLD, verdict_of
from summarise.data import CheckedSentence, Evidence, Finding
from summarise.facts import extract

OVERLAP = {"coverage", "trigrams", "synonyms", "retold"}
PLACE = Evidence(start=0, end=1, text="x")
NOTE = Finding(kind="invented", severity="note", said="x", evidence=(PLACE,))
DOUBT = Finding(kind="name", severity="error", said="x")
ACCUSATION = Finding(kind="date", severity="error", said="x", evidence=(PLACE,))
FINDINGS = st.lists(st.sampled_from([NOTE, DOUBT, ACCUSATION]), max_size=4)
WORDS = "bridge pier council closed opened the of said also not Osterby 12".split()
TEXTS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).map(" ".join)


@pytest.mark.parametrize(
    ("support", "findings", "verdict"),
    [
        (1.0, [], "supported"),
        (THRESHOLD, [], "supported"),
        (THRESHOLD - 0.0001, [], "unverified"),
        (0.0, [], "unverified"),
        (1.0, [NOTE], "supported"),
        (1.0, [DOUBT], "unverified"),
        (1.0, [ACCUSATION], "contradicted"),
        (1.0, [DOUBT, ACCUSATION], "contradicted"),
        (0.0, [NOTE, ACCUSATION], "contradicted"),
    ],
)
def test_the_verdict_follows_from_errors_and_support(support: float, findings: list[Finding], verdict: str) -> None:
    """An error with evidence contradicts, any other error or little support leaves doubt; notes do nothing."""
    assert verdict_of(support, findings) == verdict


@given(article=TEXTS, text=TEXTS, findings=FINDINGS)
def test_support_is_a_probability_that_fits_the_verdict(article: str, text: str, findings: list[Finding]) -> None:
    """It lies in [0, 1], errors cap it, and only what it allows is supported."""
    ground = ground_of(article)
    claim = claim_of(ground, text)
    support = support_of(claim, ground, aligned(ground, claim), findings)
    verdict = verdict_of(support, findings)
    assert 0.0 <= support <= 1.0
    assert (verdict == "contradicted") == (ACCUSATION in findings)
    if ACCUSATION in findings:
        assert support <= ACCUSED
    elif DOUBT in findings:
        assert support <= DOUBTED
        assert verdict == "unverified"
    else:
        assert (verdict == "supported") == (support >= THRESHOLD)


@pytest.mark.parametrize(
    ("claim", "coverage", "trigrams"),
    [
        ("The council closed the pier.", 1.0, 1.0),
        ("The pier closed the council.", 1.0, 0.0),
        ("The council closed the red pier.", 0.75, 0.5),
        ("The councils closed the pier in the end.", 0.75, 0.5),
        ("Snow fell.", 0.0, 0.0),
        ("", 0.0, 0.0),
    ],
)
def test_overlap_is_reckoned_over_stems(claim: str, coverage: float, trigrams: float) -> None:
    """Content words anywhere in the article, and all words in threes."""
    ground = ground_of("The council closed the pier.", "It rained.")
    found = features(claim_of(ground, claim), ground, (), [])
    assert (found["coverage"], found["trigrams"]) == (coverage, trigrams)


def test_another_name_of_a_known_bearer_is_covered() -> None:
    """Kiev is in an article that has Kyiv; an unknown city is not."""
    ground = ground_of("Shells hit Kyiv.", facts=[(0, name("Kyiv", category="place"))])
    for other, covered in (
        (name("Kiev", value="Kyiv", category="place"), 1.0),
        (name("Odesa", category="place"), 2 / 3),
    ):
        claim = claim_of(ground, f"Shells hit {other.text}.", other)
        assert features(claim, ground, (), [])["coverage"] == pytest.approx(covered)


def test_findings_are_counted_by_kind() -> None:
    """Money counts among the figures; what has no weight is left out."""
    ground = ground_of("It rained.")
    money = Finding(kind="money", severity="error", said="x")
    noted = Finding(kind="name", severity="note", said="x")
    found = features(claim_of(ground, "It rained."), ground, (), [DOUBT, DOUBT, noted, money, ACCUSATION, NOTE])
    counts = {key: value for key, value in found.items() if key not in OVERLAP}
    assert counts == {"figure": 1, "date": 1, "name": 2, "quotation": 0, "name note": 1, "date note": 0}


def test_the_weights_are_those_of_the_features() -> None:
    """Overlap speaks for a claim, findings against it."""
    ground = ground_of("It rained.")
    weight = weights()
    assert weight.keys() - {"intercept"} == features(claim_of(ground, "It rained."), ground, (), []).keys()
    assert all((value > 0) == (name in OVERLAP) for name, value in weight.items() if name != "intercept")


def test_more_overlap_is_more_support() -> None:
    """And a copy has more than a paraphrase."""
    ground = ground_of("The council closed the old pier of Osterby in spring.", "It rained.")
    claims = (
        "The council closed the old pier of Osterby.",
        "Osterby’s council shut the old pier.",
        "Zebras ate grass.",
    )
    made = [claim_of(ground, claim) for claim in claims]
    supports = [support_of(claim, ground, aligned(ground, claim), []) for claim in made]
    assert supports == sorted(supports, reverse=True)
    assert supports[0] >= THRESHOLD > supports[2]


def test_words_from_all_over_the_article_are_little_support() -> None:
    """A claim needs a sentence to point at: one that has a fifth of it."""
    assert remaining([], 0.2) == 1.0
    assert remaining([], 0.19) == GATHERED


def test_errors_cap_the_support() -> None:
    """Opposing evidence more than doubt; a lost hedge, which people let pass, not at all."""
    hedge = Finding(kind="certainty", severity="error", said="x")
    assert remaining([NOTE, hedge], 1.0) == 1.0
    assert remaining([DOUBT, hedge], 1.0) == DOUBTED < THRESHOLD
    assert remaining([ACCUSATION, DOUBT], 1.0) == ACCUSED


def test_what_the_article_has_in_other_words_is_counted_apart() -> None:
    """A synonym is no word of the article, and tells all the same that the claim may be a paraphrase."""
    ground = ground_of("The firm purchased the pier.")
    found = features(claim_of(ground, "The firm bought a horse."), ground, (), [])
    assert found["coverage"] == found["synonyms"] == pytest.approx(1 / 3)


# Names and new words -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "accused"),
    [
        (name("Jane Doe"), False),
        (name("Doe"), False),
        (name("Ann Poe"), True),
        (name("Ann Doe"), True),
        (name("the Harbour Council"), False),  # no name there, but all its words
        (name("Harbour Board"), True),
        (name("Ann Poe", confidence=0.49), False),
        (name("Ann Poe", confidence=0.5), True),
    ],
)
def test_a_name_is_doubted_if_the_article_has_neither_it_nor_its_words(said: object, accused: bool) -> None:
    """Without evidence, since nothing says the contrary; unsure names accuse nobody."""
    ground = ground_of("Jane Doe led the council of the harbour.", facts=[(0, name("Jane Doe"))])
    assert hasattr(said, "text")
    claim = claim_of(ground, f"{said.text} left.", said)  # type: ignore[arg-type]
    found = list(names.check(claim, ground, ()))
    assert [(f.kind, f.severity, f.said, f.evidence) for f in found] == (
        [("name", "error", said.text, ())] if accused else []
    )


def test_every_name_of_a_claim_is_checked() -> None:
    """A known or unsure name does not hide an unknown one behind it."""
    ground = ground_of("Jane Doe led the council.", facts=[(0, name("Jane Doe"))])
    for other in (name("Jane Doe"), name("the council"), name("Max Moe", confidence=0.1), figure("12")):
        claim = claim_of(ground, f"{other.text} met Ann Poe.", other, name("Ann Poe"))
        assert [finding.said for finding in names.check(claim, ground, ())] == ["Ann Poe"]


def test_new_words_are_noted_together() -> None:
    """Only content words, and not those of other facts, which have checks of their own."""
    ground = ground_of("Jane Doe closed the pier.", facts=[(0, name("Jane Doe"))])
    claim = claim_of(
        ground,
        "Ann Poe angrily closed 12 piers with “brute force”.",
        name("Ann Poe"),
        figure("12"),
        quotation("brute force"),
    )
    (finding,) = novelty.check(claim, ground, ())
    assert (finding.kind, finding.severity, finding.said) == ("invented", "note", "angrily, brute, force")
    assert not list(novelty.check(claim_of(ground, "The piers were closed."), ground, ()))


@pytest.mark.parametrize(("text", "new"), [("12 x", "x"), ("x 12", "x"), ("x12", None)])
def test_words_beside_a_fact_are_not_in_it(text: str, new: str | None) -> None:
    """The edges of a fact's span are exact."""
    ground = ground_of("It rained.")
    found = list(novelty.check(claim_of(ground, text, figure("12")), ground, ()))
    assert [finding.said for finding in found] == ([new] if new and text != "x12" else ["x"])


# Whole sentences -----------------------------------------------------------------------------------------------------


def test_a_sentence_of_the_article_is_supported_with_its_place() -> None:
    """Word for word, whatever the checks would say of it."""
    ground = ground_of("The pier is not not closed.", "It rained.")
    found = checked(ground, "The pier is not not closed.")
    assert (found.verdict, found.support, found.findings) == ("supported", 1.0, ())
    assert [place.text for place in found.evidence] == ["The pier is not not closed."]


def test_the_opposing_place_comes_first() -> None:
    """And no more than three places are shown."""
    ground = ground_of(
        *["The firm sold boats in Osterby and Vesterholm."] * 4,
        "The firm sold 40 boats in Osterby.",
        facts=[(4, figure("40", text="40 boats", counted="boat"))],
    )
    found = checked(ground, "The firm sold 41 boats in Osterby.", figure("41", text="41 boats", counted="boat"))
    assert found.verdict == "contradicted"
    assert found.evidence[0].text == "The firm sold 40 boats in Osterby."
    assert len(found.evidence) == EVIDENCE == 3


def test_a_weak_place_is_shown_only_where_there_is_no_better() -> None:
    """From three tenths of the claim on, a place bears on it; below, only the best one is shown."""
    ground = ground_of("The pier closed.", "The pier opened.", "It rained.")
    strong = checked(ground, "The pier closed late.")
    assert [place.text for place in strong.evidence] == ["The pier closed.", "The pier opened."]
    weak = checked(ground, "The pier lay under deep snow all day long.")
    assert [place.text for place in weak.evidence] == ["The pier closed."]
    assert checked(ground, "Zebras ate.").evidence == ()


@given(article=st.lists(TEXTS, min_size=1, max_size=4), text=TEXTS)
def test_a_checked_sentence_keeps_its_promises(article: list[str], text: str) -> None:
    """Contradicted only with an error that has evidence; evidence in the article's words, at most three places."""
    ground = ground_of(*article)
    found = checked(ground, text)
    opposed = any(finding.severity == "error" and finding.evidence for finding in found.findings)
    assert (found.verdict == "contradicted") == opposed
    assert found.verdict != "supported" or found.support >= THRESHOLD
    assert len(found.evidence) <= EVIDENCE
    assert len(set(found.evidence)) == len(found.evidence)
    assert all(ground.facts.article.quote(place) == place.text for place in found.evidence)
    for sentence in article:
        assert checked(ground, sentence).verdict == "supported"


def test_all_checks_are_asked() -> None:
    """One for each kind of error, each once."""
    assert len(set(CHECKS)) == len(CHECKS) == 29


# With the extractors -------------------------------------------------------------------------------------------------

STORY = """Harbour bridge of Vesterholm stays shut

The harbour bridge of Vesterholm closed on 9 March 2026 after engineers found cracks in 12 of its 30 cables.

“We could not wait any longer for the repairs,” said Jane Doe, the head of the port authority. She expects the work to
cost €3 million. Lorries are not allowed on the old pier.

John Roe sued the town of Osterby over the lost trade. Prosecutors allege that Karl Moe took the money.
"""


@pytest.fixture(scope="module")
def ground() -> Ground:
    return Ground(extract(read_article(STORY)))


def judged(ground: Ground, text: str) -> CheckedSentence:
    (candidate,) = judge(text, ground, origin="given")
    return candidate.sentence


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("The harbour bridge of Vesterholm closed on 19 March 2026 after engineers found cracks.", "date"),
        ("The harbour bridge of Vesterholm closed after engineers found cracks in 14 of its 30 cables.", "figure"),
        ("She expects the work to cost €4 million.", "money"),
        ("She expects the work to cost $3 million.", "money"),
        ("“We could not wait any longer for the repairs,” said John Roe.", "speaker"),
        ("“We could wait much longer for the repairs,” said Jane Doe.", "quotation"),
        ("Lorries are allowed on the old pier.", "negation"),
        ("Ann Poe sued the town of Osterby over the lost trade.", "name"),
    ],
)
def test_an_error_is_accused(ground: Ground, text: str, kind: str) -> None:
    """End to end, with facts taken from the claim as from the article."""
    found = judged(ground, text)
    assert found.verdict == "contradicted", found
    assert [finding for finding in of_kind(found, kind) if finding.severity == "error" and finding.evidence]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Karl Moe took the money.", "certainty"),
        ("Ann Poe sued the harbour bridge.", "name"),
    ],
)
def test_what_only_casts_doubt_is_unverified(ground: Ground, text: str, kind: str) -> None:
    """These checks do not accuse."""
    found = judged(ground, text)
    assert found.verdict == "unverified", found
    assert of_kind(found, kind)


@pytest.mark.parametrize(
    "text",
    [
        "The harbour bridge of Vesterholm closed on 9 March.",
        "The harbour bridge of Vesterholm closed in March 2026 after engineers found cracks.",
        "Engineers found cracks in 12 of its 30 cables.",
        "Prosecutors allege Karl Moe took the money.",
        "Lorries are not allowed on the pier.",
        "“We could not wait any longer,” said Doe.",
    ],
)
def test_the_harmless_twin_is_supported(ground: Ground, text: str) -> None:
    """What is left out or told in another form is no error."""
    found = judged(ground, text)
    assert found.verdict == "supported", found


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(text=article_texts.filter(str.strip))
def test_an_articles_own_sentences_are_never_contradicted(text: str) -> None:
    """Whatever the article; they go the way of any claim."""
    facts = extract(read_article(text), rules=True)
    article, ground = facts.article, Ground(facts)
    for sentence in article.sentences[:4]:
        for candidate in judge(article.quote(sentence), ground, origin="given"):
            assert candidate.sentence.verdict != "contradicted", candidate.sentence
