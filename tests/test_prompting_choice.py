"""How a model is prompted, with which prompts, and the class of a writer."""

from typing import Any

import pytest
from invented import BRIDGE, Named, ScriptedBackend, copying
from writing_runs import FRUIT, echo

from summarise import Request, RunPlan, Settings, check, errors, plan, summarise


def planned(model: str, **prompts: str) -> RunPlan:
    return plan(FRUIT, backend=Named(model), length=2, settings=Settings(prompts=prompts, entailment="off"))


# by the model


SMALL = "not measured, but with {} billion parameters too small to write a draft"
ASSUMED = "not measured; assumed able to write a whole draft"


@pytest.mark.parametrize(
    ("model", "prompting", "reason"),
    [
        # A number before B or M, in either case, is billions or millions of parameters.
        ("openai:qwen2.5-0.5b-instruct", "rewrite", SMALL.format(0.5)),
        ("openai:smollm2-360m", "rewrite", SMALL.format(0.36)),
        ("openai:llama3.2:1b", "rewrite", SMALL.format(1)),
        ("openai:invented 1.5 b", "rewrite", SMALL.format(1.5)),
        ("openai:Qwen/Qwen9-350M-Chat", "rewrite", SMALL.format(0.35)),
        ("openai:invented-1.9B-q4_k_m", "rewrite", SMALL.format(1.9)),
        *((f"openai:{model}", "draft", ASSUMED) for model in ("llama-3.1-8B-instruct-q4_k_m", "gemma:2b", "7b")),
        # With a draft model or a mixture of experts the largest number counts.
        *((f"openai:{model}", "draft", ASSUMED) for model in ("big-70b-draft-1b", "qwen3-30b-a3b")),
        # no sizes
        *((f"openai:{model}", "draft", ASSUMED) for model in ("gpt-4o-mini", "phi-3.5", "gpt-4.1-2025-04-14", "", "b")),
        *((f"openai:{model}", "draft", ASSUMED) for model in ("model-4bit", "model-8bits", "4mini", "modelv2b")),
        # measured, with the figures and the date
        ("local:smollm2-135m-instruct", "rewrite", "measured: "),
        ("openai:SmolLM2-135M-Instruct", "rewrite", "measured: "),
        ("local:qwen2.5-coder-0.5b-instruct", "draft", "measured: "),
    ],
)
def test_a_model_is_prompted_as_measured_or_by_its_size(model: str, prompting: str, reason: str) -> None:
    found = planned(model)
    assert found.prompting == prompting
    assert found.prompting_reason is not None
    assert found.prompting_reason.startswith(reason)
    assert (" sentences right (2026-" in found.prompting_reason) == (reason == "measured: ")


@pytest.mark.parametrize("prompts", [{}, {"draft": "bullets/v1"}])
def test_extract_is_not_prompted(prompts: dict[str, str]) -> None:
    found = plan(FRUIT, model="extract", length=2, settings=Settings(prompts=prompts, entailment="off"))
    assert (found.prompting, found.prompting_reason) == ("extract", "copies sentences, without a model")


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
    def respond(request: Request) -> Any:
        return copying(request) if request.stage == "draft" else echo(request)

    settings = Settings(entailment="off")
    assert summarise(FRUIT, backend=Named(model, respond), length=2, settings=settings).run.writer == writer


# by a named prompt


@pytest.mark.parametrize(
    "prompts", [{"draft": "v1"}, {"draft": "bullets/v1"}, {"draft/prose": "v1"}, {"draft": "v1", "rewrite": "v1"}]
)
def test_with_a_named_prompt_for_drafts_any_model_drafts(prompts: dict[str, str]) -> None:
    found = planned("scripted:invented-0.5b", **prompts)
    assert (found.prompting, found.prompting_reason) == ("draft", "a prompt for drafts was named")
    assert {stage.stage for stage in found.stages} == {"draft", "repair"}


def test_with_a_named_prompt_for_rewriting_any_model_rewrites() -> None:
    found = planned("scripted:invented-8b", rewrite="v1")
    assert (found.prompting, found.prompting_reason) == ("rewrite", "a prompt for rewriting was named")
    assert {stage.stage for stage in found.stages} == {"rewrite"}


# prompts


@pytest.mark.parametrize(
    ("prompts", "style", "expected"),
    [
        # Each style has its own prompt for drafts.
        ({}, "prose", "draft/prose/v1"),
        ({}, "brief", "draft/brief/v1"),
        ({"repair": "v1"}, "brief", "draft/brief/v1"),
        # A named one precedes it; the variant may be given with the stage or with the version.
        ({"draft": "v1"}, "prose", "draft/v1"),
        ({"draft/bullets": "v1"}, "prose", "draft/bullets/v1"),
        ({"repair": "v1", "draft": "brief/v1"}, "prose", "draft/brief/v1"),
        ({"rewrite": "v1"}, "brief", "rewrite/v1"),
    ],
)
def test_a_run_uses_the_named_prompt_or_that_of_the_style(prompts: dict[str, str], style: Any, expected: str) -> None:
    backend = ScriptedBackend(lambda request: copying(request) if request.stage == "draft" else echo(request))
    settings = Settings(prompts=prompts, entailment="off", repair_rounds=0)
    summarise(BRIDGE, backend=backend, style=style, length=2, settings=settings)
    assert {request.prompt.id for request in backend.requests if request.prompt} == {expected}


def test_two_prompts_for_one_stage_are_an_error() -> None:
    with pytest.raises(ValueError, match="draft/v1 and draft/bullets/v1 contradict each other"):
        Settings(prompts={"draft": "v1", "draft/bullets": "v1"})


@pytest.mark.parametrize("name", ["judge/v9", "repair/mine/v1", "rewrite/shorten/v2"])
def test_a_prompt_that_is_missing_is_an_error_even_if_no_run_would_use_it(name: str) -> None:
    """It is raised before any request is sent."""
    stage, _, version = name.partition("/")
    backend, settings = ScriptedBackend([]), Settings(prompts={stage: version})
    for call in (summarise, plan):
        with pytest.raises(errors.ConfigurationError, match=f"no prompt {name}: "):
            call(BRIDGE, backend=backend, settings=settings)
    with pytest.raises(errors.ConfigurationError, match=f"no prompt {name}: "):
        check(BRIDGE, BRIDGE, judge=backend, settings=settings)
    assert backend.requests == []
