"""`summarise hook`, and the skill for coding agents."""

import json
import re
from pathlib import Path

import pytest
import yaml
from command_line import ROOT, Capture, piped, run
from invented import FALSE, VEHICLES

pytestmark = pytest.mark.usefixtures("folder")
SOURCE = ("--source", "bridge.txt")


def hook(monkeypatch: pytest.MonkeyPatch, *arguments: str, event: object = None) -> int:
    piped(monkeypatch, json.dumps({} if event is None else event).encode())
    return run(["hook", *arguments])


@pytest.mark.usefixtures("built_in")
def test_an_unsupported_sentence_sends_the_agent_back_once(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    """Exit code 2 and standard error go to the agent; after one round the user sees them, and the agent stops."""
    Path("notes.md").write_text(f"# Bridge\n\n- {VEHICLES} [1]\n- {FALSE} [1]\n", encoding="utf-8")
    assert hook(monkeypatch, "notes.md", *SOURCE, event={"stop_hook_active": False}) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("1 sentence is not supported by the source: correct or remove it without additions.\n")
    assert "notes.md:4:1: contradicted: figure:" in err
    assert hook(monkeypatch, "notes.md", *SOURCE, event={"stop_hook_active": True}) == 1
    assert capsys.readouterr().err == err


@pytest.mark.parametrize(
    ("arguments", "event"),
    [
        (["notes.md"], {}),
        (["later.md"], {"last_assistant_message": FALSE}),
        (["empty.md"], {}),
        ([], {"last_assistant_message": VEHICLES}),
        ([], {"last_assistant_message": ""}),
        ([], {}),
    ],
    ids=["supported", "not written yet", "empty", "message supported", "message empty", "no message"],
)
def test_nothing_to_correct_is_silent(
    arguments: list[str], event: object, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    Path("notes.md").write_text(f"{VEHICLES}\n\n---\n\n```python\nprint('Nobody came.')\n```\n", encoding="utf-8")
    Path("empty.md").write_text("", encoding="utf-8")
    assert hook(monkeypatch, *arguments, *SOURCE, event=event) == 0
    assert capsys.readouterr() == ("", "")


@pytest.mark.usefixtures("built_in")
def test_the_last_message_is_checked_without_a_file(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    assert hook(monkeypatch, *SOURCE, event={"last_assistant_message": f"**{VEHICLES}** {FALSE}"}) == 2
    assert "contradicted" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "event", "code", "message"),
    [
        (["notes.md", "--sorce", "bridge.txt"], {}, 1, "No such option"),
        (["notes.md"], {}, 1, "name the sources with --source NAME or --sources FOLDER"),
        (["notes.md", "--sources", "nowhere"], {}, 1, "cannot read the folder nowhere"),
        (["notes.md", "--source", "nowhere.txt"], {}, 3, "there is no file nowhere.txt"),
        (["notes.md", *SOURCE], [], 1, "is not an event"),
    ],
    ids=["option", "no source", "no folder", "no file", "event"],
)
def test_a_mistake_in_the_hook_does_not_send_the_agent_back(
    arguments: list[str], event: object, code: int, message: str, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    """With exit code 2, the agent would try to correct its text again and again."""
    Path("notes.md").write_text(FALSE, encoding="utf-8")
    assert hook(monkeypatch, *arguments, event=event) == code
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert message in err


def test_the_skill_has_the_form_of_agent_skills() -> None:
    """The name is that of the folder; the commands in it are the program's."""
    path = ROOT / "docs" / "agents" / "check-against-source" / "SKILL.md"
    _, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
    fields = yaml.safe_load(front)
    assert fields["name"] == path.parent.name
    assert len(fields["description"]) <= 1024
    for line in re.findall(r"^ +(summarise .*)$", body, re.MULTILINE):
        assert run([*line.split()[1:], "--help"]) == 0
