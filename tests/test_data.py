"""Data models: validation, JSON round trips and schemas."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from invented import BRIDGE, CABLES, FALSE, VALLEY, VEHICLES, saying
from pydantic import BaseModel, ValidationError

import summarise.data as data
from summarise import Article, Facts, Report, Summary, extract_facts, summarise
from summarise.data import CheckedSentence, ChunkUse, Evidence, Record, RunRecord, Sentence, Span
from summarise.report.schema import MODELS, schema_text, write

SCHEMAS = Path(__file__).parent.parent / "docs" / "schema"


@pytest.fixture(scope="module")
def summary() -> Summary:
    """Return a summary with findings, evidence, several origins, omissions and a problem."""
    return summarise(BRIDGE, backend=saying(FALSE, VEHICLES), on_unsupported="keep", length=2)


def test_all_data_is_frozen_and_closed() -> None:
    nouns = [value for value in vars(data).values() if isinstance(value, type) and issubclass(value, BaseModel)]
    assert len(nouns) > 50
    for noun in nouns:
        assert issubclass(noun, Record)
        assert (noun.model_config.get("frozen"), noun.model_config.get("extra")) == (True, "forbid"), noun


@pytest.mark.parametrize(("start", "end"), [(0, 0), (3, 3), (4, 2), (-1, 2)])
def test_a_span_is_never_empty(start: int, end: int) -> None:
    with pytest.raises(ValidationError):
        Span(start=start, end=end)


@pytest.mark.parametrize("spans", [[(0, 4), (3, 6)], [(4, 6), (0, 3)], [(0, 99)]])
def test_sentences_lie_in_the_text_in_order(spans: list[tuple[int, int]]) -> None:
    """Overlapping, unordered or out-of-range sentences are refused."""
    sentences = tuple(Sentence(start=start, end=end, paragraph=0) for start, end in spans)
    with pytest.raises(ValidationError, match="must lie in the text"):
        Article(text="One. Two.", sentences=sentences)


def test_offsets_count_code_points() -> None:
    """A character beyond the basic plane counts as one, CRLF as two."""
    text = "😀 Ünal came.\r\nShe left."
    facts = extract_facts(text)
    article = facts.article
    assert article.text == text
    assert [article.quote(sentence) for sentence in article.sentences] == ["😀 Ünal came.", "She left."]
    assert article.evidence(article.sentences[1]) == Evidence(start=14, end=23, text="She left.")


@pytest.mark.parametrize("support", [None, -0.1, 1.1, "high"])
def test_support_is_a_number_from_0_to_1(support: Any) -> None:
    with pytest.raises(ValidationError):
        CheckedSentence(text="It is.", verdict="supported", support=support, probability=support, origin="given")


def test_a_summary_is_the_same_after_json(summary: Summary) -> None:
    assert Summary.model_validate_json(summary.model_dump_json()) == summary


@pytest.mark.parametrize("article", [BRIDGE, VALLEY])
def test_facts_are_the_same_after_json(article: str) -> None:
    facts = extract_facts(article)
    assert {fact.kind for fact in facts.facts} == {
        "name",
        "figure",
        "money",
        "date",
        "quotation",
    }
    assert Facts.model_validate_json(facts.model_dump_json()) == facts


# the schemas


@pytest.mark.parametrize("name", MODELS)
def test_the_committed_schema_is_the_one_of_the_models(name: str) -> None:
    """docs/schema equals the output of `python -m summarise.report.schema docs/schema`."""
    assert (SCHEMAS / f"{name}.json").read_text(encoding="utf-8") == schema_text(MODELS[name])


def test_schemas_are_written_to_a_folder(tmp_path: Path) -> None:
    """The folder is created, and each file is a valid JSON Schema."""
    for path in write(tmp_path / "new"):
        jsonschema.Draft202012Validator.check_schema(json.loads(path.read_text(encoding="utf-8")))


def validator(name: str) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8")))


def test_real_output_validates_against_the_schemas(summary: Summary) -> None:
    """Missing and additional fields are invalid."""
    shown = json.loads(summary.model_dump_json())
    validator("summary").validate(shown)
    validator("facts").validate(json.loads(extract_facts(VALLEY).model_dump_json()))
    for broken in ({**shown, "title": "x"}, {key: shown[key] for key in ("omitted", "run")}):
        assert not validator("summary").is_valid(broken)


# properties of reports


def sentence(verdict: str, support: float) -> CheckedSentence:
    return CheckedSentence.model_validate(
        {"text": "It is.", "verdict": verdict, "support": support, "probability": support, "origin": "given"}
    )


@pytest.mark.parametrize(
    ("verdicts", "verdict"),
    [
        ([], "unverified"),
        (["supported"], "supported"),
        (["supported", "unverified"], "unverified"),
        (["unverified", "contradicted", "supported"], "contradicted"),
    ],
)
def test_a_report_is_as_bad_as_its_worst_sentence(verdicts: list[str], verdict: str) -> None:
    """An empty report is unverified."""
    report = Report(sentences=tuple(sentence(v, 0.5) for v in verdicts), run=RunRecord(version="1", parser="rules"))
    assert report.verdict == verdict


def test_a_summary_is_its_text_and_complete_without_problems() -> None:
    """A problem in one chunk makes it incomplete."""
    chunks = (ChunkUse(start=0, end=9, tokens=3), ChunkUse(start=9, end=12, tokens=1, problem="cut off"))
    whole = Summary(
        sentences=(
            sentence("supported", 1.0),
            CheckedSentence(text=CABLES, verdict="supported", support=1, probability=1, origin="model"),
        ),
        run=RunRecord(version="1", parser="rules", chunks=chunks[:1]),
    )
    assert str(whole) == whole.text == f"It is. {CABLES}"
    assert whole.complete
    broken = whole.model_copy(update={"run": whole.run.model_copy(update={"chunks": chunks})})
    assert not broken.complete
