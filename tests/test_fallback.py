"""A list of models: the first that succeeds writes, and the failures of the others are recorded."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from command_line import KEY, Capture, fails, loopback, said
from invented import BRIDGE, CABLES, VEHICLES
from program import configured, read_run, run, written

from summarise import Settings, Summary, asummarise, errors, plan, summarise

pytestmark = pytest.mark.usefixtures("folder")
Server = Callable[..., str]
Answer = tuple[int, dict[str, Any]]
GOOD = said(CABLES, VEHICLES)
# A model is asked this often for a usable draft.
ATTEMPTS = 3


class Site:
    """A server that always gives the same answer and counts its requests."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.calls = 0

    def __call__(self, _: str) -> Answer:
        """Answer a request."""
        self.calls += 1
        return self.answer


def refused(status: int, message: str = "no") -> Answer:
    return status, {"error": {"message": message}}


def garbage() -> Answer:
    status, body = said()
    body["choices"][0]["message"]["content"] = "I cannot help with that."
    return status, body


def settings_for(urls: dict[str, str], **more: Any) -> Settings:
    return Settings(base_urls=urls, max_attempts=1, **more)


FAILING: dict[str, tuple[Answer | None, str, str]] = {
    "openai:m": (refused(401), "AuthenticationError", "does not accept the key (401): check OPENAI_API_KEY"),
    "mistral:m": (refused(402), "QuotaError", "no credit left"),
    "groq:m": (refused(429), "RateLimitError", "accepts no more calls"),
    "deepseek:m": (refused(503), "OverloadedError", "overloaded or broken"),
    "together:m": (refused(404, "no model m"), "RequestRefusedError", "no model m"),
    "openrouter:m": (garbage(), "AnswerError", "answers cannot be used"),
    "vllm:m": (None, "UnreachableError", "127.0.0.1"),
    "command:none": (None, "ConfigurationError", "no command 'none'"),
    "anthropic:m": (None, "ConfigurationError", "needs a key: set ANTHROPIC_API_KEY"),
    "local:none.gguf": (None, "ConfigurationError", ""),
}
"""By model: the server's answer, the class of the error, and a part of its message."""


@loopback
def test_after_each_kind_of_failure_the_next_model_is_used(serve: Server) -> None:
    sites = {name: Site(answer) for name, (answer, *_) in FAILING.items() if answer is not None}
    urls = {name.partition(":")[0]: serve(site) for name, site in sites.items()}
    urls |= {"vllm": "http://127.0.0.1:9/v1", "lmstudio": serve(Site(GOOD))}
    summary = summarise(BRIDGE, model=[*FAILING, "lmstudio:good", "extract"], settings=settings_for(urls), length=2)
    assert summary.run.backend == "lmstudio:good"
    assert [sentence.text for sentence in summary.run.draft] == [CABLES, VEHICLES]
    assert [(tried.model, tried.error) for tried in summary.run.tried] == [
        (name, row[1]) for name, row in FAILING.items()
    ]
    for tried, (_, _, part) in zip(summary.run.tried, FAILING.values(), strict=True):
        assert part in tried.message
        assert "\n" not in tried.message
    assert [tried.calls for tried in summary.run.tried] == [1, 1, 1, 1, 1, ATTEMPTS, 1, 0, 0, 0]
    assert all(site.calls for site in sites.values())
    assert Summary.model_validate_json(summary.model_dump_json()) == summary


@loopback
def test_each_model_has_a_plan_of_its_own(serve: Server) -> None:
    """The function `plan` uses the first model that can be opened."""
    urls = {"openai": serve(Site(refused(503))), "vllm": serve(Site(GOOD))}
    summary = summarise(BRIDGE, model=["openai:tiny-0.5b", "vllm:m"], settings=settings_for(urls), length=2)
    assert (summary.run.prompting, summary.run.plan and summary.run.plan.backend) == ("draft", "vllm:m")
    first = plan(BRIDGE, model=["anthropic:m", "openai:tiny-0.5b", "vllm:m"], settings=settings_for(urls))
    assert (first.backend, first.prompting) == ("openai:tiny-0.5b", "rewrite")
    assert [tried.model for tried in first.tried] == ["anthropic:m"]
    assert "anthropic:m needs a key" in first.tried[0].message


@pytest.mark.slow
@loopback
@pytest.mark.parametrize(
    ("ceiling", "tried", "backend"),
    [
        ({"max_calls": 3}, ["openai:m", "vllm:m"], "extract"),
        ({"max_calls": 4}, ["openai:m"], "vllm:m"),
        ({"max_tokens_total": 2500}, ["openai:m", "vllm:m"], "extract"),
    ],
    ids=str,
)
def test_ceilings_apply_to_all_models_together(
    serve: Server, ceiling: dict[str, Any], tried: list[str], backend: str
) -> None:
    """Calls and tokens of failed models count; `extract` uses none."""
    first, second = Site(garbage()), Site(GOOD)
    first.answer[1]["usage"] = {"prompt_tokens": 500, "completion_tokens": 30}
    urls = {"openai": serve(first), "vllm": serve(second)}
    settings = settings_for(urls, **ceiling)
    summary = summarise(BRIDGE, model=["openai:m", "vllm:m", "extract"], settings=settings, length=2)
    assert ([row.model for row in summary.run.tried], summary.run.backend) == (tried, backend)
    assert first.calls + second.calls <= ceiling.get("max_calls", ATTEMPTS + 1)
    assert summary.run.tried[0].calls == first.calls
    if backend == "extract":
        assert summary.run.tried[1].error == "BudgetError"
        assert "(partly used by other models) does not allow a single call" in summary.run.tried[1].message
        assert second.calls == 0


@loopback
def test_with_a_ceiling_on_cost_a_model_of_unknown_price_is_skipped(serve: Server) -> None:
    urls = {"openai": serve(Site(GOOD)), "vllm": serve(Site(GOOD))}
    urls["openai"] = "https://models.example.org/v1"
    settings = settings_for(urls, max_cost=1.0, models={"vllm:m": {"input_price": 1.0, "output_price": 1.0}})
    summary = summarise(BRIDGE, model=["openai:odd", "vllm:m"], settings=settings, length=2)
    (tried,) = summary.run.tried
    assert "price of openai:odd" in tried.message
    assert summary.run.cost is not None


@loopback
def test_a_failing_judge_ends_the_run(serve: Server) -> None:
    """No other writer is tried."""
    first, second, judge = Site(said(CABLES.replace(" its ", " "))), Site(GOOD), Site(refused(401))
    urls = {"openai": serve(first), "vllm": serve(second), "mistral": serve(judge)}
    with pytest.raises(errors.AuthenticationError, match="MISTRAL_API_KEY"):
        summarise(BRIDGE, model=["openai:m", "vllm:m"], judge="mistral:j", settings=settings_for(urls), length=2)
    assert (first.calls, judge.calls, second.calls) == (1, 1, 0)


@loopback
async def test_a_cancelled_run_tries_no_other_model(serve: Server) -> None:
    second = Site(GOOD)
    task: asyncio.Task[Summary]
    loop = asyncio.get_running_loop()

    def cancelling(_: str) -> Answer:
        loop.call_soon_threadsafe(task.cancel)
        return refused(503)

    urls = {"openai": serve(cancelling), "vllm": serve(second)}
    settings = Settings(base_urls=urls, max_attempts=5)
    task = asyncio.create_task(asummarise(BRIDGE, model=["openai:m", "vllm:m"], settings=settings))
    with pytest.raises(asyncio.CancelledError):
        await task
    assert second.calls == 0


def test_if_all_models_fail_the_error_has_all_reasons_and_the_last_exit_code(capsys: Capture) -> None:
    with pytest.raises(errors.NoModelError) as raised:
        summarise(BRIDGE, model=["command:none", "anthropic:m"], settings=Settings())
    first, last = raised.value.errors
    assert str(raised.value) == f"all 2 models failed: command:none: {first}; anthropic:m: {last}"
    assert raised.value.exit_code == last.exit_code == errors.ConfigurationError.exit_code
    assert fails(capsys, 4, "bridge.txt", "-m", "command:none", "-m", "anthropic:m") == str(raised.value)


BOTH = ["openai:m", "vllm:m"]


@pytest.mark.parametrize(
    ("models", "settings", "error", "message"),
    [
        (["extract", "opnai:m"], {}, errors.ConfigurationError, "did you mean openai:m"),
        *((empty, {}, errors.UsageError, "name at least one model") for empty in ([], [""], ["extract", " "])),
        (
            BOTH,
            {"base_url": "http://127.0.0.1:9/v1"},
            errors.ConfigurationError,
            "base_url is for one provider, but openai:m and vllm:m and ollama:j belong to 3",
        ),
        (BOTH, {"api_key": KEY}, errors.ConfigurationError, "api_key is for one provider, but openai:m and vllm:m"),
    ],
)
def test_wrong_arguments_are_errors_before_any_request(
    models: list[str], settings: dict[str, Any], error: type[errors.SummariseError], message: str
) -> None:
    """Unknown or missing names, and one address or key for several providers, are wrong."""
    judge = "ollama:j" if settings else None
    with pytest.raises(error, match=message):
        summarise(BRIDGE, model=models, judge=judge, settings=Settings(**settings))


# Lists in the environment, the file and the options


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("extract", "extract"),
        ("openai:gpt-5-mini, ollama:qwen3:8b,extract", ("openai:gpt-5-mini", "ollama:qwen3:8b", "extract")),
        ("local:/models/a,b.gguf", "local:/models/a,b.gguf"),
        ("local:/models/a,b.gguf, local", ("local:/models/a,b.gguf", "local")),
        ("command:claude,extract,", ("command:claude", "extract")),
        ("extractor, x", "extractor, x"),
        (" openai:m ", "openai:m"),
    ],
)
def test_in_a_variable_only_a_comma_before_a_name_separates_names(text: str, names: str | tuple[str, ...]) -> None:
    """Other commas are part of a path or a model's name."""
    assert configured({"SUMMARISE_MODEL": text}).settings.model == names


def test_the_configuration_file_may_contain_a_list(folder: Path) -> None:
    file = written(folder, 'model = ["openai:a", "extract", "openai:a"]\n')
    assert configured(file).settings.model == ("openai:a", "extract")
    file = written(folder, 'model = ["extract"]\n')
    assert configured(file).settings.model == "extract"


@pytest.fixture
def addresses(folder: Path, serve: Server, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write a configuration in which `openai` has no credit and `vllm` answers."""
    sites = f"openai = '{serve(Site(refused(402)))}'\nvllm = '{serve(Site(GOOD))}'\n"
    for name, value in written(folder, f"max_attempts = 1\n[base_urls]\n{sites}").items():
        monkeypatch.setenv(name, value)
    return folder


@pytest.mark.slow
@loopback
def test_the_command_reports_the_model_used_and_the_failures_of_others(addresses: Path, capsys: Capture) -> None:
    """The report is printed if the first model failed, unless --quiet is given."""
    command = ["bridge.txt", "-l", "2", "-m", "openai:m", "-m", "vllm:m"]
    assert run(command) == 0
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("vllm:m wrote the summary; openai:m failed: 127.0.0.1")
    assert "no credit left" in lines[0]
    assert " · vllm:m (invented-1) · " in lines[1]
    assert run([*command, "--json", "-q"]) == 0
    output = capsys.readouterr()
    assert output.err == ""
    assert [row["error"] for row in json.loads(output.out)["run"]["tried"]] == ["QuotaError"]
    assert run(["bridge.txt", "-l", "2", "-m", "vllm:m", "-m", "openai:m"]) == 0
    assert "did not" not in capsys.readouterr().err


@pytest.mark.slow
@loopback
def test_the_run_of_the_successful_model_is_saved(addresses: Path, capsys: Capture) -> None:
    """If all models fail, the last run is saved."""
    assert run(["bridge.txt", "-l", "2", "-m", "openai:m", "-m", "vllm:m", "--save", "run.json"]) == 0
    printed = capsys.readouterr().out
    saved = read_run(Path("run.json"))
    assert {exchange.backend for exchange in saved.exchanges} == {saved.writer.id} == {"vllm:m"}
    assert saved.summary is not None
    assert [row.model for row in saved.summary.run.tried] == ["openai:m"]
    assert run(["replay", "run.json"]) == 0
    output = capsys.readouterr()
    assert output.out == printed
    assert output.err.strip().endswith("writes and judges the same")
    fails(capsys, 5, "bridge.txt", "-m", "anthropic:m", "-m", "openai:m", "--save", "failed.json")
    failed = read_run(Path("failed.json"))
    assert failed.ended is not None
    assert (failed.writer.id, failed.ended.error) == ("openai:m", "QuotaError")
