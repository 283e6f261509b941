"""`summarise prompts render`: the printed request is the one that a run sends."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from command_line import Capture, fails, loopback, model, piped, run, said
from invented import BRIDGE, CABLES, FALSE, VALLEY, answer, copying
from keyed_server import serving
from views import prompt_named, rendered
from writing_runs import FRUIT, asked, echo

from summarise import Reply, Request, Settings, check, errors, summarise
from summarise.testing import ScriptedBackend

SMALL = {"chunk_tokens": 60, "concurrency": 1}
"""Cuts a short article into several chunks, drafted one after the other."""

SOLD = "The Harbour Bridge in Brelmouth was sold to Northline for €9 million."


@pytest.fixture
def bodies() -> list[dict[str, Any]]:
    return []


@pytest.fixture
def url(bodies: list[dict[str, Any]]) -> Iterator[str]:
    def respond(body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        bodies.append(body)
        return said(SOLD)

    with serving(respond) as address:
        yield address


@pytest.mark.slow
@loopback
@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("name", "running", "rendering"),
    [
        ("draft/prose/v1", ["bridge.txt"], []),
        ("draft/bullets", ["bridge.txt", "--style", "bullets", "-l", "5"], ["-l", "5"]),
        ("rewrite", ["valley.txt", "--prompt", "rewrite/v1"], []),
        ("repair", ["bridge.txt"], ["--sentence", SOLD]),
        ("judge", ["check", "bridge.txt", "false.txt"], ["--sentence", FALSE]),
    ],
)
def test_the_rendered_body_is_the_sent_body(
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
    """Return whether `body` is of the stage of `shown`: drafts and repairs differ only in the user message."""
    return ("is wrong:" in body["messages"][-1]["content"]) is (shown["stage"] == "repair")


@pytest.mark.usefixtures("folder")
def test_the_messages_are_printed_in_order_with_form_and_sampling(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The request is for any model if no model is named. Remarks go to standard error, unless --quiet."""
    arguments = ["prompts", "render", "draft/prose/v1", "--article", "bridge.txt"]
    assert run([*arguments, "--model", "extract"]) == 0
    output = capsys.readouterr()
    headings = [line for line in output.out.splitlines() if line.startswith("== ")]
    assert headings == ["== system", "== user", "== form", "== sampling"]
    (request,) = asked(BRIDGE, "draft", copying)
    assert f"== user\n{request.user}\n\n== form\n{{" in output.out
    assert output.out.endswith(f"max_tokens {request.sampling.max_tokens}\nanswers {request.candidates}\n")
    first, second = output.err.splitlines()
    assert first == "draft/prose/v1 · any model · request 1 of 1 · not sent"
    assert second.startswith("extract reads no prompt: shown for any model that reads 8,192 tokens")
    assert run([*arguments, "--quiet"]) == 0
    assert capsys.readouterr() == (output.out, "")
    piped(monkeypatch, BRIDGE.encode())
    assert run([*arguments[:3], "--article", "-", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["backend"], shown["sent"], shown["user"]) == ("any model", None, request.user)
    assert shown["remarks"][0].startswith("No model is named: shown for any model")


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["draft"], 2, "Missing option '--article': see summarise prompts render --help"),
        (["draft/v99", "--article", "bridge.txt"], 4, "no prompt draft/v99: there are draft/v1"),
        (["draft", "--article", "nowhere.txt"], 3, "there is no file nowhere.txt"),
        (["draft", "--article", "bridge.txt", "--chunk", "0"], 2, "--chunk"),
        (["draft", "--article", "bridge.txt", "--chunk", "2"], 2, "there is no request 2 with draft/v1"),
        (["draft", "--article", "bridge.txt", "--length", "huge"], 2, "'huge' is not a length"),
        (["draft", "--article", "bridge.txt", "--base-url", "http://127.0.0.1:1/v1"], 2, "name one as PROVIDER:NAME"),
        (["draft", "--article", "bridge.txt", "--model", "nonesuch"], 4, "there is no backend 'nonesuch'"),
        (["draft", "--article", "bridge.txt", "--sentence", "It is."], 2, "leave out --sentence"),
        (["repair", "--article", "bridge.txt"], 2, "takes one sentence: give it with --sentence"),
        (["repair", "--article", "bridge.txt", "--sentence", CABLES], 2, "a run would not ask a model to repair"),
        (["judge", "--article", "bridge.txt", "--sentence", CABLES], 2, "a run would not ask the judge"),
        (["judge", "--article", "bridge.txt", "--sentence", "Penguins sleep."], 3, "the article has no evidence"),
    ],
)
def test_a_request_that_a_run_would_not_make_is_an_error(
    capsys: Capture, arguments: list[str], code: int, message: str
) -> None:
    """The error is one line, with the exit code of its kind."""
    assert message in fails(capsys, code, "prompts", "render", *arguments)


# in Python


@pytest.mark.parametrize(
    ("prompt", "text", "respond", "options"),
    [
        ("draft/prose", BRIDGE, copying, {}),
        pytest.param("draft/brief", BRIDGE, copying, {"length": "60w"}, marks=pytest.mark.slow),
        pytest.param("draft/prose", FRUIT, copying, {"settings": SMALL, "length": 5}, marks=pytest.mark.slow),
        ("rewrite", FRUIT, echo, {"length": 2}),
    ],
    ids=["draft", "style and length", "chunks", "rewrite"],
)
def test_a_request_is_rendered_as_a_run_asks_for_it(prompt: str, text: str, respond: Any, options: Any) -> None:
    """The prompt gives the style; `number` selects the chunk, or the sentences, most informative first."""
    stage, _, style = prompt.partition("/")
    sent = asked(text, stage, respond, "draft" if stage == "draft" else "rewrite", style=style or "prose", **options)
    for number in (1, len(sent)):
        shown = rendered(text, prompt, number=number, **options)
        assert (shown.request, shown.number, shown.of) == (sent[number - 1], number, len(sent))
        assert shown.sent is None
        remarks = [remark for remark in shown.remarks if remark.startswith(f"Shown for --style {style}: ")]
        assert len(remarks) == (style == "brief")
    with pytest.raises(errors.UsageError, match=f"no request {len(sent) + 1} with {prompt}.*, numbered from 1"):
        rendered(text, prompt, number=len(sent) + 1, **options)


class Drafting(ScriptedBackend):
    """A model that drafts the first sentences of a chunk and merges nothing."""

    def __init__(self) -> None:
        super().__init__(lambda _: "{}")

    async def complete(self, request: Request) -> Reply:
        """Answer one request."""
        reply = await super().complete(request)
        lines = [" ".join(passage.text.split()) for passage in request.passages[: request.sentences]]
        return Reply(text="\n".join(lines), model="scripted") if request.stage == "draft" else reply


@pytest.mark.slow
def test_a_merge_is_rendered_as_a_run_asks_for_it() -> None:
    """The notes are the first sentences of each chunk; later rounds are not rendered."""
    backend = Drafting()
    settings: dict[str, Any] = {"chunk_tokens": 100, "concurrency": 1}
    summarise(VALLEY, backend=backend, settings=Settings(**settings), length=2)
    sent = [request for request in backend.requests if request.stage == "merge"]
    shown = rendered(VALLEY, "merge", settings=settings, length=2, number=2)
    assert shown.request == sent[1]
    assert 2 <= shown.of < len(sent)
    assert [remark.startswith("The notes are sentences of the article") for remark in shown.remarks] == [True]


@pytest.mark.slow
@pytest.mark.parametrize("sentence", [SOLD, "The mayor resigned over the closure of the Harbour Bridge."])
def test_a_repair_and_a_judgement_are_rendered_as_they_are_asked_for(sentence: str) -> None:
    """The prompt for a repair holds the findings of the checks."""
    sent = asked(BRIDGE, "repair", lambda request: answer(sentence) if request.stage == "draft" else "{}")
    shown = rendered(BRIDGE, "repair", sentence=sentence)
    assert (shown.request, shown.of, shown.remarks) == (sent[0], 1, ())
    assert f"sentence about the article is wrong: {sentence}" in shown.request.user
    judge = ScriptedBackend(lambda _: "{}")
    check(sentence, BRIDGE, judge=judge, settings=Settings())
    shown = rendered(BRIDGE, "judge", sentence=sentence)
    assert ([shown.request], shown.remarks) == (judge.requests, ())


@pytest.mark.slow
def test_a_remark_names_the_option_with_which_a_run_uses_the_prompt() -> None:
    small = ScriptedBackend([], model="invented-0.5b")
    for stage, backend, settings, option in (
        ("draft", small, {}, "--prompt draft/v1."),
        ("draft", small, {"prompts": {"draft": "prose/v1"}}, None),
        ("rewrite", ScriptedBackend([]), {}, "--prompt rewrite/v1."),
        ("rewrite", ScriptedBackend([]), {"prompts": {"rewrite": "v1"}}, None),
        ("rewrite", small, {}, None),
    ):
        remarks = rendered(FRUIT, stage, backend=backend, settings=settings).remarks
        assert [remark.partition(" unless you add ")[2] for remark in remarks] == ([option] if option else [])


@pytest.mark.slow
@pytest.mark.parametrize(("here", "remarks"), [(True, 0), (False, 1)])
def test_tokens_are_counted_only_if_counting_sends_nothing(here: bool, remarks: int) -> None:
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
        rendered(BRIDGE, "repair", sentence=FALSE, settings={"repair_rounds": 0})
