"""The program as tests use it: the command, backends by name, and settings from a file and variables."""

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from summarise import Reply, Request, Settings
from summarise.backends import open_backend as open_backend
from summarise.cli.main import run as run
from summarise.data import Capabilities, capabilities_of
from summarise.runs import read_run as read_run
from summarise.settings.configuration import FILE_VARIABLE, Configuration, configure
from summarise.settings.model import STAGES as STAGES
from summarise.settings.providers import providers as providers
from summarise.testing import ScriptedBackend as ScriptedBackend

ASKED = Request(stage="draft", system="S", user="U")


def ask(name: str, settings: Settings, request: Request = ASKED) -> Reply:
    """Open a backend by name and return its reply."""

    async def asked() -> Reply:
        async with open_backend(name, settings) as backend:
            return await backend.complete(request)

    return asyncio.run(asked())


def capabilities(name: str, settings: Settings) -> Capabilities:
    """Return what a backend declares, after it is closed."""

    async def declared() -> Capabilities:
        async with open_backend(name, settings) as backend:
            return capabilities_of(backend)

    return asyncio.run(declared())


def written(folder: Path, text: str) -> dict[str, str]:
    """Write a configuration file and return the environment that names it."""
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return {FILE_VARIABLE: str(path)}


def configured(environment: Mapping[str, str], **options: Any) -> Configuration:
    """Return the settings and their sources; without a file unless the environment names one."""
    return configure({FILE_VARIABLE: os.devnull, **environment}, **options)
