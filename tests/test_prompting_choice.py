"""How a model is prompted, with which prompts, and the class of a writer."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented import BRIDGE, copying
from writing_runs import BOTH, FRUIT, PAIRED, echo, run

from summarise import RunPlan, Settings, check, plan, summarise
from summarise.backends.scripted import ScriptedBackend
from summarise.backends.writers import SAMPLES, SMALL, billions, measured, prompting_for, writer_of
from summarise.cli import main as cli
from summarise.data import Prompting, Style
from summarise.errors import ConfigurationError
from summarise.pipeline.plan import prompt_of, prompting_of

# size of a model, by its name


@pytest.mark.parametrize(
    ("model", "size"),
    [
        ("qwen2.5-0.5b-instruct", 0.5),
        ("smollm2-360m", 0.36),
        ("SmolLM2-135M-Instruct", 0.135),
        ("llama-3.1-8b", 8.0),
        ("llama-3.1-8B-instruct-q4_k_m", 8.0),
        ("Qwen/Qwen2.5-72B-Instruct", 72.0),
        ("gemma:2b", 2.0),
        ("llama3.2:1b", 1.0),
        ("invented 1.5 b", 1.5),
        ("tiny_0.5b", 0.5),
        ("7b", 7.0),
        # With a draft model or a mixture of experts the largest number counts.
        ("big-70b-draft-1b", 70.0),
        ("qwen3-30b-a3b", 30.0),
    ],
)
def test_a_name_tells_the_size_of_its_model(model: str, size: float) -> None:
    """A number before B or M, in either case, is billions or millions of parameters."""
    assert billions(model) == pytest.approx(size)


@pytest.mark.parametrize(
    "model",
    [
        "gpt-4o-mini",
        "phi-3.5",
        "gpt-4.1-2025-04-14",
        "claude-3-5-haiku",
        "mistral-small-latest",
        "o3",
        "",
        "b",
        "model-4bit",  # quantisation
        "model-8bits",
        "4mini",
        "modelv2b",  # a version, not a size
    ],
)
def test_a_name_without_a_size_tells_none(model: str) -> None:
    assert billions(model) is None


@given(tenths=st.integers(1, 9999), unit=st.sampled_from("bBmM"), before=st.sampled_from(["m-", "x/y-", ""]))
def test_a_size_is_read_as_it_is_written(tenths: int, unit: str, before: str) -> None:
    size = tenths / 10
    expected = size / 1000 if unit in "mM" else size
    assert billions(f"{before}{size:g}{unit}-chat") == pytest.approx(expected)


# by the model


def test_a_measured_model_is_prompted_as_measured() -> None:
    """With the measured number of samples; the reason has the figures and the date."""
    for model, found in measured().items():
        for kind in ("local", "openai"):
            chosen = prompting_for(f"{kind}:{model}")
            assert (chosen.prompting, chosen.samples) == (found.prompting, found.samples)
            assert f"{found.right} of {found.sentences}" in chosen.why
            assert found.date in chosen.why
            assert chosen.why.startswith("measured: ")


def test_the_default_model_is_measured_and_rewrites() -> None:
    """The case of its name does not matter."""
    for name in ("local:smollm2-135m-instruct", "local:SmolLM2-135M-Instruct"):
        chosen = prompting_for(name)
        assert chosen.prompting == "rewrite"
        assert chosen.samples > 1
        assert chosen.why.startswith("measured: ")


@pytest.mark.parametrize("model", ["openai:qwen9-0.5b-instruct", "local:smollm2-360m", "openai:llama3.2:1b"])
def test_a_small_model_that_was_not_measured_rewrites(model: str) -> None:
    assert model.partition(":")[2] not in measured()
    chosen = prompting_for(model)
    assert (chosen.prompting, chosen.samples) == ("rewrite", SAMPLES)
    assert "not measured" in chosen.why
    assert f"{billions(model.partition(':')[2]):g} billion" in chosen.why


@pytest.mark.parametrize(
    "model", ["openai:gpt-4o-mini", "openai:llama-3.1-8b", "openai:phi-3.5", "openai:gemma:2b", "scripted:x", "odd", ""]
)
def test_any_other_model_drafts(model: str) -> None:
    chosen = prompting_for(model)
    assert chosen.prompting == "draft"
    assert "not measured" in chosen.why


def test_extract_drafts_by_copying() -> None:
    chosen = prompting_for("extract")
    assert chosen.prompting == "draft"
    assert "without a model" in chosen.why


@given(tenths=st.integers(1, 400))
def test_the_bound_between_small_and_large_is_sharp(tenths: int) -> None:
    size = tenths / 10
    assert (prompting_for(f"openai:invented-{size:g}b").prompting == "rewrite") is (size < SMALL)


# by a named prompt

SMALL_MODEL, LARGE_MODEL = (ScriptedBackend([], model=name) for name in ("invented-0.5b", "invented-8b"))


@pytest.mark.parametrize(
    "named", [{"draft": "v1"}, {"draft": "bullets/v1"}, {"draft/prose": "v1"}, {"draft": "v1", "rewrite": "v1"}]
)
def test_with_a_named_prompt_for_drafts_any_model_drafts(named: dict[str, str]) -> None:
    told = plan(FRUIT, backend=SMALL_MODEL, length=2, settings=Settings(prompts=named))
    assert (told.prompting, told.prompting_reason) == ("draft", "a prompt for drafts was named")
    assert {stage.stage for stage in told.stages} == {"draft", "repair"}


def test_with_a_named_prompt_for_rewriting_any_model_rewrites() -> None:
    told = plan(FRUIT, backend=LARGE_MODEL, length=2, settings=Settings(prompts={"rewrite": "v1"}))
    assert (told.prompting, told.prompting_reason) == ("rewrite", "a prompt for rewriting was named")
    assert {stage.stage for stage in told.stages} == {"rewrite"}


def test_a_named_prompt_of_another_stage_changes_nothing() -> None:
    for model in (SMALL_MODEL, LARGE_MODEL):
        assert prompting_of(model, Settings(prompts={"repair": "v1", "judge": "v1"})) == prompting_for(model.id)
    assert prompting_of(SMALL_MODEL, Settings(prompts={"rewrite": "v1"})).samples == SAMPLES


def test_the_command_rewrites_with_a_named_prompt(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    article = tmp_path / "a.txt"
    article.write_text(FRUIT, encoding="utf-8")
    served = ["--model", "vllm:x", "--base-url", "http://127.0.0.1:1/v1", "--length", "2"]
    for named, prompting in ([], "draft"), (["--prompt", "rewrite/v1"], "rewrite"):
        assert cli.run([str(article), "--dry-run", "--json", *served, *named]) == 0
        assert RunPlan.model_validate_json(capsys.readouterr().out).prompting == prompting


@pytest.mark.parametrize("prompting", BOTH)
def test_the_prompting_is_recorded(prompting: Prompting) -> None:
    backend = ScriptedBackend(copying if prompting == "draft" else echo)
    record = run(PAIRED, backend, prompting).run
    assert record.prompting == prompting
    assert {call.stage for call in record.calls} == {prompting}
    assert {use.id.partition("/")[0] for use in record.prompts} == {prompting}


# prompts


@pytest.mark.parametrize("style", ["prose", "brief"])
def test_each_style_has_its_own_prompt_for_drafts(style: Style) -> None:
    """Other stages have one prompt for all styles."""
    assert prompt_of("draft", style, Settings()).stage == f"draft/{style}"
    assert prompt_of("draft", style, Settings(prompts={"repair": "v1"})).stage == f"draft/{style}"
    assert prompt_of("repair", style, Settings()).id == "repair/v1"
    assert prompt_of("rewrite", style, Settings()).id == "rewrite/v1"


@pytest.mark.parametrize(
    ("named", "stage", "expected"),
    [
        ({"draft": "v1"}, "draft", "draft/v1"),
        ({"draft/bullets": "v1"}, "draft", "draft/bullets/v1"),
        ({"rewrite": "v1"}, "rewrite", "rewrite/v1"),
        ({"repair": "v1", "draft": "brief/v1"}, "draft", "draft/brief/v1"),
    ],
)
def test_a_named_prompt_precedes_that_of_the_style(named: dict[str, str], stage: str, expected: str) -> None:
    """The variant may be given with the stage or with the version."""
    assert prompt_of(stage, "prose", Settings(prompts=named)).id == expected


def test_two_prompts_for_one_stage_are_an_error() -> None:
    with pytest.raises(ValueError, match="draft/v1 and draft/bullets/v1 contradict each other"):
        Settings(prompts={"draft": "v1", "draft/bullets": "v1"})


@pytest.mark.parametrize("name", ["judge/v9", "repair/mine/v1", "rewrite/shorten/v2"])
def test_a_prompt_that_is_missing_is_an_error_even_if_no_run_would_use_it(name: str) -> None:
    """Before any request."""
    stage, _, version = name.partition("/")
    backend = ScriptedBackend([])
    for call in (summarise, plan):
        with pytest.raises(ConfigurationError, match=f"no prompt {name}: "):
            call(BRIDGE, backend=backend, settings=Settings(prompts={stage: version}))
    with pytest.raises(ConfigurationError, match=f"no prompt {name}: "):
        check(BRIDGE, BRIDGE, judge=backend, settings=Settings(prompts={stage: version}))
    assert backend.requests == []


# class of a writer


@pytest.mark.parametrize(
    ("model", "writer"),
    [
        ("extract", "strong"),
        ("anthropic:claude-sonnet-4-5", "strong"),
        ("openai:invented-0.5b", "weak"),
        ("local:qwen2.5-coder-0.5b-instruct", "weak"),
        ("ollama:llama3.2:1b", "weak"),
        ("ollama:llama-3.1-8b", "middle"),
        ("local:somebody", "middle"),
        ("scripted:x", "middle"),
    ],
)
def test_a_writer_follows_from_measurement_size_or_provider(model: str, writer: str) -> None:
    assert writer_of(model).writer == writer
