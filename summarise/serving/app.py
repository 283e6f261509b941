"""Put the server together: guard, routes, and the MCP server beside them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.routing import Route, Router
from starlette.types import ASGIApp

from summarise.serving.guard import Guard, Told
from summarise.serving.limits import Limits
from summarise.serving.mcp_tools import mcp_endpoint
from summarise.serving.request_body import Bounded
from summarise.serving.routes import Routes
from summarise.serving.service import Service

MCP = "/mcp"


def app_of(
    service: Service, limits: Limits, *, token: str, hosts: frozenset[str], told: Told = lambda _: None
) -> ASGIApp:
    """Return the server as an ASGI application over a service that runs."""
    endpoint = mcp_endpoint(service, limits, path=MCP)
    routes = Routes(service, limits).all()

    @asynccontextmanager
    async def lifespan(_: object) -> AsyncIterator[None]:
        async with endpoint.router.lifespan_context(endpoint):
            yield

    paths = frozenset(route.path for route in routes if isinstance(route, Route)) | {MCP}
    router = Router([*routes, Route(MCP, Bounded(endpoint, limits))], redirect_slashes=False, lifespan=lifespan)
    return Guard(router, token=token, hosts=hosts, limits=limits, paths=paths, told=told)
