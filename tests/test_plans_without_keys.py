"""A plan needs no key and no network."""

import json

import pytest
from command_line import Capture, fails
from invented import BRIDGE
from program import providers, run

from summarise import Settings, errors, plan

pytestmark = pytest.mark.usefixtures("folder")
OFF = ("--entailment", "off")


@pytest.mark.parametrize("provider", sorted(providers()))
def test_every_provider_is_planned_without_a_key(provider: str) -> None:
    """The plan has estimates and names the missing key."""
    row = providers()[provider]
    found = plan(BRIDGE, model=f"{provider}:some-model", settings=Settings(entailment="off"))
    assert found.backend == f"{provider}:some-model"
    assert found.most.prompt_tokens > 0
    if row.key_required and row.key_variable:
        (line,) = found.missing
        assert line.startswith(f"{provider}:some-model needs a key: set {row.key_variable}")
        assert "\n" not in line
    else:
        assert found.missing == ()


def test_the_command_prints_a_plan_without_a_key(capsys: Capture) -> None:
    """The run itself still needs the key."""
    line = "openai:gpt-4o-mini needs a key: set OPENAI_API_KEY"
    assert run(["bridge.txt", "-m", "openai:gpt-4o-mini", "--dry-run", *OFF]) == 0
    shown = capsys.readouterr()
    assert [one for one in shown.out.splitlines() if line in one] == [
        f"missing   {line}, or name your own server's base URL"
    ]
    assert "together" in shown.out
    assert run(["bridge.txt", "-m", "openai:gpt-4o-mini", "--dry-run", "--json", *OFF]) == 0
    assert line in json.loads(capsys.readouterr().out)["missing"][0]
    assert line in fails(capsys, 4, "bridge.txt", "-m", "openai:gpt-4o-mini", *OFF)


def test_of_several_models_the_one_that_can_be_asked_is_planned(capsys: Capture) -> None:
    """If none has a key, it is the last."""
    run(["bridge.txt", "-m", "openai:gpt-5-mini", "-m", "ollama:qwen3:8b", "--dry-run", *OFF])
    shown = capsys.readouterr().out
    assert "model     ollama:qwen3:8b" in shown
    assert "not used  openai:gpt-5-mini" in shown
    assert "missing" not in shown
    run(["bridge.txt", "-m", "openai:gpt-5-mini", "-m", "groq:x", "--judge", "gemini:y", "--dry-run", *OFF])
    shown = capsys.readouterr().out
    assert "model     groq:x, judged by gemini:y" in shown
    assert "missing   groq:x" in shown
    assert "missing   gemini:y" in shown


def test_a_comparison_is_planned_without_a_key(capsys: Capture) -> None:
    """An unknown provider is still an error."""
    articles = ["--articles", "bridge.txt", "--articles", "valley.txt"]
    assert run(["compare", *articles, "--a", "model=openai:gpt-5-mini", "--b", "model=extract", "--dry-run", *OFF]) == 0
    assert "openai:gpt-5-mini needs a key" in capsys.readouterr().out.splitlines()[-1]
    with pytest.raises(errors.ConfigurationError, match="no backend"):
        plan(BRIDGE, model="nobody:x")


def test_a_prompt_is_rendered_without_a_key(capsys: Capture) -> None:
    assert run(["prompts", "render", "draft/prose/v1", "--article", "bridge.txt", "--model", "openai:gpt-5-mini"]) == 0
    assert "not sent" in capsys.readouterr().err
