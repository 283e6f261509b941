"""`summarise prompts render`: the printed request is the one that a run sends."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from command_line import Capture, fails, loopback, model, piped, run, said
from invented import BRIDGE, CABLES, FALSE, VALLEY, answer, copying
from keyed_server import serving
from views import ExtractBackend, ScriptedBackend, prompt_named, rendered
from writing_runs import FRUIT, asked, echo

from summarise import Reply, Request, Settings, check, errors, summarise

SMALL = {"chunk_tokens": 60, "concurrency": 1}
"""Cuts a short article into several chunks, drafted one after the other."""


@pytest.fixture
def bodies() -> list[dict[str, Any]]:
    return []


@pytest.fixture
def url(bodies: list[dict[str, Any]]) -> Iterator[str]:
    def respond(body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        bodies.append(body)
        return said(FALSE)

    with serving(respond) as address:
        yield address


@pytest.mark.slow
@loopback
@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("name", "running", "rendering"),
    [
        ("draft/prose/v1", ["bridge.txt"], []),
        pytest.param(
            "draft/bullets",
            ["bridge.txt", "--style", "bullets", "-l", "5"],
            ["-l", "5"],
            marks=pytest.mark.slow,
        ),
        pytest.param(
            "rewrite",
            ["valley.txt", "--prompt", "rewrite/v1"],
            [],
            marks=pytest.mark.slow,
        ),
        pytest.param("repair", ["bridge.txt"], ["--sentence", FALSE], marks=pytest.mark.slow),
        ("judge", ["check", "bridge.txt", "false.txt"], ["--sentence", FALSE]),
    ],
)
def test_the_body_is_what_goes_over_the_wire(
    capsys: Capture, url: str, bodies: list[dict[str, Any]], name: str, running: list[str], rendering: list[str]
) -> None:
    """The JSON body and the address are identical, and rendering sends nothing."""
    article = next(argument for argument in running if argument.endswith(".txt"))
    options = ["--article", article, *model(url), *rendering]
    assert run(["prompts", "render", name, *options, "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert bodies == []
    judged = ["--judge", "openai:invented-1", "--base-url", url]
    run([*running, *(judged if name == "judge" else model(url))])
    capsys.readouterr()
    prompt = prompt_named(name)
    (first, *_) = [body for body in bodies if body["messages"][0]["content"] == prompt.system and belongs(body, shown)]
    assert json.dumps(shown["sent"]["body"]) == json.dumps(first)
    assert shown["sent"]["address"] == f"{url}/chat/completions"
    assert shown["prompt"] == {"id": prompt.id, "sha256": prompt.sha256}
    assert shown["backend"] == "openai:invented-1"
    assert first["messages"][-1]["content"] == shown["user"]


def belongs(body: dict[str, Any], shown: dict[str, Any]) -> bool:
    """Drafts and repairs share a system message, so the user message decides."""
    return ("is wrong:" in body["messages"][-1]["content"]) is (shown["stage"] == "repair")


@pytest.mark.slow
@pytest.mark.usefixtures("folder")
def test_the_messages_are_printed_in_order_with_form_and_sampling(capsys: Capture) -> None:
    """Standard error names the model and the differences from a run; --quiet omits both."""
    Path("fruit.txt").write_text(FRUIT, encoding="utf-8")
    arguments = ["prompts", "render", "rewrite/v1", "--article", "fruit.txt", "--model", "extract"]
    assert run(arguments) == 0
    output = capsys.readouterr()
    headings = [line for line in output.out.splitlines() if line.startswith("== ")]
    assert headings == ["== system", "== user", "== form", "== sampling"]
    request = asked(FRUIT, "rewrite", echo, "rewrite")[0]
    assert f"== user\n{request.user}\n\n== form\nfree text\n\n== sampling\n" in output.out
    assert output.out.endswith(f"max_tokens {request.sampling.max_tokens}\nanswers {request.candidates}\n")
    first, second = output.err.splitlines()
    assert re.fullmatch(r"rewrite/v1 · any model · request 1 of \d+ · not sent", first)
    assert second.startswith("extract reads no prompt: shown for any model that reads 8,192 tokens")
    assert run([*arguments, "--quiet"]) == 0
    assert capsys.readouterr() == (output.out, "")


@pytest.mark.usefixtures("folder")
def test_without_a_model_any_is_rendered_for(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    """The request is rendered for any model; the article may come from standard input."""
    assert run(["prompts", "render", "draft", "--article", "bridge.txt", "--json"]) == 0
    output = capsys.readouterr()
    assert output.err.splitlines()[1].startswith("No model is named: shown for any model")
    shown = json.loads(output.out)
    assert (shown["backend"], shown["sent"], shown["remarks"]) == ("any model", None, [output.err.splitlines()[1]])
    assert shown["json_schema"]["properties"]["sentences"]["items"] == {"type": "string"}
    piped(monkeypatch, BRIDGE.encode())
    assert run(["prompts", "render", "draft", "--article", "-", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == shown


@pytest.mark.usefixtures("folder")
def test_the_users_own_prompt_is_rendered(capsys: Capture) -> None:
    """Under the same rules as in a run."""
    path = Path("own", "draft", "mine", "v1.md")
    path.parent.mkdir(parents=True)
    text = '+++\nwhy = "Mine."\ninputs = ["article", "count"]\noutput = "cited"\n+++\n'
    text += "## system\nS\n## user\n$article $count\n"
    path.write_text(text, encoding="utf-8")
    arguments = ["prompts", "render", "draft/mine", "--article", "bridge.txt", "--prompt-dir", "own", "-m", "extract"]
    assert run([*arguments, "-l", "4"]) == 0
    assert "</article> four short sentences\n" in capsys.readouterr().out
    path.write_text(text.replace("$count", "$cuont"), encoding="utf-8")
    assert "unknown placeholder $cuont: did you mean $count?" in fails(capsys, 4, *arguments)


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["draft"], 2, "Missing option '--article': see summarise prompts render --help"),
        (["draft", "--article", "nowhere.txt"], 3, "there is no file nowhere.txt"),
        (["draft", "--article", "bridge.txt", "--chunk", "0"], 2, "--chunk"),
        (["draft", "--article", "bridge.txt", "--chunk", "2"], 2, "there is no request 2 by draft/v1"),
        (["draft", "--article", "bridge.txt", "--length", "huge"], 2, "'huge' is not a length"),
        (["draft", "--article", "bridge.txt", "--base-url", "http://127.0.0.1:1/v1"], 2, "--model openai:NAME"),
        (["draft", "--article", "bridge.txt", "--model", "nonesuch"], 4, "there is no backend 'nonesuch'"),
        (["draft", "--article", "bridge.txt", "--sentence", "It is."], 2, "leave --sentence out"),
        (["repair", "--article", "bridge.txt", "--sentence", CABLES], 2, "a run would not ask for this sentence again"),
        (["judge", "--article", "bridge.txt", "--sentence", CABLES], 2, "a run would not ask about this sentence"),
        (["judge", "--article", "bridge.txt", "--sentence", "Penguins sleep."], 3, "nothing in the article is about"),
    ],
)
def test_a_request_that_a_run_would_not_make_is_an_error(
    capsys: Capture, arguments: list[str], code: int, message: str
) -> None:
    """One line, with the matching exit code."""
    assert message in fails(capsys, code, "prompts", "render", *arguments)


# in Python


@pytest.mark.parametrize(("style", "length"), [("prose", None), pytest.param("brief", "60w", marks=pytest.mark.slow)])
def test_a_draft_is_rendered_as_a_run_asks_for_it(style: Any, length: str | int | None) -> None:
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
    """`number` selects the chunk; a number beyond the last chunk raises errors.UsageError."""
    sent = asked(FRUIT, "draft", copying, settings=SMALL, length=5)
    assert len(sent) == 3
    for number in (1, len(sent)):
        shown = rendered(FRUIT, "draft/prose", settings=SMALL, length=5, number=number)
        assert (shown.request, shown.number, shown.of) == (sent[number - 1], number, len(sent))
    with pytest.raises(errors.UsageError, match=r"no request 4 by draft/prose/v1: the article takes 3, counted from 1"):
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
def test_a_remark_names_the_option_with_which_a_run_uses_the_prompt() -> None:
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


@pytest.mark.slow
def test_a_prompt_replaces_the_configured_one_of_its_stage_and_brings_its_style() -> None:
    shown = rendered(BRIDGE, "draft/v1", settings={"prompts": {"draft": "brief/v1", "rewrite": "v9"}})
    assert shown.request.prompt == prompt_named("draft/v1").use
    assert rendered(FRUIT, "draft/headline").request.sentences == 1
    assert rendered(FRUIT, "draft/headline", style="brief").request.sentences == 2
    with pytest.raises(errors.ConfigurationError, match="repair_rounds is 0"):
        rendered(BRIDGE, "repair", sentences=[FALSE], settings={"repair_rounds": 0})
