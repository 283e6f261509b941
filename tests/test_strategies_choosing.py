"""Choosing a run's strategy, prompts and style."""

import pytest
from invented import BRIDGE, copying, saying
from strategy_runs import BOTH, FRUIT, PAIRED, REWRITES, echo, run

from summarise import Settings, check, plan, summarise
from summarise.backends.scripted import ScriptedBackend
from summarise.backends.writers import StrategyChoice
from summarise.data import Strategy, Style
from summarise.errors import ConfigurationError
from summarise.pipeline.plan import prompt_of, strategy_of
from summarise.writing.rewrite import SHORTEN

# the strategy


@pytest.mark.parametrize("strategy", BOTH)
def test_a_strategy_that_is_set_is_used_and_recorded(strategy: Strategy) -> None:
    backend = ScriptedBackend(copying if strategy == "direct" else echo)
    record = run(PAIRED, backend, strategy).run
    assert (record.strategy, record.strategy_reason) == (strategy, "set by the user")
    assert {call.stage for call in record.calls} == {"draft" if strategy == "direct" else "rewrite"}
    assert {use.id.partition("/")[0] for use in record.prompts} == {call.stage for call in record.calls}


def test_the_strategy_suits_the_model_unless_something_else_is_said() -> None:
    """Small models rewrite, a named draft prompt selects drafts, and the user's setting takes precedence."""
    small, large = (ScriptedBackend([], model=name) for name in ("invented-0.5b", "invented-8b"))
    assert strategy_of(small, Settings()).strategy == REWRITES
    assert strategy_of(large, Settings()).strategy == "direct"
    for key, version in (("draft", "v1"), ("draft", "bullets/v1"), ("draft/prose", "v1")):
        named = Settings(prompts={key: version})
        assert strategy_of(small, named) == StrategyChoice(strategy="direct", why="a prompt for drafts was named")
        assert strategy_of(small, named.model_copy(update={"strategy": REWRITES})).strategy == REWRITES
    assert strategy_of(small, Settings(prompts={"rewrite": "shorten/v1", "repair": "v1"})).strategy == REWRITES
    assert strategy_of(large, Settings(strategy=REWRITES)) == StrategyChoice(strategy=REWRITES, why="set by the user")


# prompts


@pytest.mark.parametrize("style", ["prose", "brief"])
def test_each_style_has_a_prompt_for_drafts_of_its_own(style: Style) -> None:
    """Other stages have one prompt for all styles."""
    assert prompt_of("draft", style, Settings()).stage == f"draft/{style}"
    assert prompt_of("draft", style, Settings(prompts={"repair": "v1"})).stage == f"draft/{style}"
    assert prompt_of("repair", style, Settings()).id == "repair/v1"
    assert prompt_of(SHORTEN, style, Settings()).id == "rewrite/shorten/v2"


@pytest.mark.parametrize(
    ("named", "stage", "expected"),
    [
        ({"draft": "v1"}, "draft", "draft/v1"),
        ({"draft/bullets": "v1"}, "draft", "draft/bullets/v1"),
        ({"rewrite": "shorten/v1"}, SHORTEN, "rewrite/shorten/v1"),
        ({"repair": "v1", "draft": "brief/v1"}, "draft", "draft/brief/v1"),
    ],
)
def test_a_prompt_that_is_named_goes_before_the_styles(named: dict[str, str], stage: str, expected: str) -> None:
    """The variant may be given with the stage or with the version."""
    assert prompt_of(stage, "prose", Settings(prompts=named)).id == expected


def test_two_prompts_for_one_stage_are_an_error() -> None:
    with pytest.raises(ValueError, match="draft/v1 and draft/bullets/v1 contradict each other"):
        Settings(prompts={"draft": "v1", "draft/bullets": "v1"})


@pytest.mark.parametrize("name", ["judge/v9", "repair/mine/v1"])
def test_a_prompt_that_no_run_would_use_has_to_be_there_all_the_same(name: str) -> None:
    """A wrong name is an error before any request."""
    stage, _, version = name.partition("/")
    backend = ScriptedBackend([])
    for call in (summarise, plan):
        with pytest.raises(ConfigurationError, match=f"no prompt {name}: "):
            call(BRIDGE, backend=backend, settings=Settings(prompts={stage: version}))
    with pytest.raises(ConfigurationError, match=f"no prompt {name}: "):
        check(BRIDGE, BRIDGE, judge=backend, settings=Settings(prompts={stage: version}))
    assert backend.requests == []


def test_a_version_that_fits_no_prompt_of_its_stage_is_told() -> None:
    """A named prompt is used or refused, never ignored."""
    backend = ScriptedBackend([])
    with pytest.raises(ConfigurationError, match="no prompt rewrite/v99: rewrites have rewrite/shorten"):
        run(FRUIT, backend, REWRITES, settings={"prompts": {"rewrite": "v99"}})
    assert backend.requests == []


# headlines


def test_a_headline_is_checked_with_a_full_stop_and_printed_without() -> None:
    """The full stop makes it count as prose; headlines are printed without one."""
    headline = "The Harbour Bridge in Brelmouth was closed on Monday"
    summary = summarise(BRIDGE, backend=saying(headline), style="headline")
    assert [sentence.text for sentence in summary.sentences] == [f"{headline}."]
    assert summary.sentences[0].origin == "model"
    assert summary.text == str(summary) == headline
    assert [draft.text for draft in summary.run.draft] == [f"{headline}."]
