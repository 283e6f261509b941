"""A running `summarise serve` in a process of its own, and asking it. No tests."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any, NamedTuple

import summarise
from summarise.serving.limits import Limits

ROOT = Path(summarise.__file__).parent.parent
PRINTED = re.compile(r"http://(?P<host>127\.0\.0\.1:(?P<port>[0-9]+))/#token=(?P<token>\S+)")


class Answer(NamedTuple):
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def events(self) -> list[tuple[str, Any]]:
        """The body as server-sent events."""
        found = re.findall(r"event: (.+)\ndata: (.+)\n\n", self.body.decode())
        return [(kind, json.loads(data)) for kind, data in found]


class Served:
    """A server that runs: where it is, its token, and what it wrote on standard error."""

    def __init__(self, process: "subprocess.Popen[str]", runs: Path) -> None:
        self.process = process
        self.runs = runs
        assert process.stderr is not None
        found = PRINTED.fullmatch(process.stderr.readline().strip())
        assert found, "the first line is the address"
        self.host, self.port, self.token = found["host"], int(found["port"]), found["token"]
        self.told: list[str] = []
        self._reading = threading.Thread(target=lambda: self.told.extend(process.stderr or ()), daemon=True)
        self._reading.start()

    @property
    def address(self) -> str:
        """The address that was printed."""
        return f"http://{self.host}/#token={self.token}"

    def ask(self, method: str, path: str, body: Any = None, **headers: str | None) -> Answer:
        """Ask with token and JSON; a header that is None is left out, and what is in bytes is sent as it is."""
        sent: dict[str, str | None] = {"Authorization": f"Bearer {self.token}"}
        if body is not None:
            sent["Content-Type"] = "application/json"
            body = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            skip = "Host" in sent
            connection.putrequest(method, path, skip_host=skip, skip_accept_encoding=True)
            for name, value in sent.items():
                if value is not None:
                    connection.putheader(name, value)
            if body is not None and "Content-Length" not in sent:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            return _answer(connection.getresponse())
        finally:
            connection.close()

    def raw(self, *pieces: bytes, timeout: float = 30.0) -> bytes:
        """Send bytes as they are, and return all that comes until the server closes the connection."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=timeout) as connection:
            for piece in pieces:
                connection.sendall(piece)
            found = b""
            while piece := connection.recv(65536):
                found += piece
            return found

    def ended(self, number: int = signal.SIGTERM) -> str:
        """End it by a signal, and return all that it wrote on standard error after the address."""
        self.process.send_signal(number)
        self.process.wait(90)
        self._reading.join(10)
        return "".join(self.told)


def _answer(response: HTTPResponse) -> Answer:
    return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, response.read())


@contextmanager
def serving(
    runs: Path, *arguments: str, limits: Limits | None = None, private: bool = False, **environment: str
) -> Iterator[Served]:
    """Run the command on a free port, without an entailment model unless the arguments say otherwise, and end it.

    With `limits`, which no option sets, it is what the command starts that runs; with `private`, which none sets
    either, that may fetch what stands on this machine.
    """
    command = ["-m", "summarise", "serve", "--port", "0", "--runs", str(runs), "-v", "--entailment", "off"]
    command += ["--model", "extract", "--workers", "1", *arguments]
    if limits is not None:
        command = [__file__, str(runs), limits.model_dump_json(), *(["private"] if private else [])]
    process = subprocess.Popen(
        [sys.executable, *command],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        start_new_session=True,
    )
    try:
        yield Served(process, runs)
    finally:
        process.kill()
        process.wait(10)
        if process.stderr:
            process.stderr.close()


def main(runs: str, limits_json: str, private: str = "") -> None:
    """Serve as the command does, within other limits."""
    from summarise.cli.terminal import tell
    from summarise.data import Url
    from summarise.pipeline.fetching import Fetched, fetch
    from summarise.serving.app import app_of
    from summarise.serving.history import History
    from summarise.serving.server import hosts_of, listening, new_token, run
    from summarise.serving.service import Service
    from summarise.settings.model import Settings

    limits, token = Limits.model_validate_json(limits_json), new_token()
    settings = Settings(entailment="off", model="extract")

    async def fetch_private(address: str) -> Fetched:
        return await fetch(Url(address, allow_private=True), settings=settings)

    fetch_page = fetch_private if private else None
    service = Service(settings, limits, history=History(Path(runs)), fetch_page=fetch_page)
    bound = listening("127.0.0.1", 0)
    port = bound.getsockname()[1]
    tell(f"http://127.0.0.1:{port}/#token={token}")
    app = app_of(service, limits, token=token, hosts=hosts_of("127.0.0.1", port, ()), told=tell)
    run(app, service, bound, limits)


if __name__ == "__main__":
    main(*sys.argv[1:])
