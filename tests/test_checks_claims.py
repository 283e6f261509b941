"""Checking one sentence: findings, verdict and evidence."""

from collections.abc import Sequence

import pytest
from by_hand import checked, claim_of, facts_of, figure, ground_of, of_code
from tiny_models import write_tiny_model
from verdicts import SETTINGS

from summarise import check
from summarise.checks import SourceIndex
from summarise.checks.entailment import EntailmentModel
from summarise.checks.entailment.model import Score
from summarise.checks.entailment.reader import ClaimReader
from summarise.checks.verdict import VerdictModel
from summarise.checks.verification import EVIDENCE, check_claims, own_checks
from summarise.data import CheckedSentence, Finding, Quote

SOLD = "The firm sold 40 boats in Osterby."
BOATS = figure("40", text="40 boats", counted_noun="boat")
OTHERS = figure("41", text="41 boats", counted_noun="boat")
KNOWN = "The firm sold 40 41 boats in Osterby It rained gladly ."


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> EntailmentModel:
    """Return a model that finds every claim entailed unless it contains "badly" or "sadly" as a word."""
    adds = {**dict.fromkeys(KNOWN.split(), (1.0,)), "badly": (-50.0,), "sadly": (-50.0,)}
    return EntailmentModel.load(
        write_tiny_model(tmp_path_factory.mktemp("model"), adds=adds, labels=("score",), word_head=True)
    )


@pytest.fixture
def read(model: EntailmentModel) -> SourceIndex:
    facts = facts_of([SOLD, "It rained badly."], [(0, BOATS)])
    # The second sentence has a rejected word: the model would doubt it if it were asked.
    return SourceIndex(
        facts,
        ClaimReader(facts.article.model_copy(update={"sentences": facts.article.sentences[:1]}), model),
    )


def test_a_sentence_of_the_article_is_supported_with_its_place(read: SourceIndex) -> None:
    """Verbatim sentences are supported whatever the checks and the model say."""
    for source_index, text in (
        (read, "It rained badly."),
        (ground_of("The pier is not not closed."), "The pier is not not closed."),
    ):
        found = checked(source_index, text)
        assert (found.verdict, found.support, found.findings) == ("supported", 1.0, ())
        assert [place.text for place in found.evidence] == [text]


def test_of_several_sentences_each_is_judged_as_by_itself_and_the_model_is_asked_once(
    read: SourceIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Verbatim and foreign-language sentences are not sent to the model."""
    texts = [
        "The firm sold boats badly in Osterby.",
        "It rained badly.",
        "Die Firma verkaufte in diesem Jahr sehr viele Boote, weil sie besser als alle anderen waren.",
        "The firm gladly sold 40 boats in Osterby.",
    ]
    alone = [checked(read, text) for text in texts]
    assert [one.verdict for one in alone] == ["unverified", "supported", "unverified", "supported"]
    asked, score = [], ClaimReader.read

    def counted(reader: ClaimReader, claims: Sequence[tuple[str, str]]) -> list[Score]:
        asked.append([text for text, _ in claims])
        return score(reader, claims)

    monkeypatch.setattr(ClaimReader, "read", counted)
    assert check_claims([claim_of(read, text) for text in texts], read, VerdictModel()) == alone
    assert asked == [[texts[0], texts[3]]]


def test_what_the_model_alone_doubts_is_an_error_at_its_worst_words(read: SourceIndex) -> None:
    """The finding marks the least supported words; with the article's words in their place, it contradicts."""
    found = checked(read, "The firm sold 40 boats badly sadly in Osterby.", BOATS)
    assert found.verdict == "unverified"
    (finding,) = found.findings
    assert (finding.code, finding.severity, finding.claim.text, finding.article) == (
        "entailment", "error", "badly sadly", None,
    )  # fmt: skip
    instead = checked(read, "The firm badly 40 boats in Osterby.", BOATS)
    assert instead.verdict == "contradicted"
    assert [(one.article and one.article.text, one.reason) for one in instead.findings] == [("sold", "contrast")]
    fine = checked(read, "The firm gladly sold 40 boats in Osterby.", BOATS)
    assert (fine.verdict, fine.findings) == ("supported", ())


def test_where_a_comparison_found_an_error_the_model_adds_none(read: SourceIndex) -> None:
    """The model only decides between contradicted and unverified."""
    for words, verdict in (("badly", "contradicted"), ("gladly", "unverified")):
        found = checked(read, f"The firm {words} sold 41 boats in Osterby.", OTHERS)
        assert ([one.code for one in found.findings], found.verdict) == (["figure"], verdict)
    rules = ground_of(SOLD, "It rained.", facts=[(0, BOATS)])
    assert checked(rules, "The firm badly sold 41 boats in Osterby.", OTHERS).verdict == "unverified"


def test_what_two_checks_find_is_told_once() -> None:
    """Findings are deduplicated, and custom checks come after the built-in ones."""
    same = Finding(code="other", severity="note", claim=Quote(start=0, end=3, text="The"))
    own = own_checks([lambda *_: [same], lambda *_: [same, same]])
    source_index = SourceIndex(facts_of([SOLD], [(0, BOATS)]), own_checks=own)
    found = checked(source_index, "The firm sold 41 boats in Osterby.", OTHERS)
    assert [one.code for one in found.findings] == ["figure", "other"]


# Evidence ------------------------------------------------------------------------------------------------------------


def test_the_opposing_place_comes_first() -> None:
    """At most three places are shown as evidence."""
    near = ["The firm sold boats in Osterby and Vesterholm."] * 4
    source_index = ground_of(*near, "The firm sold 40 boats.", facts=[(4, BOATS)])
    found = checked(source_index, "The firm sold 41 boats in Osterby and Vesterholm.", OTHERS)
    assert [place.text for place in found.evidence] == ["The firm sold 40 boats.", *near[:2]]
    assert len(found.evidence) == EVIDENCE == 3


def test_a_weak_place_is_shown_only_where_there_is_no_better() -> None:
    """A place that covers less than 0.3 of the claim is shown only if it is the best."""
    source_index = ground_of("The pier closed.", "The pier opened.", "It rained.")
    for text, places in (
        ("The pier closed late.", ["The pier closed.", "The pier opened."]),
        ("The pier lay under deep snow all day long.", ["The pier closed."]),
        ("Zebras ate.", []),
    ):
        assert [place.text for place in checked(source_index, text).evidence] == places


# With the extractors -------------------------------------------------------------------------------------------------

STORY = """Harbour bridge of Vesterholm stays shut

The harbour bridge of Vesterholm closed on 9 March 2026 after engineers found cracks in 12 of its 30 cables.

“We could not wait any longer for the repairs,” said Jane Doe, the head of the port authority. She expects the work to
cost €3 million. Lorries are not allowed on the old pier.

John Roe sued the town of Osterby over the lost trade.
"""


def judged(text: str) -> CheckedSentence:
    (sentence,) = check(text, STORY, settings=SETTINGS).sentences
    return sentence


@pytest.mark.parametrize(
    ("text", "code", "against"),
    [
        (
            "The harbour bridge of Vesterholm closed on 19 March 2026 after engineers found cracks.",
            "date",
            "9 March 2026",
        ),
        (
            "The harbour bridge of Vesterholm closed after engineers found cracks in 14 of its 50 cables.",
            "figure",
            None,
        ),
        ("She expects the work to cost €4 million.", "money", "€3 million"),
        ("She expects the work to cost $3 million.", "money", "€3 million"),
        ("“We could not wait any longer for the repairs,” said John Roe.", "speaker", "“We could not wait any longer"),
        ("“We could wait much longer for the repairs,” said Jane Doe.", "quotation", "We could not wait any longer"),
        ("Lorries are allowed on the old pier.", "negation", "Lorries are not allowed"),
        ("Ann Poe sued the town of Osterby over the lost trade.", "name", None),
    ],
)
def test_an_error_is_found_and_shown(text: str, code: str, against: str | None) -> None:
    """The finding quotes the article."""
    found = judged(text)
    assert found.verdict == "unverified"
    errors = [finding for finding in of_code(found, code) if finding.severity == "error"]
    assert errors
    assert against is None or any(one.article and one.article.text.startswith(against) for one in errors), errors


def test_every_fact_of_a_sentence_is_checked() -> None:
    """A correct fact does not hide a wrong one of the same or another kind."""
    found = judged(
        "On 9 March 2026 and 19 March 2026 Jane Doe and Ann Poe said “we could not wait any longer” and “it was our "
        "own mistake” about 12 of its 30 cables and 50 boats.",
    )
    wrong = [finding.claim.text for finding in found.findings if finding.severity == "error"]
    assert wrong == ["50 boats", "19 March 2026", "Ann Poe", "it was our own mistake"]


@pytest.mark.parametrize(
    "text",
    [
        "The harbour bridge of Vesterholm closed on 9 March.",
        "The harbour bridge of Vesterholm closed in March 2026 after engineers found cracks.",
        "Engineers found cracks in 12 of its 30 cables.",
        "Lorries are not allowed on the pier.",
        "“We could not wait any longer,” said Doe.",
    ],
)
def test_the_harmless_twin_has_no_error(text: str) -> None:
    """Omissions and other wordings are not errors."""
    assert [finding for finding in judged(text).findings if finding.severity == "error"] == []


def test_a_sentence_of_which_the_article_has_no_word_is_not_supported(model: EntailmentModel) -> None:
    """Without evidence a sentence is unverified, whatever the model says."""
    facts = facts_of([SOLD], [(0, BOATS)])
    for reader in (None, ClaimReader(facts.article, model)):
        source_index = SourceIndex(facts, reader)
        found = checked(source_index, "Purple elephants danced.")
        assert found.verdict == "unverified"
        assert [(one.code, one.claim.text) for one in found.findings] == [("entailment", "Purple elephants danced.")]
