"""The official MCP client over HTTP and standard streams; needs the extra `serve`."""

import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client
from served import ROOT, Served


@asynccontextmanager
async def over_http(server: Served) -> AsyncIterator[Client]:
    headers = {"Authorization": f"Bearer {server.token}"}
    async with httpx2.AsyncClient(headers=headers, timeout=60) as http:
        transport = streamable_http_client(f"http://{server.host}/mcp", http_client=http)
        async with Client(transport) as client:
            yield client


@asynccontextmanager
async def over_stdio(runs: Path, *, entailment: str = "off") -> AsyncIterator[Client]:
    """Yield a client of a new `summarise mcp` process."""
    arguments = ["-m", "summarise", "mcp", "--entailment", entailment, "--model", "extract", "--workers", "1"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = StdioServerParameters(command=sys.executable, args=[*arguments, "--runs", str(runs)], env=environment)
    async with Client(stdio_client(command)) as client:
        yield client
