"""Rendered prompts equal the requests of a run."""

import asyncio
from typing import Any

import pytest
from invented import BRIDGE, CABLES, FALSE, VALLEY, answer, copying
from writing_runs import FRUIT, asked, echo

from summarise import Reply, Request, Settings, check, read_article, summarise
from summarise.backends.extract import ExtractBackend
from summarise.backends.scripted import ScriptedBackend
from summarise.data import Style
from summarise.data.exchange import PromptPreview
from summarise.errors import ArticleError, ConfigurationError, UsageError
from summarise.pipeline.prompt_preview import preview, style_of, with_prompt
from summarise.prompting.prompt import load

SMALL = {"chunk_tokens": 60, "concurrency": 1}
"""Cuts a short article into several chunks, drafted one after the other."""


def rendered(text: str, stage: str, version: str | None = None, **options: Any) -> PromptPreview:
    """Render a prompt for an article, by default with an unknown model."""
    settings = Settings(**options.pop("settings", {}))
    backend = options.pop("backend", ScriptedBackend([]))
    return asyncio.run(preview(read_article(text), load(stage, version), settings=settings, backend=backend, **options))


def asked_of(backend: ScriptedBackend, text: str, **settings: Any) -> list[Request]:
    summarise(text, backend=backend, settings=Settings(**settings))
    return backend.requests


@pytest.mark.parametrize(("style", "length"), [("prose", None), pytest.param("brief", "60w", marks=pytest.mark.slow)])
def test_a_draft_is_rendered_as_a_run_asks_for_it(style: Style, length: str | int | None) -> None:
    """The prompt gives the style, and the length the number of sentences."""
    (sent,) = asked(BRIDGE, "draft", copying, style=style, length=length)
    shown = rendered(BRIDGE, f"draft/{style}", length=length)
    assert shown.request == sent
    assert (shown.number, shown.of, shown.sent) == (1, 1, None)
    told = [remark.startswith(f"Shown for --style {style}: ") for remark in shown.remarks]
    assert told == ([] if style == "prose" else [True])


def test_a_rewrite_is_rendered_as_a_run_asks_for_it() -> None:
    """`number` selects the sentences, most informative first."""
    sent = asked(FRUIT, "rewrite", echo, "rewrite", length=2)
    for number in (1, len(sent)):
        shown = rendered(FRUIT, "rewrite", length=2, number=number)
        assert (shown.request, shown.number, shown.of) == (sent[number - 1], number, len(sent))


@pytest.mark.slow
def test_each_chunk_of_a_draft_is_rendered_as_a_run_asks_for_it() -> None:
    """`number` selects the chunk; a number beyond the last chunk raises UsageError."""
    sent = asked(FRUIT, "draft", copying, settings=SMALL, length=5)
    assert len(sent) == 3
    for number in (1, len(sent)):
        shown = rendered(FRUIT, "draft/prose", settings=SMALL, length=5, number=number)
        assert (shown.request, shown.number, shown.of) == (sent[number - 1], number, len(sent))
    with pytest.raises(UsageError, match=r"no request 4 by draft/prose/v1: the article takes 3, counted from 1"):
        rendered(FRUIT, "draft/prose", settings=SMALL, length=5, number=4)


class Drafting(ScriptedBackend):
    """A model that drafts like `extract` and merges nothing."""

    def __init__(self) -> None:
        super().__init__(lambda _: "{}")

    async def complete(self, request: Request) -> Reply:
        """Answer one request."""
        reply = await super().complete(request)
        return await ExtractBackend().complete(request) if request.stage == "draft" else reply


@pytest.mark.slow
def test_a_merge_is_rendered_as_a_run_asks_for_it() -> None:
    """The notes are sentences that `extract` would draft; later rounds are not rendered."""
    backend = Drafting()
    settings: dict[str, Any] = {"chunk_tokens": 100, "concurrency": 1}
    summarise(VALLEY, backend=backend, settings=Settings(**settings), length=2)
    sent = [request for request in backend.requests if request.stage == "merge"]
    shown = rendered(VALLEY, "merge", settings=settings, length=2, number=2)
    assert shown.request == sent[1]
    assert 2 <= shown.of < len(sent)
    assert [remark.startswith("The notes are sentences of the article") for remark in shown.remarks] == [True]


@pytest.mark.slow
@pytest.mark.parametrize("sentence", [FALSE, "The Harbour Bridge in Brelmouth was sold to Northline for €9 million."])
def test_a_repair_is_rendered_as_a_run_asks_for_it(sentence: str) -> None:
    """The prompt holds the findings of the checks."""
    sent = asked(BRIDGE, "repair", lambda request: answer(sentence) if request.stage == "draft" else "{}")
    shown = rendered(BRIDGE, "repair", sentences=[sentence])
    assert shown.request == sent[0]
    assert (shown.of, shown.remarks) == (1, ())
    assert f"sentence about the article is wrong: {sentence}" in shown.request.user


@pytest.mark.slow
@pytest.mark.parametrize("sentence", [FALSE, "On Monday engineers closed the bridge in Brelmouth because of cracks."])
def test_a_judgement_is_rendered_as_a_check_asks_for_it(sentence: str) -> None:
    judge = ScriptedBackend(lambda _: "{}")
    check(sentence, BRIDGE, judge=judge, settings=Settings())
    shown = rendered(BRIDGE, "judge", sentences=[sentence])
    assert [shown.request] == judge.requests
    assert shown.remarks == ()


@pytest.mark.slow
def test_a_sentence_that_a_run_would_not_ask_about_is_told() -> None:
    """Rendering a repair or judgement that a run would not request raises an error with the reason."""
    for stage, sentence, settings, message in (
        ("repair", CABLES, {}, "a run would not ask for this sentence again"),
        ("repair", FALSE, {"repair_rounds": 0}, "repair_rounds is 0"),
        ("judge", CABLES, {}, "a run would not ask about this sentence"),
        ("judge", "Penguins sleep.", {}, "nothing in the article bears on this sentence"),
    ):
        with pytest.raises((UsageError, ConfigurationError, ArticleError), match=message):
            rendered(BRIDGE, stage, sentences=[sentence], settings=settings)


@pytest.mark.slow
def test_a_prompt_that_a_run_of_the_model_would_not_use_is_told() -> None:
    """A remark names the option with which a run would use the prompt."""
    small = ScriptedBackend([], model="invented-0.5b")
    for stage, backend, settings, told in (
        ("draft", small, {}, "--prompt draft/v1."),
        ("draft", small, {"prompts": {"draft": "prose/v1"}}, None),
        ("rewrite", ScriptedBackend([]), {}, "--prompt rewrite/v1."),
        ("rewrite", ScriptedBackend([]), {"prompts": {"rewrite": "v1"}}, None),
        ("rewrite", small, {}, None),
    ):
        remarks = rendered(FRUIT, stage, backend=backend, settings=settings).remarks
        assert [remark.partition(" unless you say ")[2] for remark in remarks] == ([told] if told else [])


@pytest.mark.slow
def test_the_prompt_goes_before_what_is_configured() -> None:
    """The rendered prompt replaces only the configured prompts of its stage."""
    configured = Settings(prompts={"draft": "brief/v1", "rewrite": "v9", "judge": "v1"})
    others = {"rewrite": "v9", "judge": "v1"}
    assert with_prompt(configured, load("draft/prose")) == {"draft": "prose/v1"} | others
    both = {"draft": "brief/v1", "rewrite": "v1", "judge": "v1"}
    assert with_prompt(configured, load("rewrite", "v1")) == both
    shown = rendered(BRIDGE, "draft", "v1", settings={"prompts": configured.prompts})
    assert shown.request.prompt == load("draft", "v1").use


@pytest.mark.slow
def test_a_style_is_a_drafts_own_unless_it_is_named() -> None:
    """Draft variants named after a style have that style; other prompts have prose."""
    assert [style_of(load(stage)) for stage in ("draft/headline", "draft", "merge", "rewrite")] == [
        "headline",
        "prose",
        "prose",
        "prose",
    ]
    assert rendered(FRUIT, "draft/headline").request.sentences == 1
    assert rendered(FRUIT, "draft/headline", style="brief").request.sentences == 2


@pytest.mark.slow
@pytest.mark.parametrize(("here", "remarks"), [(True, 0), (False, 1)])
def test_tokens_are_counted_only_where_nothing_is_sent_for_it(here: bool, remarks: int) -> None:
    """A server is not asked for counts, and a remark says that a run would ask."""
    counted: list[str] = []

    class Counting(ScriptedBackend):
        counts_here = here

        async def count(self, text: str) -> int:
            counted.append(text)
            return len(text.split()) * 2

    shown = rendered(FRUIT, "draft", settings=SMALL, backend=Counting([]))
    assert (bool(counted), len(shown.remarks)) == (here, remarks)
    assert rendered(FRUIT, "draft", backend=Counting([])).remarks == ()
    if here:
        (first, *_) = asked_of(Counting(copying), FRUIT, prompts={"draft": "v1"}, **SMALL)
        assert shown.request == first
