"""A list of models tried in order: the first that gives a summary writes it, and why the others did not is told."""

import asyncio
import json
import re
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

import pytest
from command_line import KEY, Capture, fails, loopback, said
from hypothesis import given
from hypothesis import strategies as st
from invented import BRIDGE, CABLES, VEHICLES

from summarise import asummarise, plan, summarise
from summarise.cli.main import run
from summarise.data import Summary, Tried
from summarise.errors import (
    AnswerError,
    ArticleError,
    AuthenticationError,
    BudgetError,
    ConfigurationError,
    NoModelError,
    QuotaError,
    RateLimitError,
    RunFileError,
    SummariseError,
    UnreachableError,
    UnsavedError,
    UsageError,
)
from summarise.pipeline import plan as planning
from summarise.pipeline import run as pipeline
from summarise.pipeline.fallback import Attempt, first_of, is_of_model
from summarise.report.plan import plan_text
from summarise.runs.files import read_run
from summarise.settings.configuration import FILE_VARIABLE, configure, models_in
from summarise.settings.model import Settings
from summarise.settings.providers import ModelCard
from summarise.writing.draft import ATTEMPTS

Server = Callable[..., str]
Answer = tuple[int, dict[str, Any]]
pytestmark = pytest.mark.usefixtures("folder")


def refused(status: int, message: str = "no") -> Answer:
    """Return a server's refusal."""
    return status, {"error": {"message": message}}


def garbage() -> Answer:
    """Return an answer of which nothing can be used."""
    status, body = said()
    body["choices"][0]["message"]["content"] = "I cannot help with that."
    return status, body


class Site:
    """A server that always gives the same answer and counts how often it was asked."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.asked = 0

    def __call__(self, _: str) -> Answer:
        """Answer."""
        self.asked += 1
        return self.answer


def settings_for(urls: dict[str, str], **more: Any) -> Settings:
    """Return settings with an address for each provider, and one attempt at each call."""
    return Settings(base_urls=urls, attempts=1, **more)


GOOD = said(CABLES, VEHICLES)


# the order, without any model

OF_MODEL = (
    AuthenticationError,
    QuotaError,
    RateLimitError,
    UnreachableError,
    AnswerError,
    ConfigurationError,
    BudgetError,
)
OTHERS = (UsageError, ArticleError, RunFileError)


def attempting(
    endings: Sequence[SummariseError | str], asked: list[Attempt]
) -> Callable[[Attempt], Coroutine[Any, Any, tuple[str, tuple[Tried, ...]]]]:
    """Return attempts that end so, one after another: with an error, or with a text."""

    async def attempt(one: Attempt) -> tuple[str, tuple[Tried, ...]]:
        ending = endings[len(asked)]
        asked.append(one)
        if isinstance(ending, str):
            return ending, one.tried
        raise ending

    return attempt


@given(st.lists(st.sampled_from(OF_MODEL), max_size=6), st.integers(0, 3))
def test_the_first_that_gives_anything_is_taken_and_the_reasons_stand_in_order(
    kinds: list[type[SummariseError]], more: int
) -> None:
    """Any failing models, then a good one: its summary, every reason before it, and nobody after it is asked."""
    errors = [kind(f"reason {place}") for place, kind in enumerate(kinds)]
    asked: list[Attempt] = []
    models = [f"m{place}" for place in range(len(errors) + 1 + more)]
    result, tried = asyncio.run(first_of(models, attempting([*errors, "good"], asked)))
    assert result == "good"
    assert [(one.model, one.error, one.message) for one in tried] == [
        (f"m{place}", type(error).__name__, str(error)) for place, error in enumerate(errors)
    ]
    assert [one.model for one in asked] == models[: len(errors) + 1]
    assert [one.last for one in asked] == [place == len(models) for place in range(1, len(errors) + 2)]


@given(st.lists(st.sampled_from(OF_MODEL), min_size=2, max_size=6))
def test_where_all_fail_one_error_has_every_reason_and_the_code_of_the_last(kinds: list[type[SummariseError]]) -> None:
    """The errors themselves are there, too."""
    errors = [kind(f"reason {place}") for place, kind in enumerate(kinds)]
    models = [f"m{place}" for place in range(len(errors))]
    with pytest.raises(NoModelError) as raised:
        asyncio.run(first_of(models, attempting(errors, [])))
    reasons = "; ".join(f"m{place}: reason {place}" for place in range(len(errors)))
    assert str(raised.value) == f"none of {len(errors)} models gave a summary: {reasons}"
    assert raised.value.errors == tuple(errors)
    assert raised.value.exit_code == errors[-1].exit_code


@pytest.mark.parametrize("kind", OTHERS)
def test_what_is_wrong_with_the_article_or_the_call_ends_it(kind: type[SummariseError]) -> None:
    """The error is raised as it is, and no further model is asked."""
    error, asked = kind("wrong"), list[Attempt]()
    with pytest.raises(kind) as raised:
        asyncio.run(first_of(["a", "b"], attempting([error, "good"], asked)))
    assert raised.value is error
    assert len(asked) == 1
    assert not is_of_model(KeyboardInterrupt())
    assert not is_of_model(UnsavedError("full", summary=None))


# whole runs

FAILING: dict[str, tuple[Answer | None, str, str]] = {
    "openai:m": (refused(401), "AuthenticationError", "does not accept the key (401): check OPENAI_API_KEY"),
    "mistral:m": (refused(402), "QuotaError", "no credit left"),
    "groq:m": (refused(429), "RateLimitError", "takes no more calls"),
    "deepseek:m": (refused(503), "OverloadedError", "overloaded or broken"),
    "together:m": (refused(404, "no model m"), "RequestRefusedError", "no model m"),
    "openrouter:m": (garbage(), "AnswerError", "answers cannot be used"),
    "vllm:m": (None, "UnreachableError", "127.0.0.1"),
    "command:none": (None, "ConfigurationError", "no command 'none'"),
    "anthropic:m": (None, "ConfigurationError", "needs a key: set ANTHROPIC_API_KEY"),
    "local:none.gguf": (None, "ConfigurationError", ""),
}
"""Models by the answer of their server, the class of their error, and what it tells."""


@loopback
def test_each_way_to_fail_leads_to_the_next_model(serve: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Down, busy, out of quota, refusing, without key or weights, or unusable: the last of the list writes.

    The article is read once.
    """
    read = list[str]()

    def reading(article: Any, **how: Any) -> Any:
        read.append(article.text)
        return planning.read_facts(article, **how)

    monkeypatch.setattr(pipeline, "read_facts", reading)
    sites = {name: Site(answer) for name, (answer, *_) in FAILING.items() if answer is not None}
    urls = {name.partition(":")[0]: serve(site) for name, site in sites.items()}
    urls |= {"vllm": "http://127.0.0.1:9/v1", "lmstudio": serve(Site(GOOD))}
    summary = summarise(BRIDGE, model=[*FAILING, "lmstudio:good", "extract"], settings=settings_for(urls), length=2)
    assert summary.run.backend == "lmstudio:good"
    assert [said.text for said in summary.run.draft] == [CABLES, VEHICLES]
    assert [(one.model, one.error) for one in summary.run.tried] == [(name, row[1]) for name, row in FAILING.items()]
    for one, (_, _, part) in zip(summary.run.tried, FAILING.values(), strict=True):
        assert part in one.message
        assert "\n" not in one.message
    assert [one.calls for one in summary.run.tried] == [1, 1, 1, 1, 1, ATTEMPTS, 1, 0, 0, 0]
    assert all(site.asked for site in sites.values())
    assert len(read) == 1
    assert Summary.model_validate_json(summary.model_dump_json()) == summary


@loopback
def test_a_run_is_planned_anew_for_each_model(serve: Server) -> None:
    """Strategy and plan are those of the model that writes; a plan alone is that of the first that can be opened."""
    urls = {"openai": serve(Site(refused(503))), "vllm": serve(Site(GOOD))}
    summary = summarise(BRIDGE, model=["openai:tiny-0.5b", "vllm:m"], settings=settings_for(urls), length=2)
    assert (summary.run.strategy, summary.run.plan and summary.run.plan.backend) == ("direct", "vllm:m")
    first = plan(BRIDGE, model=["anthropic:m", "openai:tiny-0.5b", "vllm:m"], settings=settings_for(urls))
    assert (first.backend, first.strategy) == ("openai:tiny-0.5b", "select-then-rewrite")
    assert [one.model for one in first.tried] == ["anthropic:m"]
    assert re.search(r"^not used +anthropic:m: anthropic:m needs a key", plan_text(first), re.M)


@pytest.mark.slow
@loopback
@pytest.mark.parametrize(
    ("ceiling", "tried", "backend"),
    [
        ({"max_calls": 3}, ["openai:m", "vllm:m"], "extract"),
        ({"max_calls": 4}, ["openai:m"], "vllm:m"),
        ({"max_tokens_total": 2500}, ["openai:m", "vllm:m"], "extract"),
        ({"max_tokens_total": 250_000}, ["openai:m"], "vllm:m"),
    ],
    ids=str,
)
def test_ceilings_hold_over_all_models_together(
    serve: Server, ceiling: dict[str, Any], tried: list[str], backend: str
) -> None:
    """What a model took before it failed is missing to the next; `extract` takes nothing."""
    first, second = Site(garbage()), Site(GOOD)
    first.answer[1]["usage"] = {"prompt_tokens": 500, "completion_tokens": 30}
    urls = {"openai": serve(first), "vllm": serve(second)}
    settings = settings_for(urls, **ceiling)
    summary = summarise(BRIDGE, model=["openai:m", "vllm:m", "extract"], settings=settings, length=2)
    assert ([one.model for one in summary.run.tried], summary.run.backend) == (tried, backend)
    assert first.asked + second.asked <= ceiling.get("max_calls", ATTEMPTS + 1)
    assert summary.run.tried[0].calls == first.asked
    if backend == "extract":
        assert summary.run.tried[1].error == "BudgetError"
        assert "allows not one call after what other models took" in summary.run.tried[1].message
        assert second.asked == 0


@loopback
def test_a_price_that_is_not_known_is_a_reason_to_go_on(serve: Server) -> None:
    """With a ceiling on cost a model without a price is passed over, which is told."""
    urls = {"openai": serve(Site(GOOD)), "vllm": serve(Site(GOOD))}
    urls["openai"] = "https://models.example.org/v1"
    card = ModelCard(input_price=1.0, output_price=1.0)
    settings = settings_for(urls, max_cost=1.0, models={"vllm:m": card})
    summary = summarise(BRIDGE, model=["openai:odd", "vllm:m"], settings=settings, length=2)
    (tried,) = summary.run.tried
    assert "price of openai:odd" in tried.message
    assert summary.run.cost is not None


@loopback
def test_a_judge_that_refuses_ends_the_run(serve: Server) -> None:
    """Another model to write would not help: none is asked."""
    first, second, judge = Site(said(CABLES.replace(" its ", " "))), Site(GOOD), Site(refused(401))
    urls = {"openai": serve(first), "vllm": serve(second), "mistral": serve(judge)}
    with pytest.raises(AuthenticationError, match="MISTRAL_API_KEY"):
        summarise(BRIDGE, model=["openai:m", "vllm:m"], judge="mistral:j", settings=settings_for(urls), length=2)
    assert (first.asked, judge.asked, second.asked) == (1, 1, 0)


@loopback
async def test_a_run_that_is_given_up_asks_nobody_else(serve: Server) -> None:
    """Cancelled while the first model is asked, the second never is."""
    second = Site(GOOD)
    task: asyncio.Task[Summary]
    loop = asyncio.get_running_loop()

    def cancelling(_: str) -> Answer:
        loop.call_soon_threadsafe(task.cancel)
        return refused(503)

    urls = {"openai": serve(cancelling), "vllm": serve(second)}
    settings = Settings(base_urls=urls, attempts=5)
    task = asyncio.create_task(asummarise(BRIDGE, model=["openai:m", "vllm:m"], settings=settings))
    with pytest.raises(asyncio.CancelledError):
        await task
    assert second.asked == 0


def test_what_is_wrong_with_the_call_is_told_before_anybody_is_asked() -> None:
    """An empty article, a name in the list that is none, an empty list, one address for two providers."""
    both = ["openai:m", "ollama:m"]
    with pytest.raises(ArticleError, match="empty"):
        summarise(" ", model=["extract", "local"], settings=Settings())
    with pytest.raises(ConfigurationError, match="did you mean openai:m"):
        summarise(BRIDGE, model=["extract", "opnai:m"], settings=Settings())
    for empty in ([], [""], ["extract", " "]):
        with pytest.raises(UsageError, match="name at least one model"):
            summarise(BRIDGE, model=empty, settings=Settings())
    with pytest.raises(ConfigurationError, match="base_url is one provider's, and openai:m and ollama:m are two"):
        summarise(BRIDGE, model=both, settings=Settings(base_url="http://127.0.0.1:9/v1"))
    with pytest.raises(
        ConfigurationError, match="api_key is one provider's, and openai:m and vllm:m and ollama:j are 3"
    ):
        summarise(BRIDGE, model=["openai:m", "vllm:m"], judge="ollama:j", settings=Settings(api_key=KEY))  # type: ignore[arg-type]


# where a list is written


def test_a_list_may_stand_in_the_file_or_in_the_variable(folder: Path) -> None:
    """One name is no list; the variable parts names by commas, and the file wants at least one name."""
    file = folder / "config.toml"
    found = {}
    for text in ('"extract"', '["extract"]', '["openai:a", "extract", "openai:a"]'):
        file.write_text(f"model = {text}\n", encoding="utf-8")
        found[text] = configure({FILE_VARIABLE: str(file)}).settings.model
    assert list(found.values()) == ["extract", "extract", ("openai:a", "extract")]
    for text in ("[]", '["extract", ""]', "[5]"):
        file.write_text(f"model = {text}\n", encoding="utf-8")
        with pytest.raises(ConfigurationError, match="setting model"):
            configure({FILE_VARIABLE: str(file)})
    several = configure({"SUMMARISE_MODEL": "openai:gpt-5-mini, ollama:qwen3:8b,extract"})
    assert several.settings.model == ("openai:gpt-5-mini", "ollama:qwen3:8b", "extract")
    assert several.sources["model"] == "environment variable SUMMARISE_MODEL"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("local:/models/a,b.gguf", ("local:/models/a,b.gguf",)),
        ("local:/models/a,b.gguf, local", ("local:/models/a,b.gguf", "local")),
        ("command:claude,extract,", ("command:claude", "extract")),
        ("extractor, x", ("extractor, x",)),
        (" openai:m ", ("openai:m",)),
    ],
)
def test_only_a_comma_before_a_name_parts_names(text: str, names: tuple[str, ...]) -> None:
    """A comma in a path or in a model's own name stays."""
    assert models_in(text) == names


@pytest.fixture
def addresses(folder: Path, serve: Server, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder with a configuration of two providers: `openai` has no credit, `vllm` answers well."""
    (folder / "config.toml").write_text(
        f"attempts = 1\n[base_urls]\nopenai = '{serve(Site(refused(402)))}'\nvllm = '{serve(Site(GOOD))}'\n",
        encoding="utf-8",
    )
    monkeypatch.setenv(FILE_VARIABLE, str(folder / "config.toml"))
    return folder


@loopback
def test_the_command_tells_who_wrote_and_why_not_the_others(addresses: Path, capsys: Capture) -> None:
    """One line on standard error where it was not the first, `run.tried` in JSON; nothing with --quiet."""
    asked = ["bridge.txt", "-l", "2", "-m", "openai:m", "-m", "vllm:m"]
    assert run(asked) == 0
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("vllm:m wrote the summary; openai:m did not: 127.0.0.1")
    assert "no credit left" in lines[0]
    assert " · vllm:m (invented-1) · " in lines[1]
    assert run([*asked, "--json", "-q"]) == 0
    output = capsys.readouterr()
    assert output.err == ""
    assert [one["error"] for one in json.loads(output.out)["run"]["tried"]] == ["QuotaError"]
    assert run(["bridge.txt", "-l", "2", "-m", "vllm:m", "-m", "openai:m"]) == 0
    assert "did not" not in capsys.readouterr().err


@loopback
def test_where_all_fail_the_command_says_so_in_one_line(addresses: Path, capsys: Capture) -> None:
    """With the exit code of the last one."""
    line = fails(capsys, 4, "bridge.txt", "-m", "openai:m", "-m", "anthropic:m")
    assert line.startswith("none of 2 models gave a summary: openai:m: 127.0.0.1")
    assert line.endswith(
        "anthropic:m: anthropic:m needs a key: set ANTHROPIC_API_KEY, or name your own server's base URL"
    )
    assert fails(capsys, 5, "bridge.txt", "-m", "anthropic:m", "-m", "openai:m").startswith("none of 2 models")


@loopback
def test_what_is_kept_is_the_run_that_gave_the_summary(addresses: Path, capsys: Capture) -> None:
    """The file has that run alone, with those tried before, and is shown again; where all fail, the last one's."""
    assert run(["bridge.txt", "-l", "2", "-m", "openai:m", "-m", "vllm:m", "--save", "run.json"]) == 0
    printed = capsys.readouterr().out
    kept = read_run(Path("run.json"))
    assert {exchange.backend for exchange in kept.exchanges} == {kept.writer.id} == {"vllm:m"}
    assert kept.summary is not None
    assert [one.model for one in kept.summary.run.tried] == ["openai:m"]
    assert run(["replay", "run.json"]) == 0
    output = capsys.readouterr()
    assert output.out == printed
    assert output.err.strip().endswith("writes and judges the same")
    fails(capsys, 5, "bridge.txt", "-m", "anthropic:m", "-m", "openai:m", "--save", "failed.json")
    failed = read_run(Path("failed.json"))
    assert failed.ended is not None
    assert (failed.writer.id, failed.ended.error) == ("openai:m", "QuotaError")


def test_one_address_is_not_used_for_a_list_of_two_providers(capsys: Capture) -> None:
    """`--base-url` stands beside one provider's models, and needs one of those."""
    there = ["--base-url", "http://127.0.0.1:9/v1"]
    assert "are two" in fails(capsys, 4, "bridge.txt", "-m", "openai:m", "-m", "vllm:m", *there)
    assert "--base-url needs" in fails(capsys, 2, "bridge.txt", "-m", "extract", "-m", "local", *there)
