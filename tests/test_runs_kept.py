"""Run files despite other writers, cancelled calls and errors."""

import asyncio
import json
import os
import stat
import threading
from pathlib import Path
from typing import Any

import pytest
from command_line import Capture, fails, loopback
from invented import BRIDGE, CABLES, FALSE, VALLEY, VEHICLES, answer, copying, saying
from kept import Counter, kept, written
from keyed_server import keyed_server
from pydantic import SecretStr

from summarise import Request, Save, Settings, asummarise, replay, summarise
from summarise.backends import open_backend
from summarise.backends.scripted import ScriptedBackend
from summarise.cli.main import run
from summarise.errors import (
    AuthenticationError,
    OverloadedError,
    ServerError,
    UnsavedError,
)
from summarise.files import write_whole
from summarise.report.text import replayed_line
from summarise.runs.files import read_run


def test_no_variable_can_cost_a_summary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """This includes variables that are not valid UTF-8."""
    monkeypatch.setitem(os.environ, "MY_TOKEN", "\udcff\udcfeabcdefgh")
    kept(tmp_path / "run.json")
    assert read_run(tmp_path / "run.json").exchanges


@pytest.mark.parametrize(("name", "found"), [("OPENAI_API_KEY_PROD", True), ("DB_PASS", True), ("CHUNK_TOKENS", False)])
def test_names_of_variables_tell_secrets(
    name: str, found: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A word such as key or password does, unless the value is one plain word."""
    monkeypatch.setenv("SORT_KEY", "supported")
    monkeypatch.setenv(name, "engineers found cracks")
    if found:
        with pytest.raises(UnsavedError, match=name):
            kept(tmp_path / "run.json")
    else:
        kept(tmp_path / "run.json")


@pytest.mark.slow
@loopback
async def test_a_key_that_only_a_backend_knows_is_in_no_file(tmp_path: Path) -> None:
    """It is removed from the answers."""
    key = "a-key-that-nobody-else-has"
    with keyed_server(text=answer(CABLES, f"The key is {key}.")) as server:
        own = Settings(api_key=SecretStr(key), base_urls={"openai": f"{server.root}/secret-path/v1"})
        async with open_backend("openai:m", own) as backend:
            await asummarise(BRIDGE, backend=backend, length=2, save=tmp_path / "run.json", settings=Settings())
    text = (tmp_path / "run.json").read_text(encoding="utf-8")
    assert "The key is …" in text
    assert key not in text


def failing(path: Path, message: str, **options: Any) -> OverloadedError:
    """Record a run that fails, and return its error."""
    with pytest.raises(OverloadedError) as caught:
        kept(path, ScriptedBackend([OverloadedError(message)]), **options)
    return caught.value


def test_a_run_that_fails_takes_the_place_of_no_good_one(tmp_path: Path) -> None:
    """It goes to `run.failed.json`, which the error names."""
    path, beside = tmp_path / "run.json", tmp_path / "run.failed.json"
    written(path)
    before = path.read_bytes()
    for message in ("busy", "busy again"):
        error = failing(path, message)
        assert error.__notes__ == [f"the run is kept in {beside}, because {path} holds an earlier one"]
        ended = read_run(beside).ended
        assert ended is not None
        assert ended.message == message
    assert path.read_bytes() == before
    kept(path, saying(CABLES, VEHICLES))
    assert path.read_bytes() != before
    assert read_run(path).result is not None


@pytest.mark.parametrize("there", [b'{"kind": "summarise run", "format": 99}', b'{"kind": "summarise run", "form'])
def test_a_run_file_that_cannot_be_read_may_be_a_good_one(there: bytes, tmp_path: Path) -> None:
    """A failed run does not replace it."""
    path = tmp_path / "run.json"
    path.write_bytes(there)
    failing(path, "busy")
    assert path.read_bytes() == there
    assert read_run(tmp_path / "run.failed.json").ended is not None


def test_where_no_run_is_a_run_that_fails_is_kept_where_it_was_to_be(tmp_path: Path) -> None:
    """Also if the file holds an earlier failed run."""
    path = tmp_path / "run.json"
    (tmp_path / "run.failed.json").write_text("my own notes", encoding="utf-8")
    for message in ("busy", "busy again"):
        assert not hasattr(failing(path, message), "__notes__")
    ended = read_run(path).ended
    assert ended is not None
    assert ended.message == "busy again"
    written(path)
    failing(path, "busy")
    assert (tmp_path / "run.failed.json").read_text(encoding="utf-8") == "my own notes"
    assert read_run(path).result is not None


def test_a_run_that_fails_and_shows_a_secret_is_kept_nowhere(tmp_path: Path) -> None:
    written(tmp_path / "run.json")
    before = (tmp_path / "run.json").read_bytes()
    failing(tmp_path / "run.json", "busy", settings=Settings(api_keys={"SOME_KEY": SecretStr("Brelmouth was closed")}))
    assert (tmp_path / "run.json").read_bytes() == before
    assert not (tmp_path / "run.failed.json").exists()


class OwnError(ServerError):
    """An error class of a plug-in."""


def test_an_error_of_somebody_elses_kind_is_kept_as_ours(tmp_path: Path) -> None:
    """It is recorded as the nearest class of the package."""
    with pytest.raises(OwnError):
        kept(tmp_path / "run.json", ScriptedBackend([OwnError("mine", status=500)]))
    found = replay(tmp_path / "run.json")
    assert found.run.exchanges[0].failure is not None
    assert found.run.exchanges[0].failure.error == "ServerError"


class Refusing(Counter):
    """A backend that refuses the second request while others are waiting."""

    async def complete(self, request: Request) -> Any:
        """Refuse at once, or wait."""
        self.requests.append(request)
        if len(self.requests) == 2:
            raise AuthenticationError("no", status=401)
        await asyncio.sleep(30)
        raise AssertionError("it was given up")


@pytest.mark.slow
def test_calls_that_were_given_up_are_given_up_again(tmp_path: Path) -> None:
    """The replay ends with the same error."""
    with pytest.raises(AuthenticationError):
        kept(tmp_path / "run.json", Refusing(copying), article=VALLEY)
    run = read_run(tmp_path / "run.json")
    assert {one.failure.error for one in run.exchanges if one.failure} == {"CancelledError", "AuthenticationError"}
    assert replayed_line(replay(tmp_path / "run.json"), "x").endswith("this version ends with the same error")


async def test_a_run_that_is_given_up_is_kept_so_far(tmp_path: Path) -> None:
    asked = asyncio.Event()

    class Slow(Counter):
        async def complete(self, request: Request) -> Any:
            if self.requests:
                asked.set()
                await asyncio.sleep(60)
            return await super().complete(request)

    settings = Settings(concurrency=1)
    running = asyncio.create_task(
        asummarise(VALLEY, backend=Slow(copying), length=2, save=tmp_path / "run.json", settings=settings)
    )
    await asked.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    run = read_run(tmp_path / "run.json")
    assert run.ended is not None
    assert (run.ended.message, run.ended.exit_code) == ("interrupted", 130)
    assert any(one.reply for one in run.exchanges)


def test_an_error_of_nobodys_is_kept_too(tmp_path: Path) -> None:
    """An unexpected exception is recorded, with exit code 70."""
    with pytest.raises(ZeroDivisionError):
        kept(tmp_path / "run.json", ScriptedBackend(raising()))
    run = read_run(tmp_path / "run.json")
    assert run.ended is not None
    assert run.ended.exit_code == 70


def raising() -> Any:
    """Return a function that answers once and then raises."""
    replies = iter([answer(FALSE, "The bridge was sold to Northline on Monday.")])
    return lambda _: next(replies, None) or str(1 // 0)


# writing


@pytest.mark.slow
def test_writers_do_not_disturb_each_other(tmp_path: Path) -> None:
    """Readers see complete files only."""
    path, seen = tmp_path / ("x" * 200), set()
    write_whole(path, b"0" * 9000)

    def write(digit: bytes) -> None:
        for _ in range(25):
            write_whole(path, digit * 9000)
            data = path.read_bytes()
            seen.add((len(data), len(set(data))))

    threads = [threading.Thread(target=write, args=(str(n).encode(),)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == {(9000, 1)}
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(os.name != "posix", reason="needs modes of files")
def test_a_file_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    written(path)
    path.chmod(0o600)
    kept(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_an_interruption_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the file nor a part of it."""

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_whole(tmp_path / "run.json", b"data")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("folder")
def test_options_that_keep_nothing_are_told(capsys: Capture) -> None:
    command = ["bridge.txt", "--model", "extract"]
    assert "--dry-run only prints a plan" in fails(capsys, 2, *command, "--dry-run", "--save", "run.json")
    assert "add --save FILE" in fails(capsys, 2, *command, "--no-save-text")
    assert "needs the name of a file" in fails(capsys, 2, *command, "--save", "")
    assert run([*command, "--save", "run.json"]) == 0
    capsys.readouterr()
    assert "is the article" in fails(capsys, 2, "run.json", "--model", "extract", "--save", "run.json")


def test_the_result_is_the_summary_as_json_prints_it(tmp_path: Path) -> None:
    summary = summarise(BRIDGE, backend=saying(CABLES, VEHICLES), length=2, save=Save(path=tmp_path / "run.json"))
    assert read_run(tmp_path / "run.json").result == json.loads(summary.model_dump_json())
