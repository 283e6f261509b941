"""Run files: contents, secrets and damage."""

import base64
import json
import os
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented import BRIDGE, CABLES, saying
from kept import changed, kept, written
from pydantic import SecretStr

from summarise import Save, Settings
from summarise.backends.scripted import ScriptedBackend
from summarise.errors import OverloadedError, RunFileError, UnsavedError, UsageError
from summarise.observing.secrets import SHORTEST, hidden, shown
from summarise.runs.files import FORMAT, read_run, require_place
from summarise.runs.replay_backend import error_of


def test_a_run_is_taken_down_whole(tmp_path: Path) -> None:
    """The file has the article, options, backend, prompts, exchanges and result."""
    summary = kept(tmp_path / "run.json", settings=Settings(seed=7))
    run = read_run(tmp_path / "run.json")
    assert run.summary == summary
    assert run.article.article is not None
    assert run.article.article.text == BRIDGE
    assert (run.wanted.length, run.wanted.style, run.wanted.settings["seed"]) == (2, "prose", 7)
    assert run.writer.id == "scripted:scripted"
    assert len(run.exchanges) == len(summary.run.calls)
    assert all(one.request and one.request.prompt and one.reply for one in run.exchanges)
    assert {prompt.id: prompt.sha256 for prompt in run.prompts}.items() >= {
        prompt.id: prompt.sha256 for prompt in summary.run.prompts
    }.items()
    assert all("## system" in prompt.source and not prompt.own for prompt in run.prompts)
    assert json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))["format"] == FORMAT


def test_places_and_keys_of_the_machine_stand_in_no_file(tmp_path: Path) -> None:
    """Secret settings and local folders are left out."""
    settings = Settings(
        cache_dir=tmp_path / "cachefolder", api_key=SecretStr("k" * 20), api_keys={"A": SecretStr("x" * 9)}
    )
    kept(tmp_path / "run.json", settings=settings)
    text = (tmp_path / "run.json").read_text(encoding="utf-8")
    assert "cachefolder" not in text
    assert "api_key" not in text
    assert str(tmp_path) not in text


def test_without_its_text_an_article_is_a_hash(tmp_path: Path) -> None:
    """Neither requests nor article text are kept, except quotations in the result."""
    kept(tmp_path / "run.json", save=Save(path=tmp_path / "run.json", text=False))
    run = read_run(tmp_path / "run.json")
    assert run.article.article is None
    assert run.article.characters == len(BRIDGE)
    assert all(exchange.request is None and exchange.reply for exchange in run.exchanges)
    assert "Shop owners near the bridge fear" not in (tmp_path / "run.json").read_text(encoding="utf-8")


def test_a_call_that_failed_is_kept_with_its_error(tmp_path: Path) -> None:
    """The error is restored with its class and attributes."""
    busy = OverloadedError("busy", advice="wait", provider="p", status=503, request_id="r", attempts=3)
    with pytest.raises(OverloadedError):
        kept(tmp_path / "run.json", ScriptedBackend([busy]))
    run = read_run(tmp_path / "run.json")
    (exchange,) = run.exchanges
    assert exchange.failure is not None
    again = error_of(exchange.failure)
    assert type(again) is OverloadedError
    assert {**vars(again)} == {**vars(busy)}
    assert run.ended is not None
    assert (run.ended.error, run.ended.message, run.ended.exit_code) == ("OverloadedError", str(busy), 5)
    assert run.summary is None


def test_a_run_that_asked_nothing_is_not_kept(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        kept(tmp_path / "run.json", length=0)
    assert not (tmp_path / "run.json").exists()


# the path


def test_a_place_is_looked_at_before_anything_is_asked(tmp_path: Path) -> None:
    """Folders, missing folders and other files are refused before the run."""
    (tmp_path / "article.txt").write_text(BRIDGE, encoding="utf-8")
    backend = saying(CABLES)
    for place in (tmp_path, tmp_path / "no" / "run.json", tmp_path / "article.txt"):
        with pytest.raises(UsageError, match=r"name (a|another) file"):
            kept(place, backend)
    assert not backend.requests
    assert (tmp_path / "article.txt").read_text(encoding="utf-8") == BRIDGE


@pytest.mark.skipif(os.name != "posix", reason="needs devices and links of files")
def test_nothing_but_a_file_is_written_over(tmp_path: Path) -> None:
    """Pipes and devices are refused; a symbolic link is followed."""
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UsageError, match="no ordinary file"):
        require_place(tmp_path / "pipe")
    (tmp_path / "link.json").symlink_to(tmp_path / "run.json")
    kept(tmp_path / "link.json")
    assert (tmp_path / "link.json").is_symlink()
    assert read_run(tmp_path / "run.json").exchanges


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_folder_that_nobody_may_write_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(UsageError, match="nobody may write"):
        require_place(tmp_path / "run.json")


# keys


KEY = "ab+/cd ef-Planted_Key=="


def test_a_secret_is_found_in_every_form_and_place() -> None:
    """Raw, percent-encoded or as JSON; in values, names and lists."""
    for text in (KEY, f"Bearer {KEY}!", quote(KEY, safe=""), json.dumps(KEY)):
        for data in ({"a": [{"b": text}]}, {"a": {text: 1}}, {"a": ["x", text]}):
            assert shown({"THE_KEY": KEY, "OTHER": "something else"}, {"run": data}) == ["THE_KEY"]


@given(st.text(min_size=SHORTEST, alphabet=st.characters(min_codepoint=33, max_codepoint=126)), st.binary(max_size=5))
def test_any_secret_is_found_in_base64(secret: str, before: bytes) -> None:
    """A secret is found at any offset of the encoded data, and `hidden` removes it."""
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        data = {"a": [encode(before + secret.encode() + b"after").decode(), 1]}
        assert shown({"A": secret}, data)
        assert not shown({"A": secret}, hidden([secret], data))


def test_a_run_that_shows_a_key_is_not_written(tmp_path: Path) -> None:
    """The error has the summary, and names the key without showing it."""
    settings = Settings(api_keys={"SOME_KEY": SecretStr("Brelmouth was closed")})
    with pytest.raises(UnsavedError, match="the value of SOME_KEY stands in") as caught:
        kept(tmp_path / "run.json", settings=settings)
    assert "Brelmouth" not in str(caught.value)
    assert CABLES in str(caught.value.summary)
    assert not (tmp_path / "run.json").exists()


# damage


DAMAGES: dict[str, tuple[Any, str]] = {
    "cut off": (lambda data: data[:-40], "is damaged: it is cut off"),
    "no JSON": (lambda data: b"Once upon a time", "is no run file"),
    "no UTF-8": (lambda data: b"\xff\xfe" + data, "is damaged: it is cut off or was changed"),
    "other JSON": (lambda data: b'{"kind": "other"}', "is no run file"),
    "a changed word": (lambda data: data.replace(b"Brelmouth", b"Brelmuth", 1), "is damaged: it is not as it was"),
    "a later format": (
        lambda data: data.replace(b'"format": 5', b'"format": 6'),
        "written by a later version of summarise: update",
    ),
    "the format of version 0.1": (
        lambda data: data.replace(b'"format": 5', b'"format": 1'),
        "written by an earlier version of summarise: run it again with --save",
    ),
    "the format of version 0.2": (
        lambda data: data.replace(b'"format": 5', b'"format": 2'),
        "written by an earlier version of summarise: run it again with --save",
    ),
    "a format that there never was": (lambda data: data.replace(b'"format": 5', b'"format": 0'), "is damaged"),
    "a name twice": (lambda data: data.replace(b'"run": {', b'"run": {}, "run": {', 1), "is damaged"),
    "true for one": (lambda data: data.replace(b'"format": 5', b'"format": true', 1), "is damaged"),
    "more beside it": (lambda data: data.replace(b'"format": 5', b'"format": 5, "more": 2', 1), "is damaged"),
    "no format": (lambda data: data.replace(b'"format": 5', b'"format": "x"'), "is damaged"),
}


@pytest.mark.parametrize("what", DAMAGES)
def test_each_damage_is_told(what: str, tmp_path: Path) -> None:
    """The one-line error names the file and the fault."""
    path = tmp_path / "run.json"
    written(path)
    damage, told = DAMAGES[what]
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(RunFileError, match=told) as caught:
        read_run(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


CONTRADICTIONS: dict[str, Any] = {
    "prompt": lambda run: run["prompts"][0].update(source="+++ another +++"),
    "article": lambda run: run["article"].update(sha256="0" * 64),
    "exchange": lambda run: run["exchanges"][0].pop("reply"),
    "result": lambda run: run.pop("result"),
}


@pytest.mark.parametrize("what", CONTRADICTIONS)
def test_a_file_that_contradicts_itself_is_told(what: str, tmp_path: Path) -> None:
    """Examples are a hash that does not match its text and an exchange without a reply."""
    written(tmp_path / "run.json")
    changed(tmp_path / "run.json", CONTRADICTIONS[what])
    with pytest.raises(RunFileError, match="contradicts itself"):
        read_run(tmp_path / "run.json")


def test_fields_that_this_version_does_not_know_are_told(tmp_path: Path) -> None:
    written(tmp_path / "run.json")
    changed(tmp_path / "run.json", lambda run: run.update(colour="red"))
    with pytest.raises(RunFileError, match=r"cannot be read by this version of summarise \(colour"):
        read_run(tmp_path / "run.json")


@settings(max_examples=25)
@given(cut=st.integers(0, 4000))
def test_no_beginning_of_a_file_passes_for_the_whole(cut: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.getbasetemp()
    if not (whole := folder / "whole.json").exists():
        written(whole)
    data = whole.read_bytes()
    (folder / "part.json").write_bytes(data[: -1 - cut])
    with pytest.raises(RunFileError):
        read_run(folder / "part.json")
