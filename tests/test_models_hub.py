"""Models of the Hugging Face Hub, from a loopback server with the part of its HTTP API that a download uses."""

import hashlib
import json
import re
import socket
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import pytest
from command_line import Capture, fails, loopback
from keyed_server import Asked, Reaction, Seen, keyed_server
from program import run

from summarise import __version__

pytestmark = [loopback, pytest.mark.usefixtures("folder")]
COMMIT, TOKEN = "0123456789abcdef0123456789abcdef01234567", "hf_inventedTokenOfNobody"
REPOSITORY, FILE = "maker/tiny-GGUF", "tiny-q4_k_m.gguf"
NAME = f"hf:{REPOSITORY}/{FILE}"
PINNED = f"{NAME}@{COMMIT}"
KEY = b"llama.context_length"
HEADER = b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, len(KEY)) + KEY + struct.pack("<II", 4, 2048)
CONTENT = HEADER + bytes(range(256)) * 400
SHA256 = hashlib.sha256(CONTENT).hexdigest()
needs_engine = pytest.mark.skipif(find_spec("xllamacpp") is None, reason="needs the local engine")


@dataclass
class Hub:
    """A Hub (`site`) and the host of its `files`, which breaks off the first `cut` answers."""

    site: Seen = field(default_factory=lambda: Seen(""))
    files: Seen = field(default_factory=lambda: Seen(""))
    status: int = 200
    error_code: str | None = None
    sha256: str = SHA256
    commit: str | None = COMMIT
    ranges: bool = True
    cut: int = 0

    def resolve(self, asked: Asked) -> Reaction:
        """Redirect to the file."""
        owner, name, resolve, revision, file = asked.path.strip("/").split("/", 4)
        if self.status != 200:
            return Reaction(self.status, b"", (("X-Error-Code", self.error_code),) if self.error_code else ())
        if (f"{owner}/{name}", resolve, file) != (REPOSITORY, "resolve", FILE):
            return Reaction(404, b"", (("X-Error-Code", "EntryNotFound"),))
        if revision not in ("main", COMMIT):
            return Reaction(404, b"", (("X-Error-Code", "RevisionNotFound"),))
        found = {"Location": f"{self.files.root}/{self.sha256}", "X-Linked-ETag": f'"{self.sha256}"'}
        found |= {"X-Repo-Commit": self.commit} if self.commit else {}
        return Reaction(302, b"", tuple((found | {"X-Linked-Size": str(len(CONTENT))}).items()))

    def send(self, asked: Asked) -> Reaction:
        """Send the file, or the rest of it."""
        wanted = re.fullmatch(r"bytes=(\d+)-", range_of(asked) or "") if self.ranges else None
        start = int(wanted[1]) if wanted else 0
        body = CONTENT[start:]
        headers = {"Content-Length": str(len(body))}
        headers |= {"Content-Range": f"bytes {start}-{len(CONTENT) - 1}/{len(CONTENT)}"} if wanted else {}
        if self.cut:
            self.cut -= 1
            body = body[: len(body) // 2]
        return Reaction(206 if wanted else 200, body, tuple(headers.items()))


def header_of(asked: Asked, name: str) -> str | None:
    return {sent.lower(): value for sent, value in asked.headers.items()}.get(name)


def range_of(asked: Asked) -> str | None:
    return header_of(asked, "range")


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    pytest.importorskip("huggingface_hub", reason="needs the extra hub")
    from huggingface_hub import close_session, constants

    hub = Hub()
    with keyed_server(react=hub.resolve) as hub.site, keyed_server(react=hub.send) as hub.files:
        monkeypatch.setattr(constants, "DOWNLOAD_CHUNK_SIZE", 10_000)
        monkeypatch.setenv("HF_ENDPOINT", hub.site.root)
        monkeypatch.setenv("HF_TOKEN", TOKEN)
        yield hub
        close_session()


def get(*arguments: str) -> int:
    return run(["models", "get", *arguments])


def cached() -> Path:
    return Path("cache", "hub", REPOSITORY, COMMIT, FILE).absolute()


def test_a_model_is_downloaded_and_pinned(hub: Hub, capsys: Capture) -> None:
    """The output has file, commit, SHA-256, size and the line for the configuration file. A record is stored, too."""
    assert get(NAME) == 0
    output = capsys.readouterr()
    for text in (str(cached()), COMMIT, SHA256, f"{len(CONTENT):,} bytes", f'model = "{PINNED}"'):
        assert text in output.out
    assert "downloading" in output.err
    assert "100% downloaded" in output.err
    assert cached().read_bytes() == CONTENT
    record = json.loads(cached().with_name(f"{FILE}.json").read_text())
    assert record == {
        "repository": REPOSITORY,
        "file": FILE,
        "revision": COMMIT,
        "sha256": SHA256,
        "bytes": len(CONTENT),
    }


def test_a_model_is_downloaded_once(hub: Hub, capsys: Capture) -> None:
    """A pinned name needs no request. --quiet prints no progress."""
    assert get(f"{NAME}@main", "--quiet") == 0
    first = capsys.readouterr()
    assert first.err == ""
    hub.site.requests.clear()
    assert get(PINNED, "--json") == 0
    output = capsys.readouterr()
    assert "already downloaded" in output.err
    assert json.loads(output.out)["configuration"] == f'model = "{PINNED}"'
    assert not hub.site.requests
    assert get(NAME) == 0
    assert len(hub.files.requests) == 1


def test_the_token_is_sent_only_to_the_hub(hub: Hub, capsys: Capture) -> None:
    """No output and no file contains it. The user agent names only program, library and Python."""
    assert get(NAME) == 0
    output = capsys.readouterr()
    assert {header_of(asked, "authorization") for asked in hub.site.requests} == {f"Bearer {TOKEN}"}
    assert not [asked for asked in hub.files.requests if header_of(asked, "authorization")]
    assert TOKEN not in output.out + output.err
    kept = [path for path in Path("cache").rglob("*") if path.is_file()]
    assert not [path for path in kept if TOKEN.encode() in path.read_bytes()]
    agents = {header_of(asked, "user-agent") for asked in (*hub.site.requests, *hub.files.requests)}
    (agent,) = agents
    assert agent is not None
    assert re.fullmatch(rf"summarise/{re.escape(__version__)}; hf_hub/[\d.]+; python/[\d.]+", agent)
    assert {asked.path for asked in hub.site.requests} == {
        f"/{REPOSITORY}/resolve/{revision}/{FILE}" for revision in ("main", COMMIT)
    }


@pytest.mark.slow
def test_a_broken_connection_is_resumed(hub: Hub) -> None:
    hub.cut = 1
    assert get(NAME) == 0
    assert [range_of(asked) for asked in hub.files.requests] == [None, "bytes=50000-"]
    assert cached().read_bytes() == CONTENT


@pytest.mark.parametrize("ranges", [True, False], ids=["with ranges", "without ranges"])
def test_an_interrupted_download_is_resumed_by_the_next_call(hub: Hub, capsys: Capture, ranges: bool) -> None:
    """A server without support for ranges sends the complete file."""
    hub.ranges = ranges
    partial = cached().with_name(f"{FILE}.part")
    partial.parent.mkdir(parents=True)
    partial.write_bytes(CONTENT[:1000])
    assert get(NAME) == 0
    assert "resuming" in capsys.readouterr().err
    assert range_of(hub.files.requests[0]) == "bytes=1000-"
    assert cached().read_bytes() == CONTENT
    assert not partial.exists()


def test_ctrl_c_keeps_the_received_part(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next command resumes the download."""

    def interrupt(_: object, data: bytes) -> int:
        path.write_bytes(data)
        raise KeyboardInterrupt

    path = cached().with_name(f"{FILE}.part")
    with monkeypatch.context() as patched:
        patched.setattr("summarise.backends.model_files._Partial.write", interrupt)
        assert get(NAME) == 130
    assert path.read_bytes() == CONTENT[:10_000]
    assert get(NAME) == 0
    assert range_of(hub.files.requests[-1]) == "bytes=10000-"
    assert cached().read_bytes() == CONTENT


def test_a_damaged_download_is_deleted(hub: Hub, capsys: Capture) -> None:
    """The file is compared with the SHA-256 that the Hub states."""
    hub.sha256 = "0" * 64
    assert get(NAME) == 4
    assert "its SHA-256 is wrong" in capsys.readouterr().err
    assert not cached().exists()
    assert not cached().with_name(f"{FILE}.part").exists()


@needs_engine
def test_a_damaged_file_is_refused_and_replaced(hub: Hub, capsys: Capture) -> None:
    assert get(NAME) == 0
    cached().write_bytes(CONTENT[:-1])
    capsys.readouterr()
    line = fails(capsys, 4, "bridge.txt", "--model", PINNED)
    assert "SHA-256 is wrong): run `summarise models get hf:" in line
    assert get(PINNED) == 0
    assert cached().read_bytes() == CONTENT


Break = Callable[[Hub], None]


def answering(status: int, code: str | None = None) -> Break:
    def break_hub(hub: Hub) -> None:
        hub.status, hub.error_code = status, code

    return break_hub


def without_commit(hub: Hub) -> None:
    hub.commit = None


FAILURES: dict[str, tuple[str, Break, str]] = {
    "wrong file": (f"hf:{REPOSITORY}/other.gguf", lambda _: None, "has no file other.gguf"),
    "wrong revision": (f"{NAME}@v9", lambda _: None, "has no revision v9"),
    "no such repository": (NAME, answering(404, "RepoNotFound"), "check its name; .* set HF_TOKEN"),
    "missing token": (NAME, answering(401), "gives no access .* set HF_TOKEN"),
    "forbidden": (NAME, answering(403), "gives no access .* set HF_TOKEN"),
    "terms not accepted": (NAME, answering(403, "GatedRepo"), "accept its terms there and set HF_TOKEN"),
    "out of order": (NAME, answering(503), r"refuses the download \(503\)"),
    "another server": (NAME, without_commit, "not a Hub: check HF_ENDPOINT"),
    "not a repository's name": (f"hf:maker/a--b/{FILE}", lambda _: None, "a--b"),
}


@pytest.mark.parametrize("case", FAILURES)
def test_a_failure_is_one_line(hub: Hub, capsys: Capture, case: str) -> None:
    name, break_hub, expected = FAILURES[case]
    break_hub(hub)
    line = fails(capsys, 4, "models", "get", name, "--quiet")
    assert re.search(expected, line)
    assert TOKEN not in line


def test_the_error_without_network_names_the_host(hub: Hub, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{closed.getsockname()[1]}")
        line = fails(capsys, 4, "models", "get", NAME)
    assert "the download from 127.0.0.1 failed (ConnectError): check the network" in line


def test_the_error_without_the_library_names_the_extra(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("summarise.backends.model_files.find_spec", lambda _: None)
    assert "pip install 'summarise-checked[hub,local]'" in fails(capsys, 4, "models", "get", NAME)


@pytest.mark.parametrize(
    "name",
    [
        "hf:tiny.gguf",
        "hf:maker/tiny.gguf",
        "hf:maker/tiny/model.bin",
        "hf:maker/tiny/../../x.gguf",
        "hf:../tiny/x.gguf",
        "hf:maker/tiny/x.gguf@../x",
        "hf:maker/tiny/x.gguf@",
        "hf:maker/tiny//x.gguf",
        "local:x.gguf",
        "hf:maker/tiny/x-00001-of-00003.gguf",
    ],
)
def test_a_name_that_is_not_valid_is_refused(name: str, capsys: Capture) -> None:
    line = fails(capsys, 4, "models", "get", name)
    assert re.search("is not valid: write hf:OWNER|one of several files", line)


@needs_engine
def test_a_downloaded_model_is_opened_by_its_pinned_name(hub: Hub, capsys: Capture) -> None:
    """The local engine runs it. A name without a commit is an error, and nothing is downloaded."""
    for name, expected in ((NAME, "must end in @COMMIT"), (PINNED, "is not downloaded yet")):
        line = fails(capsys, 4, "bridge.txt", "--model", name)
        assert re.search(rf"{expected}.*`summarise models get hf:", line)
    assert not hub.site.requests
    assert get(NAME) == 0
    capsys.readouterr()
    assert run(["bridge.txt", "--model", PINNED, "--dry-run", "--entailment", "off"]) == 0
    assert "model     local:tiny-q4_k_m" in capsys.readouterr().out


def test_models_lists_three_published_models(capsys: Capture) -> None:
    """Each row has publisher, size and licence, and the command for the download."""
    assert run(["models", "--json"]) == 0
    rows = [row for row in json.loads(capsys.readouterr().out) if row["name"].startswith("hf:")]
    assert rows.pop(0)["name"] == "hf:OWNER/REPO/FILE.gguf"
    assert len(rows) == 3
    for row in rows:
        assert re.fullmatch(r"\S+ by \S+, [\d,]+ MB, \S+", row["about"])
        assert row["to_do"] == f"run `summarise models get {row['name']}`"
        assert row["model"].startswith("local:")


def test_a_name_is_an_argument_of_get_only(capsys: Capture) -> None:
    assert "`models get NAME`" in fails(capsys, 2, "models", "list", NAME)
