"""`summarise prompts`: list, show, render and lock."""

import json
import sys
from pathlib import Path

import pytest
from command_line import Capture, fails
from invented import CABLES
from prompt_files import run

pytestmark = pytest.mark.usefixtures("folder")
FRONT = '+++\nwhy = "Mine."\ninputs = ["article", "count"]\noutput = "sentences"\n+++\n'
MINE = f"{FRONT}## system\nS\n## user\n$article $count\n"
BUILT_IN = Path(__file__).parent.parent / "prompts"


def put(name: str, text: str = MINE) -> Path:
    path = Path("own", f"{name}.md")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
    return path


# list


def test_prompts_are_listed_with_their_reasons(capsys: Capture) -> None:
    """`prompts` alone lists them too."""
    assert run("prompts") == 0
    shown = capsys.readouterr().out
    assert run("prompts", "list") == 0
    assert capsys.readouterr().out == shown
    assert run("prompts", "list", "--json") == 0
    rows = json.loads(capsys.readouterr().out)
    assert [set(row) for row in rows] == [{"id", "sha256", "why", "where", "overrides"}] * len(rows)
    assert shown.splitlines() == [f"{row['id']}  {row['sha256'][:12]}  {row['why']}" for row in rows]
    assert {(row["where"], tuple(row["overrides"])) for row in rows} == {("built-in", ())}


def test_the_users_own_are_listed_first_with_what_they_override(capsys: Capture) -> None:
    """Each overrides the built-in prompt of its name; the newest also overrides the newest."""
    for name in ("draft/prose/v2", "draft/prose/v7", "draft/brief/v1", "draft/mine/v1"):
        put(name)
    assert run("prompts", "list", "--prompt-dir", "own", "--json") == 0
    rows = [row for row in json.loads(capsys.readouterr().out) if row["where"] == "own"]
    assert {row["id"]: row["overrides"] for row in rows} == {
        "draft/prose/v2": [],
        "draft/prose/v7": ["draft/prose/v1"],
        "draft/brief/v1": ["draft/brief/v1"],
        "draft/mine/v1": [],
    }
    assert run("prompts", "--prompt-dir", "own") == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("  ", 2)[2] for line in lines[:4]] == [
        "own, instead of draft/brief/v1  Mine.",
        "own  Mine.",
        "own  Mine.",
        "own, instead of draft/prose/v1  Mine.",
    ]
    assert len(lines) == 4 + len(list(BUILT_IN.rglob("v*.md")))


def test_listing_checks_every_prompt(capsys: Capture) -> None:
    """Unused prompts are checked, too. The error reports one fault and counts the others."""
    put("draft/mine/v1", MINE.replace("$article", "$artcle"))
    put("draft/prose/v9")
    assert fails(capsys, 4, "prompts", "--prompt-dir", "own") == (
        "prompt draft/mine/v1 (own/draft/mine/v1.md): unknown placeholder $artcle: did you mean $article? "
        "(draft has article, count)"
    )
    put("drft/v1")
    put("rewrite/shrink/v1")
    assert fails(capsys, 4, "prompts", "list", "--prompt-dir", "own").endswith(" (and 2 more of own)")
    Path("own", "draft", "mine", "v1.md").unlink()
    line = fails(capsys, 4, "prompts", "list", "--prompt-dir", "own")
    assert line.startswith("own/drft/v1.md is not a valid prompt: unknown stage 'drft': did you mean draft?")


@pytest.mark.slow
def test_a_run_uses_own_prompts_and_validates_only_those_it_uses(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    put("draft/prose/v7")
    put("judge/v1", "broken")
    program = [sys.executable, "-c", f"print({CABLES!r})"]
    Path("config.toml").write_text(f"[commands.mine]\narguments = {json.dumps(program)}\n", encoding="utf-8")
    monkeypatch.setenv("SUMMARISE_CONFIG", "config.toml")
    arguments = ["bridge.txt", "-m", "command:mine", "--prompt-dir", "own"]
    assert run(*arguments) == 0
    assert " · draft/prose/v7 · " in capsys.readouterr().err
    assert run(*arguments, "--prompt", "draft/v1") == 0
    assert " · draft/v1 · " in capsys.readouterr().err


# show


@pytest.mark.parametrize("text", [MINE, "no prompt at all: é\n"])
def test_a_prompt_is_shown(capsys: Capture, text: str) -> None:
    """It need not be valid; control characters are removed. Without a version, it is the newest."""
    put("draft/mine/v2")
    put("draft/mine/v10", f"\x1b{text}")
    for name in ("draft/mine/v10", "draft/mine"):
        assert run("prompts", "show", name, "--prompt-dir", "own") == 0
        assert capsys.readouterr() == (text, "")


def test_a_prompt_as_json_is_its_parts(capsys: Capture) -> None:
    """An invalid prompt is an error."""
    assert run("prompts", "show", "rewrite/v1", "--json") == 0
    shown = json.loads(capsys.readouterr().out)
    assert list(shown) == ["id", "sha256", "where", "front", "system", "user", "examples"]
    assert (shown["id"], shown["where"]) == ("rewrite/v1", "built-in")
    assert shown["front"]["inputs"] == ["context", "sentences"]
    assert shown["examples"] == []
    put("draft/mine/v1")
    assert run("prompts", "show", "draft/mine", "--json", "--prompt-dir", "own") == 0
    assert json.loads(capsys.readouterr().out)["where"] == "own"
    put("draft/mine/v1", MINE.replace("$count", ""))
    assert "the placeholder $count is missing" in fails(
        capsys, 4, "prompts", "show", "draft/mine", "--json", "--prompt-dir", "own"
    )


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("drft/prose/v1", "no prompt drft/prose/v1: did you mean draft/prose/v1? (there are "),
        ("draft/prose/v99", "no prompt draft/prose/v99: there are draft/v1, "),
        ("draft/pros", "no prompt draft/pros/v…: did you mean draft/prose/v1? (there are "),
        ("rewrite/shorten", "no prompt rewrite/shorten/v…: did you mean rewrite/v1?"),
        ("v1", "no prompt /v1: "),
        ("", "the name of the prompt is empty: there are draft/v1, "),
        ("../prompts/draft/v1", "no prompt ../prompts/draft/v1: "),
    ],
)
def test_an_unknown_prompt_name_is_an_error(capsys: Capture, name: str, message: str) -> None:
    """The error suggests existing names."""
    assert fails(capsys, 4, "prompts", "show", name).startswith(message)


# lock


def test_editing_a_locked_prompt_is_an_error(capsys: Capture) -> None:
    """A locked prompt cannot be removed either."""
    path = put("draft/mine/v1")
    put("judge/v3", MINE.replace("$count", "$claim").replace('"count"', '"claim"').replace("sentences", "judgement"))
    assert run("prompts", "lock", "own") == 0
    assert capsys.readouterr() == ("locked draft/mine/v1\nlocked judge/v3\n", "")
    locked = Path("own", "prompts.lock").read_text(encoding="utf-8")
    assert [line.split("  ")[1] for line in locked.splitlines()] == ["draft/mine/v1.md", "judge/v3.md"]
    put("draft/mine/v2")
    assert run("prompts", "lock", "own") == 0
    assert capsys.readouterr().out == "locked draft/mine/v2\n"
    assert run("prompts", "lock", "own") == 0
    assert capsys.readouterr() == ("", "")
    put("draft/mine/v1", MINE.replace("S\n", "T\n"))
    edited = "prompt draft/mine/v1 was edited after its release: restore own/draft/mine/v1.md, or add a new version"
    assert fails(capsys, 4, "prompts", "lock", "own") == edited
    assert fails(capsys, 4, "prompts", "--prompt-dir", "own") == edited
    path.unlink()
    assert fails(capsys, 4, "prompts", "lock", "own").startswith(
        "released prompts are missing: restore draft/mine/v1.md"
    )


def test_only_valid_prompts_are_locked(capsys: Capture) -> None:
    """If one is not valid, nothing is written."""
    assert fails(capsys, 4, "prompts", "lock", "nowhere") == "no prompt folder nowhere: check the path"
    Path("empty").mkdir()
    assert fails(capsys, 4, "prompts", "lock", "empty").startswith("there is no prompt in empty: ")
    assert fails(capsys, 2, "prompts", "lock").startswith("Missing argument 'DIR'")
    put("draft/mine/v1")
    put("judge/v1", "broken")
    assert fails(capsys, 4, "prompts", "lock", "own").startswith("prompt judge/v1 (own/judge/v1.md): line 1: ")
    assert not Path("own", "prompts.lock").exists()
