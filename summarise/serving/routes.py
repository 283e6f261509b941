"""The HTTP API: one function for each path and method, between requests and the service."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import Any, TypeVar

from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from summarise.serving.cancellation import streamed, while_connected
from summarise.serving.history import History
from summarise.serving.jobs import View
from summarise.serving.limits import Limits
from summarise.serving.openapi import openapi_json
from summarise.serving.page import PAGE_POLICY, page_html
from summarise.serving.problems import RefusedError
from summarise.serving.request_body import received
from summarise.serving.responses import EVENTS, EVIDENCE_POLICY, HTML, JSON, MARKDOWN, wanted_type
from summarise.serving.schemas import CheckRequest, FactsRequest, KeptRun, SummaryRequest
from summarise.serving.service import Done, Service

T = TypeVar("T", SummaryRequest, CheckRequest, FactsRequest)
VIEWS: dict[str, View] = {HTML: "html", MARKDOWN: "markdown"}
RUNS: TypeAdapter[list[KeptRun]] = TypeAdapter(list[KeptRun])
EXIT_CODE = "Summarise-Exit-Code"
"""The header that has the exit code of the command for a result.

0, 1 (not all is supported), 7 (incomplete), or 74 (the run could not be kept; the summary is there all the same).
"""
Endpoint = Callable[[Request], Awaitable[Response]]


class Routes:
    """The endpoints over one service."""

    def __init__(self, service: Service, limits: Limits) -> None:
        self._service = service
        self._limits = limits

    def all(self) -> list[BaseRoute]:
        """Return the routes, each with its endpoint."""
        table: list[tuple[str, str, Endpoint]] = [
            ("GET", "/", self.page),
            ("GET", "/openapi.json", self.openapi),
            ("GET", "/v1/models", self.models),
            ("POST", "/v1/summaries", self.summaries),
            ("POST", "/v1/checks", self.checks),
            ("POST", "/v1/facts", self.facts),
            ("GET", "/v1/runs", self.runs),
            ("GET", "/v1/runs/{name}", self.run),
            ("DELETE", "/v1/runs/{name}", self.forget),
            ("GET", "/v1/runs/{name}/file", self.run_file),
        ]
        return [Route(path, endpoint, methods=[method]) for method, path, endpoint in table]

    async def page(self, request: Request) -> Response:
        """Return the page for people."""
        del request
        return Response(page_html(), media_type=HTML, headers={"content-security-policy": PAGE_POLICY})

    async def openapi(self, request: Request) -> Response:
        """Return the description of the API for programs."""
        del request
        return Response(openapi_json(), media_type=JSON)

    async def models(self, request: Request) -> Response:
        """List the models that can be named."""
        del request
        found = await asyncio.to_thread(self._service.models)
        return Response(found.model_dump_json(), media_type=JSON)

    async def summaries(self, request: Request) -> Response:
        """Summarise an article."""
        return await self._posted(request, SummaryRequest, self._service.summary, HTML, MARKDOWN)

    async def checks(self, request: Request) -> Response:
        """Check a summary against an article."""
        return await self._posted(request, CheckRequest, self._service.report, HTML, MARKDOWN)

    async def facts(self, request: Request) -> Response:
        """Extract the facts of an article."""
        return await self._posted(request, FactsRequest, self._service.facts)

    async def runs(self, request: Request) -> Response:
        """List the runs that are kept."""
        del request
        listed = await asyncio.to_thread(self._history.listed)
        return Response(RUNS.dump_json(listed), media_type=JSON)

    async def run(self, request: Request) -> Response:
        """Show a kept run again, as it was."""
        forms = (HTML, MARKDOWN)
        kind, views = wanted_type(request, JSON, EVENTS, *forms), _views(request, forms)
        path = self._history.path(request.path_params["name"])
        return await _worked(request, partial(self._service.replay, path), kind, views)

    async def forget(self, request: Request) -> Response:
        """Remove a kept run."""
        self._history.forget(request.path_params["name"])
        return Response(status_code=204)

    async def run_file(self, request: Request) -> Response:
        """Return the file of a kept run, for `summarise replay`."""
        path = self._history.path(request.path_params["name"])
        return Response(await asyncio.to_thread(path.read_bytes), media_type=JSON)

    @property
    def _history(self) -> History:
        if self._service.history is None:
            raise RefusedError(404, "this server keeps no runs: it was started with --no-history")
        return self._service.history

    async def _posted(
        self, request: Request, shape: type[T], do: Callable[..., Coroutine[Any, Any, Done]], *forms: str
    ) -> Response:
        kind, views = wanted_type(request, JSON, EVENTS, *forms), _views(request, forms)
        asked = await received(request, shape, self._limits)
        return await _worked(request, partial(do, asked), kind, views)


def _views(request: Request, forms: tuple[str, ...]) -> tuple[View, ...]:
    """Return the views that are to come along with a stream of events: `?views=html,markdown`."""
    named = [name for name in request.query_params.get("views", "").split(",") if name]
    offered: dict[str, View] = {VIEWS[form]: VIEWS[form] for form in forms}
    if any(name not in offered for name in named):
        raise RefusedError(400, f"no such views: there are {', '.join(offered) or 'none'}")
    return tuple(dict.fromkeys(offered[name] for name in named))


async def _worked(
    request: Request, do: Callable[..., Coroutine[Any, Any, Done]], kind: str, views: tuple[View, ...]
) -> Response:
    """Do the work, and return what comes of it in the form `kind`; `views` come along with events alone."""
    if kind == EVENTS:
        return await streamed(request, lambda emit: do(views=views, emit=emit))
    views = (VIEWS[kind],) if kind in VIEWS else ()
    return _answer(await while_connected(request, do(views=views)), kind)


def _answer(done: Done, kind: str) -> Response:
    headers = {EXIT_CODE: str(done.outcome.code)}
    if done.run is not None:
        headers["location"] = f"/v1/runs/{done.run}"
    status = 200 if done.run is None else 201
    if kind == JSON:
        return Response(done.outcome.result, status_code=status, media_type=JSON, headers=headers)
    if kind == HTML:
        headers["content-security-policy"] = EVIDENCE_POLICY
    return Response(done.outcome.views[VIEWS[kind]], status_code=status, media_type=kind, headers=headers)
