"""Run files: contents, secrets, damage, other writers, cancelled calls and errors."""

import asyncio
import json
import os
import stat
from base64 import b64encode
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote

import pytest
from command_line import KEY, Capture, fails, loopback, model, said
from invented import BRIDGE, CABLES, FALSE, VALLEY, VEHICLES, answer, copying, saying
from kept import BUSY, Counter, changed, kept, main, opened, saved, scripted, settings_saved, written
from keyed_server import keyed_server
from mutated_answers import mutated
from pydantic import SecretStr

from summarise import Request, Save, Settings, SummariseError, asummarise, replay


def test_a_run_is_saved_whole(tmp_path: Path) -> None:
    summary = kept(tmp_path / "run.json", save=Save(path=tmp_path / "run.json", shape="json", strict=True))
    run = saved(tmp_path / "run.json")
    assert run.summary == summary
    assert run.result == json.loads(summary.model_dump_json())
    assert run.article.article is not None
    assert run.article.article.text == BRIDGE
    wanted = run.wanted
    assert (wanted.length, wanted.style, wanted.shape, wanted.strict) == (2, "prose", "json", True)
    assert run.writer.id == "scripted:scripted"
    assert len(run.exchanges) == len(summary.run.calls)
    assert all(exchange.request and exchange.request.prompt and exchange.reply for exchange in run.exchanges)
    assert {prompt.id for prompt in run.prompts} >= {prompt.id for prompt in summary.run.prompts}
    assert all("## system" in prompt.source and not prompt.own for prompt in run.prompts)


def test_without_its_text_an_article_is_a_hash(tmp_path: Path) -> None:
    """Neither requests nor article text are kept, except quotations in the result."""
    kept(tmp_path / "run.json", save=Save(path=tmp_path / "run.json", text=False))
    run = saved(tmp_path / "run.json")
    assert (run.article.article, run.article.characters) == (None, len(BRIDGE))
    assert all(exchange.request is None and exchange.reply for exchange in run.exchanges)
    assert "Shop owners near the bridge fear" not in (tmp_path / "run.json").read_text(encoding="utf-8")


def test_a_run_that_asked_nothing_is_not_saved(tmp_path: Path) -> None:
    with pytest.raises(SummariseError):
        kept(tmp_path / "run.json", length=0)
    assert not (tmp_path / "run.json").exists()


# the path


def test_a_place_is_looked_at_before_anything_is_asked(tmp_path: Path) -> None:
    """Folders, missing folders, other files, pipes and devices are refused."""
    (tmp_path / "article.txt").write_text(BRIDGE, encoding="utf-8")
    os.mkfifo(tmp_path / "pipe")
    asked: list[Request] = []
    for place in ("", "no/run.json", "article.txt", "pipe"):
        with pytest.raises(SummariseError, match=r"name (a|another) file"):
            kept(tmp_path / place, scripted(lambda request: asked.append(request)))
    assert not asked
    assert (tmp_path / "article.txt").read_text(encoding="utf-8") == BRIDGE


def test_a_file_keeps_its_mode_and_a_link_is_followed(tmp_path: Path) -> None:
    written(tmp_path / "run.json")
    (tmp_path / "run.json").chmod(0o600)
    (tmp_path / "link.json").symlink_to(tmp_path / "run.json")
    before = (tmp_path / "run.json").read_bytes()
    kept(tmp_path / "link.json", saying(CABLES, VEHICLES))
    assert (tmp_path / "link.json").is_symlink()
    assert (tmp_path / "run.json").read_bytes() != before
    assert stat.S_IMODE((tmp_path / "run.json").stat().st_mode) == 0o600


@pytest.mark.slow
def test_writers_of_one_file_do_not_disturb_each_other(tmp_path: Path) -> None:
    path = tmp_path / ("x" * 200)

    async def four() -> None:
        await asyncio.gather(*(asummarise(BRIDGE, backend=saying(CABLES), length=1, save=path) for _ in range(4)))

    asyncio.run(four())
    assert saved(path).result is not None
    assert list(tmp_path.iterdir()) == [path]


def test_an_interruption_leaves_no_part_of_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        kept(tmp_path / "run.json")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_folder_that_nobody_may_write_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(SummariseError, match="is not writable"):
        kept(tmp_path / "run.json")


@pytest.mark.usefixtures("folder")
def test_options_that_keep_nothing_are_refused(capsys: Capture) -> None:
    command = ["bridge.txt", "--model", "extract"]
    assert "add --save FILE" in fails(capsys, 2, *command, "--no-save-text")
    assert "--save needs a file" in fails(capsys, 2, *command, "--save", "")
    assert "for the run" in fails(capsys, 2, *command, "--save", "bridge.txt")
    assert main(*command, "--save", "run.json") == 0
    capsys.readouterr()
    assert "is the article" in fails(capsys, 2, "run.json", "--model", "extract", "--save", "run.json")


@pytest.mark.slow
@pytest.mark.usefixtures("folder")
def test_the_run_of_an_article_whose_name_is_not_utf_8_is_saved(capsys: Capture) -> None:
    name = os.fsdecode(b"br\xffdge.txt")
    Path(name).write_text(BRIDGE, encoding="utf-8")
    assert main(name, "--model", "extract", "--save", "run.json") == 0
    printed = capsys.readouterr().out
    assert main("replay", "run.json") == 0
    assert capsys.readouterr().out == printed


# secrets


def test_places_and_keys_of_the_machine_are_in_no_file(tmp_path: Path) -> None:
    """Secret settings and local folders are left out; of an address, scheme, host and port are kept."""
    settings = Settings(
        cache_dir=tmp_path / "cachefolder", api_key=SecretStr("k" * 20), api_keys={"groq": SecretStr("x" * 9)}
    )
    kept(tmp_path / "run.json", settings=settings)
    text = (tmp_path / "run.json").read_text(encoding="utf-8")
    for place in ("cachefolder", "api_key", str(tmp_path)):
        assert place not in text
    address = "https://user:password@example.org:8443/secret/v1?key=1"
    # Settings refuse such an address, unless they are copied without validation.
    copied = settings.model_copy(update={"base_url": address, "base_urls": {"openai": address}})
    found = settings_saved(copied)
    assert found["base_url"] == found["base_urls"]["openai"] == "https://example.org:8443"


@pytest.mark.slow
@loopback
async def test_a_key_that_only_a_backend_knows_is_in_no_file(tmp_path: Path) -> None:
    key = "a-key-that-nobody-else-has"
    with keyed_server(text=answer(CABLES, f"The key is {key}.")) as server:
        own = Settings(api_key=SecretStr(key), base_urls={"openai": f"{server.root}/secret-path/v1"})
        async with opened("openai:m", own) as backend:
            await asummarise(BRIDGE, backend=backend, length=2, save=tmp_path / "run.json", settings=Settings())
    text = (tmp_path / "run.json").read_text(encoding="utf-8")
    assert "The key is …" in text
    assert key not in text


@loopback
@pytest.mark.usefixtures("folder")
def test_a_run_that_shows_a_key_is_not_written_and_the_summary_is_not_lost(
    serve: Callable[..., str], monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    article = Path("bridge.txt").read_text(encoding="utf-8")
    Path("leak.txt").write_text(f"{article}\nThe key to the bridge is {KEY}, an engineer wrote on a wall.\n", "utf-8")
    served = model(serve(lambda _: said(CABLES, VEHICLES)))
    assert main("leak.txt", "-l", "2", *served, "--save", "run.json") == 74
    output = capsys.readouterr()
    assert CABLES in output.out
    assert output.err.splitlines()[-1].startswith(
        "summarise: run.json was not written: the value of OPENAI_API_KEY is in a request or an answer"
    )
    assert KEY not in output.err
    assert not Path("run.json").exists()


SECRET = "ab+/cd ef-Planted_Key=="


@pytest.mark.slow
@pytest.mark.parametrize(
    "form",
    [
        SECRET,
        quote(SECRET, safe=""),
        json.dumps(SECRET),
        *(b64encode(before + SECRET.encode()).decode() for before in (b"", b"x", b"xx")),
    ],
    ids=["raw", "percent-encoded", "JSON", "base64", "base64 after one byte", "base64 after two bytes"],
)
def test_a_secret_is_found_in_every_form(form: str, tmp_path: Path) -> None:
    with pytest.raises(SummariseError, match="the value of OPENAI_API_KEY is in a request"):
        kept(
            tmp_path / "run.json",
            article=BRIDGE.replace("widened", f"{form} widened"),
            settings=Settings(api_keys={"openai": SecretStr(SECRET)}),
        )
    assert not (tmp_path / "run.json").exists()


@pytest.mark.parametrize(
    ("name", "value", "secret"),
    [
        ("OPENAI_API_KEY_PROD", "engineers found cracks", True),
        ("DB_PASS", "engineers found cracks", True),
        ("CHUNK_TOKENS", "engineers found cracks", False),
        ("SORT_KEY", "supported", False),
        ("MY_TOKEN", "\udcff\udcfeabcdefgh", False),
    ],
)
def test_the_name_of_a_variable_makes_its_value_a_secret(
    name: str, value: str, secret: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A word such as key or password does, unless the value is one plain word; none can cost a summary."""
    monkeypatch.setitem(os.environ, name, value)
    with pytest.raises(SummariseError, match=f"the value of {name} is in a request") if secret else nullcontext():
        kept(tmp_path / "run.json")
    assert (tmp_path / "run.json").exists() is not secret


# damage


def deeply_nested(data: bytes, depth: int) -> bytes:
    return data.replace(b'"run": {', b'"run": {"deep": ' + b"[" * depth + b"]" * depth + b",", 1)


FORMAT = b'"format": 5'
DAMAGES: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "a byte less": (lambda data: data[:-1], "is damaged (cut off"),
    "cut off": (lambda data: data[:-4000], "is damaged (cut off"),
    "no JSON": (lambda _: b"Once upon a time", "is not a run file"),
    "no UTF-8": (lambda data: b"\xff\xfe" + data, "is damaged (cut off or changed)"),
    "other JSON": (lambda _: b'{"kind": "other"}', "is not a run file"),
    "a changed word": (lambda data: data.replace(b"Brelmouth", b"Brelmuth", 1), "is damaged (its SHA-256"),
    "a later format": (lambda data: data.replace(FORMAT, b'"format": 6'), "by a later version of summarise: update"),
    "an earlier format": (
        lambda data: data.replace(FORMAT, b'"format": 4'),
        "by an earlier version of summarise: summarise the article again",
    ),
    "no version": (lambda data: data.replace(FORMAT, b'"format": 0'), "is damaged"),
    "a name twice": (lambda data: data.replace(b'"run": {', b'"run": {}, "run": {', 1), "is damaged"),
    "true for one": (lambda data: data.replace(FORMAT, b'"format": true', 1), "is damaged"),
    "more beside it": (lambda data: data.replace(FORMAT, FORMAT + b', "more": 2', 1), "is damaged"),
    "no format": (lambda data: data.replace(FORMAT, b'"format": "x"'), "is damaged"),
    # Each depth exceeds the recursion limit in another step.
    "depth 900": (lambda data: deeply_nested(data, 900), "is damaged"),
    "depth 975": (lambda data: deeply_nested(data, 975), "is damaged"),
    "depth 3000": (lambda data: deeply_nested(data, 3000), "is damaged"),
}


def prompt_named(name: str) -> Callable[[dict[str, Any]], object]:
    return lambda run: run["prompts"][0].update(id=name)


# Changes of the run in a file whose hash is right.
FAULTS: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "prompt": (lambda run: run["prompts"][0].update(source="+++ another +++"), "its parts contradict each other"),
    "article": (lambda run: run["article"].update(sha256="0" * 64), "its parts contradict each other"),
    "exchange": (lambda run: run["exchanges"][0].pop("reply"), "its parts contradict each other"),
    "result": (lambda run: run.pop("result"), "its parts contradict each other"),
    "field": (lambda run: run.update(colour="red"), "cannot be read by this version of summarise (colour"),
    "surrogate": (lambda run: run["result"]["sentences"][0].update(text="half \ud800"), "half a surrogate pair"),
    # The name of a prompt is used to find a file.
    "prompt elsewhere": (prompt_named("../../../etc/secret/v1"), "a prompt in another form"),
    "prompt without a version": (prompt_named("draft"), "a prompt in another form"),
    "prompt with a suffix": (prompt_named("draft/v1.md"), "a prompt in another form"),
    "prompt with a line break": (prompt_named("draft/v1\n"), "a prompt in another form"),
}


@pytest.mark.parametrize("name", [*DAMAGES, *FAULTS])
def test_each_damage_has_a_line(name: str, tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "run.json"
    written(path)
    if name in DAMAGES:
        damage, message = DAMAGES[name]
        path.write_bytes(damage(path.read_bytes()))
    else:
        change, message = FAULTS[name]
        changed(path, change)
    line = fails(capsys, 3, "replay", str(path))
    assert str(path) in line
    assert message in line


def test_a_file_without_an_end_is_read_up_to_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("summarise.runs.MOST_BYTES", 2**20)
    with pytest.raises(SummariseError, match="more than 1 MiB"):
        replay("/dev/zero")


def mutated_file(path: Path, seed: int) -> None:
    """Write a run file with random changes and a correct SHA-256."""
    written(path)
    random = Random(seed)

    def change(run: dict[str, Any]) -> None:
        for _ in range(random.choice((1, 1, 3))):
            found = mutated(run, random)
            run.clear()
            run.update(found)

    changed(path, change)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(30))
def test_no_run_file_is_a_fault_of_the_program(seed: int, tmp_path: Path, capsys: Capture) -> None:
    """The command exits with a known code and prints no control characters."""
    mutated_file(tmp_path / "run.json", seed)
    shape = ("text", "explain", "markdown", "json", "html", "junit")[seed % 6]
    assert main("replay", str(tmp_path / "run.json"), "--format", shape) in (0, 1, 3, 4, 7)
    output = capsys.readouterr()
    assert not [sign for sign in output.out + output.err if sign != "\n" and not (sign.isprintable() or sign.isspace())]


# failed and cancelled runs


def failing(path: Path, message: str, **options: Any) -> Exception:
    """Save a run that fails, and return its error."""
    with pytest.raises(type(BUSY)) as caught:
        kept(path, scripted([type(BUSY)(message)]), **options)
    return caught.value


def message_of(path: Path) -> str:
    ended = saved(path).ended
    assert ended is not None
    return ended.message


UNREADABLE = b'{"kind": "summarise run", "form'
LATER = b'{"kind": "summarise run", "format": 99}'


@pytest.mark.parametrize("there", ["a good run", UNREADABLE, LATER], ids=["good", "unreadable", "later"])
def test_a_failed_run_replaces_no_good_one(there: str | bytes, tmp_path: Path) -> None:
    """It goes to `run.failed.json`, which the error names. A file that cannot be read may be a good one."""
    path, beside = tmp_path / "run.json", tmp_path / "run.failed.json"
    written(path)
    if isinstance(there, bytes):
        path.write_bytes(there)
    before = path.read_bytes()
    for message in ("busy", "busy again"):
        error = failing(path, message)
        assert error.__notes__ == [f"the run was saved to {beside}, because {path} contains an earlier one"]
        assert message_of(beside) == message
    assert path.read_bytes() == before


def test_a_failed_run_replaces_an_earlier_failed_one_but_no_other_file(tmp_path: Path) -> None:
    path, beside = tmp_path / "run.json", tmp_path / "run.failed.json"
    beside.write_text("my own notes", encoding="utf-8")
    for message in ("busy", "busy again"):
        assert not hasattr(failing(path, message), "__notes__")
    assert message_of(path) == "busy again"
    written(path)
    failing(path, "busy")
    assert beside.read_text(encoding="utf-8") == "my own notes"
    assert saved(path).result is not None


def test_a_failed_run_that_shows_a_secret_is_saved_nowhere(tmp_path: Path) -> None:
    written(tmp_path / "run.json")
    before = (tmp_path / "run.json").read_bytes()
    failing(
        tmp_path / "run.json", "busy", settings=Settings(api_keys={"OPENAI_API_KEY": SecretStr("Brelmouth was closed")})
    )
    assert (tmp_path / "run.json").read_bytes() == before
    assert not (tmp_path / "run.failed.json").exists()


def test_an_unexpected_error_is_saved_with_exit_code_70(tmp_path: Path) -> None:
    replies = iter([answer(FALSE, "The bridge was sold to Northline on Monday.")])
    with pytest.raises(ZeroDivisionError):
        kept(tmp_path / "run.json", scripted(lambda _: next(replies, None) or str(1 // 0)))
    ended = saved(tmp_path / "run.json").ended
    assert ended is not None
    assert ended.exit_code == 70


class Slow(Counter):
    """A backend that answers the first request only."""

    asked: asyncio.Event

    async def complete(self, request: Request) -> Any:
        """Answer, or wait."""
        if self.requests:
            self.asked.set()
            await asyncio.sleep(60)
        return await super().complete(request)


async def test_a_cancelled_run_is_saved_so_far(tmp_path: Path) -> None:
    backend = Slow(copying)
    backend.asked = asyncio.Event()
    settings = Settings(concurrency=1)
    running = asyncio.create_task(
        asummarise(VALLEY, backend=backend, length=2, save=tmp_path / "run.json", settings=settings)
    )
    await backend.asked.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    run = saved(tmp_path / "run.json")
    assert run.ended is not None
    assert (run.ended.message, run.ended.exit_code) == ("interrupted", 130)
    assert any(exchange.reply for exchange in run.exchanges)
