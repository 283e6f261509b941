"""The settings `entailment` (the model) and `sensitivity` (its threshold)."""

import json
from pathlib import Path
from typing import Literal

import pytest
from command_line import Capture, fails
from invented import saying
from pydantic import ValidationError
from tiny_models import write_tiny_model

from summarise import Settings, check, summarise
from summarise.checks.verdict import built_in, parameters_in
from summarise.cli.main import run
from summarise.data import Regression, Sensitivity, Thresholds
from summarise.errors import ConfigurationError
from summarise.pipeline.replay import settings_of
from summarise.runs import read_run, settings_kept

ARTICLE = (
    "The council of Brant opened a new bridge on Monday after four years of work. The mayor, Ada Lund, said that it "
    "cost 12 million euros. Boats had carried people over the river before, and many of them were old and slow. Nobody "
    "knows yet what becomes of the boats."
)
RIGHT = "On Monday the council of Brant opened a new bridge."
SNOW = "A heavy snowfall closed all schools of the region."
CLAIMS = f"""On Monday the council of Brant opened a new bridge. Ada Lund put the cost at 12 million euros. {SNOW} \
Old boats crossed the river. The slow boats will be sold. Ada Lund said that it cost 19 million euros."""
FLIPPED = "On Monday the council of Brant opened a new castle bridge."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Write a model that supports every sentence without the word “castle”."""
    adds = {"castle": (-9.0,), "bridge": (1.0,), "council": (0.5,)}
    return write_tiny_model(tmp_path / "tiny", adds=adds, labels=("score",))


def test_a_sentence_that_the_model_doubts_is_unverified_and_no_more(folder: Path) -> None:
    (sentence,) = check(FLIPPED, ARTICLE, settings=Settings(entailment="off")).sentences
    assert sentence.findings == ()
    written = summarise(ARTICLE, backend=saying(FLIPPED), on_unsupported="keep", settings=Settings(entailment=folder))
    assert "entailment" in [finding.code for finding in written.sentences[0].findings]
    (sentence,) = check(FLIPPED, ARTICLE, settings=Settings(entailment=folder)).sentences
    assert sentence.verdict == "unverified"
    (finding,) = sentence.findings
    assert (finding.code, finding.severity, finding.article, finding.claim.text) == (
        "entailment",
        "error",
        None,
        FLIPPED,
    )


def test_the_built_in_model_is_the_default() -> None:
    (sentence,) = check(SNOW, ARTICLE).sentences
    assert (sentence.verdict, [finding.code for finding in sentence.findings]) == ("unverified", ["entailment"])
    assert check(RIGHT, ARTICLE).verdict == "supported"


@pytest.mark.parametrize("entailment", ["off", pytest.param("built-in", marks=pytest.mark.slow)])
def test_a_higher_sensitivity_doubts_no_fewer(entailment: Literal["off", "built-in"]) -> None:
    """A higher sensitivity supports a subset of the sentences; support is the same."""
    levels: tuple[Sensitivity, ...] = ("low", "default", "high")
    reports = [check(CLAIMS, ARTICLE, settings=Settings(entailment=entailment, sensitivity=level)) for level in levels]
    doubted = [{one.text for one in report.sentences if one.verdict != "supported"} for report in reports]
    assert doubted[0] <= doubted[1] <= doubted[2]
    assert len({tuple(one.support for one in report.sentences) for report in reports}) == 1


def test_the_sensitivity_reaches_the_verdict_of_every_call(tmp_path: Path, folder: Path, capsys: Capture) -> None:
    """`check`, `summarise` and the command use the threshold of the sensitivity."""
    (tmp_path / "article.txt").write_text(ARTICLE, encoding="utf-8")
    (tmp_path / "summary.txt").write_text(FLIPPED, encoding="utf-8")
    even = Regression(intercept=0.0, weights={})
    thresholds = Thresholds(low=0.1, default=0.4, high=0.9)
    changed = {"version": "even", "read": even, "thresholds": thresholds, "accused_below": 0.0}
    ours = built_in().model_copy(update=changed)
    (folder / "verdict.json").write_text(ours.model_dump_json(), encoding="utf-8")
    for level, verdict in (("low", "supported"), ("default", "supported"), ("high", "unverified")):
        settings = Settings.model_validate({"entailment": folder, "writer": "middle", "sensitivity": level})
        assert check(FLIPPED, ARTICLE, settings=settings).verdict == verdict
        written = summarise(ARTICLE, backend=saying(FLIPPED), on_unsupported="keep", settings=settings)
        assert written.sentences[0].verdict == verdict
    options = ["check", str(tmp_path / "article.txt"), str(tmp_path / "summary.txt"), "--entailment", str(folder)]
    for level in ("low", "high"):
        run([*options, "--writer", "middle", "--sensitivity", level, "--json"])
        settings = Settings.model_validate({"entailment": folder, "writer": "middle", "sensitivity": level})
        told = json.loads(capsys.readouterr().out)["sentences"][0]["verdict"]
        assert told == check(FLIPPED, ARTICLE, settings=settings).verdict
    assert "low" in fails(capsys, 2, *options, "--sensitivity", "highest")
    assert "is not an entailment model" in fails(capsys, 4, *options[:-1], str(tmp_path))


def test_a_models_folder_may_have_parameters_of_its_own(folder: Path) -> None:
    """The record names them, and invalid ones raise ConfigurationError."""
    (folder / "verdict.json").write_text(built_in().model_copy(update={"version": "own"}).model_dump_json())
    settings = Settings(entailment=folder)
    assert check(RIGHT, ARTICLE, settings=settings).run.checker.startswith("own, entailment")
    odd = Regression(intercept=0.0, weights={"entaled": 1.0})
    for text, told in (
        ("{}", "has no valid parameters"),
        (
            built_in().model_copy(update={"read": odd}).model_dump_json(),
            "has a weight for entaled, which is no input: use entailed",
        ),
    ):
        (folder / "verdict.json").write_text(text)
        parameters_in.cache_clear()
        with pytest.raises(ConfigurationError, match=told):
            check(RIGHT, ARTICLE, settings=settings)


def test_the_record_names_the_checker(folder: Path) -> None:
    """`run.checker` names the verdict parameters and the entailment model."""
    version = built_in().version
    for entailment, named in (("off", "none"), ("built-in", "built-in "), (folder, "tiny")):
        settings = Settings(entailment=entailment)  # type: ignore[arg-type]
        checked = check(RIGHT, ARTICLE, settings=settings).run.checker
        assert checked.startswith(f"{version}, entailment {named}")
        assert summarise(ARTICLE, backend=saying(RIGHT), settings=settings).run.checker == checked


def test_a_run_file_names_no_folder_program_or_key(tmp_path: Path) -> None:
    """It may come from anybody."""
    assert settings_kept(Settings(entailment="built-in"))["entailment"] == "built-in"
    assert settings_kept(Settings(entailment=Path("/somewhere")))["entailment"] == "another"
    kept = tmp_path / "run.json"
    settings = Settings(sensitivity="high", writer="weak")
    summarise(ARTICLE, model="extract", length=2, save=kept, settings=settings)
    run_kept = read_run(kept)
    assert (settings_of(run_kept).sensitivity, settings_of(run_kept).writer) == ("high", "weak")
    for named, used in (("built-in", "built-in"), ("another", "off"), ("/somewhere", "off"), (["x"], "off")):
        wanted = run_kept.wanted.model_copy(update={"settings": {**run_kept.wanted.settings, "entailment": named}})
        assert settings_of(run_kept.model_copy(update={"wanted": wanted})).entailment == used
    folders = {"prompt_dir": "/somewhere", "cache_dir": "/somewhere"}
    hostile = {"commands": {"x": {"arguments": ["touch", "y"]}}, "api_keys": {"OPENAI_API_KEY": "k"}, **folders}
    wanted = run_kept.wanted.model_copy(update={"settings": {**run_kept.wanted.settings, **hostile}})
    assert settings_of(run_kept.model_copy(update={"wanted": wanted})) == settings_of(run_kept)


@pytest.mark.parametrize("nothing", ["", " ", 3])
def test_what_names_no_model_is_refused_in_words(nothing: object) -> None:
    with pytest.raises(ValidationError, match="must be 'off', 'built-in' or the folder of a model"):
        Settings(entailment=nothing)  # type: ignore[arg-type]


def test_a_model_that_is_missing_or_damaged_is_found_before_a_model_is_asked(folder: Path) -> None:
    (folder / "model.onnx").write_bytes(b"no model")
    backend = saying(FLIPPED)
    for place, message in ((folder.parent, "is not an entailment model"), (folder, "cannot be loaded")):
        with pytest.raises(ConfigurationError, match=message):
            check(RIGHT, ARTICLE, settings=Settings(entailment=place))
        with pytest.raises(ConfigurationError, match=message):
            summarise(ARTICLE, backend=backend, settings=Settings(entailment=place))
    assert backend.requests == []
