"""The setting `entailment`: the model reads each sentence besides the other checks, and can only lower a verdict."""

from pathlib import Path

import pytest
from command_line import Capture, fails
from invented import saying
from pydantic import ValidationError
from tiny_models import write_tiny_model

from summarise import acheck, check, summarise
from summarise.cli import run
from summarise.errors import ConfigurationError
from summarise.replaying import settings_of
from summarise.runs.files import read_run
from summarise.runs.recorder import settings_kept
from summarise.settings import Settings

ARTICLE = (
    "The council of Brant opened a new bridge on Monday after four years of work. The mayor, Ada Lund, said that it "
    "cost 12 million euros. Boats had carried people over the river before, and many of them were old and slow. Nobody "
    "knows yet what becomes of the boats."
)
RIGHT = "On Monday the council of Brant opened a new bridge."
FLIPPED = "On Monday the council of Brant opened a new castle bridge."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a model that believes all but a castle, and marks it."""
    adds = {"castle": (-9.0,), "bridge": (1.0,), "council": (0.5,)}
    return write_tiny_model(tmp_path / "tiny", adds=adds, labels=("score",))


def test_a_sentence_that_the_model_doubts_is_unverified_and_no_more(folder: Path) -> None:
    assert check(FLIPPED, ARTICLE).sentences[0].verdict == "supported"
    (sentence,) = check(FLIPPED, ARTICLE, settings=Settings(entailment=folder)).sentences
    assert sentence.verdict == "unverified"
    (finding,) = (finding for finding in sentence.findings if finding.kind == "entailment")
    assert (finding.severity, finding.evidence, finding.said) == ("error", (), FLIPPED)


def test_a_sentence_that_the_model_believes_is_judged_as_without_it(folder: Path) -> None:
    assert check(RIGHT, ARTICLE, settings=Settings(entailment=folder)).sentences == check(RIGHT, ARTICLE).sentences


def test_a_word_head_shows_the_words_that_are_not_supported(tmp_path: Path) -> None:
    adds = {word: (-9.0 if word == "castle" else 0.1,) for word in FLIPPED.strip(".").split()}
    folder = write_tiny_model(tmp_path, adds=adds, labels=("score",), word_head=True)
    (sentence,) = check(FLIPPED, ARTICLE, settings=Settings(entailment=folder)).sentences
    assert [finding.said for finding in sentence.findings if finding.kind == "entailment"] == ["castle"]


async def test_the_asynchronous_call_reads_with_it_too(folder: Path) -> None:
    report = await acheck(FLIPPED, ARTICLE, settings=Settings(entailment=folder))
    assert "entailment" in {finding.kind for finding in report.sentences[0].findings}
    assert report.sentences == check(FLIPPED, ARTICLE, settings=Settings(entailment=folder)).sentences


def test_a_sentence_that_a_model_wrote_is_read_with_it(folder: Path) -> None:
    told = [
        summarise(ARTICLE, backend=saying(FLIPPED), on_unsupported="keep", settings=settings).sentences[0]
        for settings in (Settings(), Settings(entailment=folder))
    ]
    assert [any(finding.kind == "entailment" for finding in one.findings) for one in told] == [False, True]


def test_a_folder_without_a_model_is_an_error_before_anything_is_checked(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="is no entailment model"):
        check(RIGHT, ARTICLE, settings=Settings(entailment=tmp_path))
    with pytest.raises(ConfigurationError, match="is no entailment model"):
        summarise(ARTICLE, model="extract", settings=Settings(entailment=tmp_path))


def test_the_command_takes_a_model_by_its_folder(folder: Path, tmp_path: Path, capsys: Capture) -> None:
    article, summary = tmp_path / "article.txt", tmp_path / "summary.txt"
    article.write_text(ARTICLE, encoding="utf-8")
    summary.write_text(FLIPPED, encoding="utf-8")
    assert run(["check", str(article), str(summary), "--entailment", str(folder)]) == 1
    assert "the entailment model doubts the sentence" in capsys.readouterr().out
    assert "is no entailment model" in fails(
        capsys, 4, "check", str(article), str(summary), "--entailment", str(tmp_path)
    )


def test_a_run_file_names_no_folder(tmp_path: Path) -> None:
    assert settings_kept(Settings(entailment="built-in"))["entailment"] == "built-in"
    assert settings_kept(Settings(entailment=Path("/somewhere")))["entailment"] == "another"
    kept = tmp_path / "run.json"
    summarise(ARTICLE, model="extract", length=2, save=kept)
    run_kept = read_run(kept)
    for named, used in (("built-in", "built-in"), ("another", "off"), ("/somewhere", "off"), (["x"], "off")):
        wanted = run_kept.wanted.model_copy(update={"settings": {**run_kept.wanted.settings, "entailment": named}})
        assert settings_of(run_kept.model_copy(update={"wanted": wanted})).entailment == used


@pytest.mark.parametrize("nothing", ["", " ", 3])
def test_what_names_no_model_is_refused_in_words(nothing: object) -> None:
    with pytest.raises(ValidationError, match="give off, built-in, or the folder of a model"):
        Settings(entailment=nothing)  # type: ignore[arg-type]


def test_a_damaged_model_is_found_before_a_model_is_asked(folder: Path) -> None:
    (folder / "model.onnx").write_bytes(b"no model")
    backend = saying(FLIPPED)
    with pytest.raises(ConfigurationError, match="cannot be loaded"):
        summarise(ARTICLE, backend=backend, settings=Settings(entailment=folder, min_words=10))
    assert backend.requests == []
