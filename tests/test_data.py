"""Data models: validation, JSON round trips and schemas."""

import json
from pathlib import Path

import jsonschema
import pytest
from invented import BRIDGE, FALSE, VALLEY, VEHICLES, saying
from pydantic import BaseModel, ValidationError

import summarise.data as data
from summarise import Article, Facts, Report, Summary, extract_facts, summarise
from summarise.cli.main import run
from summarise.data import CheckedSentence, Evidence, Record, RunRecord, Sentence
from summarise.report.formats import MODELS, schema_text

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


@pytest.mark.parametrize("spans", [[(0, 4), (3, 6)], [(4, 6), (0, 3)], [(0, 99)], [(3, 3)], [(-1, 2)]])
def test_sentences_lie_in_the_text_in_order_and_none_is_empty(spans: list[tuple[int, int]]) -> None:
    with pytest.raises(ValidationError):
        Article(text="One. Two.", sentences=tuple(Sentence(start=start, end=end, paragraph=0) for start, end in spans))


def test_offsets_count_code_points() -> None:
    """A character beyond the basic plane counts as one, CRLF as two."""
    text = "😀 Ünal came.\r\nShe left."
    facts = extract_facts(text)
    article = facts.article
    assert article.text == text
    assert [article.quote(sentence) for sentence in article.sentences] == ["😀 Ünal came.", "She left."]
    assert article.evidence(article.sentences[1]) == Evidence(start=14, end=23, text="She left.")


def test_a_summary_and_facts_are_the_same_after_json(summary: Summary) -> None:
    assert Summary.model_validate_json(summary.model_dump_json()) == summary
    facts = extract_facts(VALLEY)
    assert {fact.kind for fact in facts.facts} == {"name", "figure", "money", "date", "quotation"}
    assert Facts.model_validate_json(facts.model_dump_json()) == facts


# the schemas


@pytest.mark.parametrize("name", MODELS)
def test_the_committed_schema_is_the_one_of_the_models(name: str) -> None:
    """docs/schema equals the output of `python -m summarise.report.formats docs/schema`."""
    text = (SCHEMAS / f"{name}.json").read_text(encoding="utf-8")
    assert text == schema_text(MODELS[name])
    jsonschema.Draft202012Validator.check_schema(json.loads(text))


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


# the command


@pytest.mark.slow
def test_facts_are_printed_as_a_table_or_as_json(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (path := tmp_path / "valley.txt").write_text(VALLEY, encoding="utf-8")
    facts, shown = extract_facts(VALLEY), []
    for options in ([], ["--json"]):
        assert run(["facts", str(path), *options]) == 0
        shown.append(capsys.readouterr())
    table, as_json = shown
    assert table.err == as_json.err == ""
    assert all(fact.text.split()[0] in table.out for fact in facts.facts)
    assert Facts.model_validate_json(as_json.out) == facts
