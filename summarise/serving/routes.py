"""Answers requests to the HTTP API and for the web page.

Results are sent as JSON, HTML, Markdown or server-sent events. The content security policy of the web page allows only
its inline styles and scripts.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import suppress
from functools import cache, partial
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from summarise.checks.focus import MOST_CHARACTERS
from summarise.report.html import KINDS, MEANINGS, SYMBOLS, environment, escaping, own, source_hash
from summarise.report.html import PACKAGE as EVIDENCE
from summarise.serving.guard import Limits
from summarise.serving.jobs import EmitJson, Outcome, View
from summarise.serving.schemas import (
    EVENTS,
    HTML,
    JSON,
    MARKDOWN,
    CheckRequest,
    FactsRequest,
    KeptRun,
    ProblemError,
    SummaryRequest,
    openapi_json,
    parse_request,
    problem_of,
)
from summarise.serving.service import History, Service

PACKAGE = "summarise.serving"
# header for pages with evidence, which also contain a policy of their own
EVIDENCE_POLICY = "sandbox allow-scripts; frame-ancestors 'none'"


@cache
def page_html() -> str:
    """Return the web page."""
    return (
        escaping(PACKAGE)
        .get_template("page.html.j2")
        .render(
            style=own("page.css", PACKAGE),
            script=own("page.js", PACKAGE),
            evidence_style=own("page.css"),
            evidence_script=own("page.js"),
            # The article template of the evidence page; the script fills in the text.
            article=environment().get_template("article.html.j2").render(blocks=list, kinds=KINDS, several=False),
            example_article=own("example_article.txt", PACKAGE),
            example_summary=own("example_summary.txt", PACKAGE),
            meanings=MEANINGS,
            symbols=SYMBOLS,
            focus_characters=MOST_CHARACTERS,
        )
    )


_STYLES = " ".join(f"'{source_hash(own('page.css', package))}'" for package in (PACKAGE, EVIDENCE))
_SCRIPTS = " ".join(f"'{source_hash(own('page.js', package))}'" for package in (PACKAGE, EVIDENCE))
PAGE_POLICY = (
    f"default-src 'none'; style-src {_STYLES}; script-src {_SCRIPTS}; connect-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
DRAIN_SECONDS = 1.0  # seconds for which a body that is too large is still read


class BodyReader:
    """ASGI middleware that reads the full body, within the limits, before it calls the application."""

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        self._app = app
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the body, and pass the request to the application."""
        data = await body_of(Request(scope, receive), self._limits)
        messages: list[Message] = [{"type": "http.request", "body": data, "more_body": False}]

        async def receive_body() -> Message:
            return messages.pop() if messages else await receive()

        await self._app(scope, receive_body, send)


async def body_of(request: Request, limits: Limits) -> bytes:
    """Return the body. Raises ProblemError (400, 408, 413).

    A body that is too large is still read for `DRAIN_SECONDS`, because a client reads no response while it is writing.
    """
    length = request.headers.get("content-length", "")
    too_large = length.isdigit() and int(length) > limits.body_bytes
    data = bytearray()
    try:
        async with asyncio.timeout(DRAIN_SECONDS if too_large else limits.body_seconds) as deadline:
            async for piece in request.stream():
                if not too_large:
                    data += piece
                    if too_large := len(data) > limits.body_bytes:
                        data.clear()
                        deadline.reschedule(asyncio.get_running_loop().time() + DRAIN_SECONDS)
    except TimeoutError:
        if not too_large:
            message = f"the body did not arrive within {limits.body_seconds:g} s: send a smaller one"
            raise ProblemError(408, message, connection="close") from None
    except ClientDisconnect:
        raise ProblemError(400, "the connection was closed before the body was complete: send it again") from None
    if too_large:
        message = f"the body has more than {limits.body_bytes:,} bytes: send the text alone, or a smaller file"
        raise ProblemError(413, message, connection="close")
    return bytes(data)


VIEWS: dict[str, View] = {HTML: "html", MARKDOWN: "markdown"}
FORMATTED = tuple(VIEWS)
RUNS: TypeAdapter[list[KeptRun]] = TypeAdapter(list[KeptRun])
# header for the exit code: 0, 1 (unsupported sentences), 7 (incomplete summary) or 74 (run not saved)
EXIT_CODE = "Summarise-Exit-Code"
Endpoint = Callable[[Request], Awaitable[Response]]


class Routes:
    """The routes of the HTTP API, which call a service."""

    def __init__(self, service: Service, limits: Limits) -> None:
        self._service = service
        self._limits = limits

    def all(self) -> list[BaseRoute]:
        """Return the routes."""
        table: list[tuple[str, str, Endpoint]] = [
            ("GET", "/", self._page),
            ("GET", "/openapi.json", self._openapi),
            ("GET", "/v1/models", self._models),
            ("POST", "/v1/summaries", partial(self._post, SummaryRequest, FORMATTED)),
            ("POST", "/v1/checks", partial(self._post, CheckRequest, FORMATTED)),
            ("POST", "/v1/facts", partial(self._post, FactsRequest, ())),
            ("GET", "/v1/runs", self._runs),
            ("GET", "/v1/runs/{name}", self._run),
            ("DELETE", "/v1/runs/{name}", self._delete_run),
            ("GET", "/v1/runs/{name}/file", self._run_file),
        ]
        return [Route(path, endpoint, methods=[method]) for method, path, endpoint in table]

    async def _page(self, _: Request) -> Response:
        return Response(page_html(), media_type=HTML, headers={"content-security-policy": PAGE_POLICY})

    async def _openapi(self, _: Request) -> Response:
        return Response(openapi_json(), media_type=JSON)

    async def _models(self, _: Request) -> Response:
        models = await asyncio.to_thread(self._service.models)
        return Response(models.model_dump_json(), media_type=JSON)

    async def _runs(self, _: Request) -> Response:
        listed = await asyncio.to_thread(self._history.listed)
        return Response(RUNS.dump_json(listed), media_type=JSON)

    async def _run(self, request: Request) -> Response:
        kind, views = _wanted_output(request, FORMATTED)
        path = self._history.path(request.path_params["name"])
        return await _respond(request, partial(self._service.do, path), kind, views)

    async def _delete_run(self, request: Request) -> Response:
        self._history.delete(request.path_params["name"])
        return Response(status_code=204)

    async def _run_file(self, request: Request) -> Response:
        path = self._history.path(request.path_params["name"])
        return Response(await asyncio.to_thread(path.read_bytes), media_type=JSON)

    @property
    def _history(self) -> History:
        if self._service.history is None:
            raise ProblemError(404, "this server keeps no runs: it was started with --no-history")
        return self._service.history

    async def _post(self, shape: type[BaseModel], formatted: tuple[str, ...], request: Request) -> Response:
        """Answer a POST request whose body is a `shape`. `formatted`: offered media types other than JSON and events.

        Raises ProblemError (400, 406, 408, 413, 415, 422), which does not quote the request.
        """
        kind, views = _wanted_output(request, formatted)
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != JSON:
            raise ProblemError(415, "send JSON: Content-Type: application/json")
        if request.headers.get("content-encoding", "identity").lower() != "identity":
            raise ProblemError(415, "send the body as it is, without Content-Encoding")
        body: Any = parse_request(shape, await body_of(request, self._limits))
        return await _respond(request, partial(self._service.do, body), kind, views)


def _wanted_output(request: Request, formatted: tuple[str, ...]) -> tuple[str, tuple[View, ...]]:
    """Return the media type of the response and, if events are sent, the views to send before the result.

    A view is the result as HTML or Markdown, named in the query ("?views=html"). `formatted`: media types of the
    available views. Raises ProblemError (400, 406).
    """
    kind = _wanted_type(request, JSON, EVENTS, *formatted)
    offered = [VIEWS[media_type] for media_type in formatted]
    named = [name for name in request.query_params.get("views", "").split(",") if name]
    if any(name not in offered for name in named):
        raise ProblemError(400, f"unknown views: use {', '.join(offered) or 'none'}")
    return kind, tuple(view for view in offered if view in named)


async def _respond(
    request: Request, do: Callable[..., Coroutine[Any, Any, Outcome]], kind: str, views: tuple[View, ...]
) -> Response:
    if kind == EVENTS:
        return await _streamed(request, lambda emit: do(views=views, emit=emit))
    outcome = await _while_connected(request, do(views=(VIEWS[kind],) if kind in VIEWS else ()))
    headers = {EXIT_CODE: str(outcome.code)}
    if outcome.run is not None:
        headers["location"] = f"/v1/runs/{outcome.run}"
    if kind == HTML:
        headers["content-security-policy"] = EVIDENCE_POLICY
    text = outcome.views[VIEWS[kind]] if kind in VIEWS else outcome.result
    return Response(text, status_code=200 if outcome.run is None else 201, media_type=kind, headers=headers)


def _wanted_type(request: Request, *offered: str) -> str:
    weights: dict[str, float] = {}
    for part in request.headers.get("accept", "*/*").split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        weights[name] = next((_weight(text[2:]) for text in parameters if text.startswith("q=")), 1.0)
    wanted = {
        kind: next((weights[name] for name in (kind, f"{kind.partition('/')[0]}/*", "*/*") if name in weights), 0.0)
        for kind in offered
    }
    best = max(offered, key=wanted.__getitem__)
    if not wanted[best]:
        raise ProblemError(406, f"unknown media type: accept {', '.join(offered)}")
    return best


def _weight(text: str) -> float:
    try:
        return min(1.0, max(0.0, float(text)))
    except ValueError:
        return 0.0


def _event(kind: str, data: str) -> bytes:
    assert "\n" not in data, "JSON on one line"
    return f"event: {kind}\ndata: {data}\n\n".encode()


Result = TypeVar("Result")
Queue = asyncio.Queue[bytes | None]
PAUSE = 15.0  # seconds without an event after which a comment is sent, so that proxies keep the connection


async def _while_connected(request: Request, work: Coroutine[Any, Any, Result]) -> Result:
    """Return the result of `work`. If the client disconnects, cancels `work` and raises ProblemError."""
    task = asyncio.ensure_future(work)
    gone = asyncio.ensure_future(_disconnected(request))
    try:
        await asyncio.wait((task, gone), return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise ProblemError(408, "the client closed the connection")
        return task.result()
    finally:
        await _cancel(task, gone)


async def _streamed(request: Request, start: Callable[[EmitJson], Coroutine[Any, Any, Outcome]]) -> Response:
    """Return a stream of server-sent events: progress, then the views (HTML or Markdown) and the result, or a problem.

    `start` receives the function that sends a progress event, and returns the coroutine of the job. If the job fails
    before its first event, the error is raised here, so that the response can have an error status.
    """
    queue: Queue = asyncio.Queue()
    task = asyncio.ensure_future(start(lambda progress: queue.put_nowait(_event("progress", progress))))
    task.add_done_callback(lambda _: queue.put_nowait(None))
    try:
        first = await _while_connected(request, queue.get())
        if first is None:
            task.result()
    except BaseException:
        await _cancel(task)
        raise
    return StreamingResponse(_events(first, queue, task), media_type=EVENTS)


async def _events(first: bytes | None, queue: Queue, task: "asyncio.Future[Outcome]") -> AsyncIterator[bytes]:
    """Yield the events. If the client disconnects, starlette cancels this generator, which cancels `task`."""
    try:
        piece = first
        while piece is not None:
            yield piece
            piece = await _next(queue)
        try:
            outcome = task.result()
        except Exception as error:
            yield _event("problem", problem_of(error).model_dump_json())
            return
        if outcome.run is not None:
            yield _event("run", json.dumps(outcome.run))
        for view, text in outcome.views.items():
            yield _event(view, json.dumps(text))
        yield _event("result", outcome.result)
    finally:
        await _cancel(task)


async def _next(queue: Queue) -> bytes | None:
    try:
        async with asyncio.timeout(PAUSE):
            return await queue.get()
    except TimeoutError:
        return b": still at work\n\n"


async def _disconnected(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _cancel(*tasks: "asyncio.Future[Any]") -> None:
    for task in tasks:
        task.cancel()
    for task in tasks:
        with suppress(asyncio.CancelledError, Exception):
            await task
