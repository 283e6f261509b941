"""`prompts render`: the printed request is the one that a run sends."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from command_line import Capture, fails, loopback, model, piped, said
from invented import BRIDGE, FALSE
from wire_server import serving
from writing_runs import FRUIT, asked, echo

from summarise import Request
from summarise.cli.main import run
from summarise.data.exchange import PromptPreview
from summarise.prompting.prompt import load, parse_name
from summarise.report.plan import rendered_text


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
    prompt = load(*parse_name(name))
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
        (["draft", "--article", "bridge.txt", "--length", "huge"], 2, "'huge' is no length"),
        (["draft", "--article", "bridge.txt", "--base-url", "http://127.0.0.1:1/v1"], 2, "--model openai:NAME"),
        (["draft", "--article", "bridge.txt", "--model", "nonesuch"], 4, "there is no backend 'nonesuch'"),
        (["draft", "--article", "bridge.txt", "--sentence", "It is."], 2, "leave --sentence out"),
    ],
)
def test_what_cannot_be_rendered_is_told(capsys: Capture, arguments: list[str], code: int, message: str) -> None:
    """One line, with the matching exit code."""
    assert message in fails(capsys, code, "prompts", "render", *arguments)


def test_an_answer_of_free_text_is_told() -> None:
    """A request without a schema has the form "free text"."""
    request = Request(stage="rewrite", system="S", user="U")
    shown = rendered_text(PromptPreview("any model", request, 1, 1, None, ()))
    assert shown.startswith("== system\nS\n\n== user\nU\n\n== form\nfree text\n\n== sampling\n")
