"""`summarise serve` in a thread or as a process, and requests to it."""

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import summarise

pytest.importorskip("mcp", reason="needs the extra serve: pip install -e '.[serve]'")
pytest.importorskip("uvicorn", reason="needs the extra serve: pip install -e '.[serve]'")

from summarise import ProgressEvent, Settings, Url
from summarise.pipeline.fetching import Fetched, fetch
from summarise.serving.guard import Limits
from summarise.serving.jobs import EmitJson, Job, JobWorker, Outcome, perform
from summarise.serving.schemas import ProblemError, problem_of
from summarise.serving.server import app_of, hosts_of, listening, new_token, server_of
from summarise.serving.service import History, Service

ROOT = Path(summarise.__file__).parent.parent
PRINTED = re.compile(r"http://127\.0\.0\.1:(?P<port>[0-9]+)/#token=(?P<token>\S+)")
SETTINGS = Settings(entailment="off", model="extract")


class Answer(NamedTuple):
    """An HTTP response."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body parsed as JSON."""
        return json.loads(self.body)

    @property
    def events(self) -> list[tuple[str, Any]]:
        """The names and data of server-sent events."""
        found = re.findall(r"event: (.+)\ndata: (.+)\n\n", self.body.decode())
        return [(kind, json.loads(data)) for kind, data in found]


class Served:
    """A running server; `runs` is the folder of its run records."""

    def __init__(self, port: int, token: str, runs: Path, log_lines: list[str]) -> None:
        self.port, self.token, self.runs, self.log_lines = port, token, runs, log_lines
        self.host = f"127.0.0.1:{port}"
        self.address = f"http://{self.host}/#token={token}"

    def ask(
        self, method: str, path: str, body: Any = None, *, client: str | None = None, **headers: str | None
    ) -> Answer:
        """Send a request with token and JSON; a header of None is omitted, a body of bytes is sent unchanged.

        `client` is an address of this machine to send it from.
        """
        sent: dict[str, str | None] = {"Authorization": f"Bearer {self.token}"}
        if body is not None:
            sent["Content-Type"] = "application/json"
            body = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        connection = HTTPConnection(
            "127.0.0.1", self.port, timeout=180, source_address=None if client is None else (client, 0)
        )
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
        """Send bytes and return all that is received until the server closes the connection."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=timeout) as connection:
            for piece in pieces:
                connection.sendall(piece)
            found = b""
            while piece := connection.recv(65536):
                found += piece
            return found


def _answer(response: HTTPResponse) -> Answer:
    return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, response.read())


class InThread(JobWorker):
    """A worker that runs jobs in a thread of this process, so that tests share caches."""

    def __init__(self, settings: Settings) -> None:
        self.busy = self.requests = 0
        self._settings = settings
        self._ended = False

    @property
    def alive(self) -> bool:
        """True until the worker is ended."""
        return not self._ended

    async def until_ready(self) -> None:
        """Return at once."""

    async def do(self, job: Job, emit: EmitJson) -> Outcome:
        """Perform a job."""
        loop = asyncio.get_running_loop()

        def report(event: ProgressEvent) -> None:
            loop.call_soon_threadsafe(emit, event.model_dump_json())

        try:
            return await asyncio.to_thread(asyncio.run, perform(job, self._settings, report))
        except Exception as error:
            found = problem_of(error)
            raise ProblemError(found.status, found.detail, code=found.code, error=found.error) from None

    def end(self) -> None:
        """Take no more jobs."""
        self._ended = True

    def close(self) -> None:
        """Take no more jobs."""
        self._ended = True


class ThreadServer(Served):
    """A server in a thread of this process."""

    def __init__(self, service: Service, limits: Limits, runs: Path, names: tuple[str, ...]) -> None:
        bound, token = listening("127.0.0.1", 0), new_token()
        super().__init__(bound.getsockname()[1], token, runs, [])
        hosts = hosts_of("127.0.0.1", self.port, names)
        self._server = server_of(app_of(service, limits, token=token, hosts=hosts, log=self.log_lines.append), limits)

        async def serve() -> None:
            async with service.running():
                await self._server.serve(sockets=[bound])

        self._thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Request a shutdown without waiting."""
        self._server.should_exit = True

    def ended(self) -> list[str]:
        """Shut down and return the log lines."""
        self.end()
        self._thread.join(60)
        return self.log_lines


class Held(InThread):
    """A worker that does not begin its first job until the test sets `release`."""

    def __init__(self, begun: threading.Event, release: threading.Event) -> None:
        super().__init__(SETTINGS)
        self._begun, self._release = begun, release

    async def do(self, job: Job, emit: EmitJson) -> Outcome:
        """Perform a job."""
        if not self._begun.is_set():
            emit('{"kind": "stage"}')
            self._begun.set()
            while not self._release.is_set():  # noqa: ASYNC110 - set by another thread
                await asyncio.sleep(0.01)
        return await super().do(job, emit)


async def fetch_private(url: Url, *, settings: Settings) -> Fetched:
    """Fetch a page, also from a private address such as this machine's."""
    return await fetch(Url(url.address, allow_private=True), settings=settings)


@contextmanager
def serving(
    runs: Path,
    *,
    make_worker: Callable[[Settings], JobWorker] = InThread,
    names: tuple[str, ...] = (),
    **limits: Any,
) -> Iterator[ThreadServer]:
    """Run a server in a thread. `make_worker` creates its workers; `names` are further host names that it accepts."""
    bounds = Limits(**{"workers": 1, **limits})
    service = Service(SETTINGS, bounds, history=History(runs), make_worker=make_worker)
    server = ThreadServer(service, bounds, runs, names)
    try:
        yield server
    finally:
        server.ended()


class Command(Served):
    """`summarise serve` in its own process. The line with the address is not in `log_lines`."""

    def __init__(self, process: "subprocess.Popen[str]", runs: Path) -> None:
        self.process = process
        assert process.stderr is not None
        found = PRINTED.fullmatch(process.stderr.readline().strip())
        assert found, "the first line is the address"
        super().__init__(int(found["port"]), found["token"], runs, [])
        self._reading = threading.Thread(target=lambda: self.log_lines.extend(process.stderr or ()), daemon=True)
        self._reading.start()

    def ended(self, number: int = signal.SIGTERM) -> list[str]:
        """End the process by a signal and return its log lines."""
        self.process.send_signal(number)
        self.process.wait(90)
        self._reading.join(10)
        return self.log_lines


@contextmanager
def command(runs: Path, *options: str) -> Iterator[Command]:
    """Run `summarise serve` on a free port, by default without an entailment model."""
    arguments = ["-m", "summarise", "serve", "--port", "0", "--runs", str(runs), "-v", "--entailment", "off", *options]
    process = subprocess.Popen(
        [sys.executable, *arguments, "--model", "extract", "--workers", "1"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        start_new_session=True,
    )
    try:
        yield Command(process, runs)
    finally:
        process.kill()
        process.wait(10)
        if process.stderr:
            process.stderr.close()


def left_in_session(leader: int) -> list[str]:
    """Wait up to 20 seconds until the processes of a session have ended, and return those that have not."""
    deadline = time.monotonic() + 20
    while (found := in_session(leader)) and time.monotonic() < deadline:
        time.sleep(0.1)
    return found


def in_session(leader: int) -> list[str]:
    found = subprocess.run(["ps", "-o", "pid=,stat=", "-s", str(leader)], capture_output=True, text=True, check=False)
    return [line for line in found.stdout.splitlines() if "Z" not in line.split()[1]]
