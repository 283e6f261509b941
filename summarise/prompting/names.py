"""The names of prompts, STAGE/vN or STAGE/VARIANT/vN, as they are written on the command line."""

import re
from collections.abc import Iterable

from summarise.errors import UsageError
from summarise.settings.stages import by_slot

VERSION = re.compile(r"v([1-9]\d*)")


def parse_choices(choices: Iterable[str]) -> dict[str, str]:
    """Return the prompts that are named STAGE/vN (or STAGE/VARIANT/vN) on the command line, by the slot of each."""
    named = tuple(choices)
    for choice in named:
        stage, _, version = choice.partition("/")
        if not stage or not VERSION.fullmatch(version.rpartition("/")[2]):
            raise UsageError(f"{choice!r} is no prompt: write STAGE/vN, for example draft/v1")
    try:
        return by_slot(named)
    except ValueError as error:
        raise UsageError(f"--prompt: {error}") from error


def parse_name(name: str) -> tuple[str, str | None]:
    """Split STAGE/vN into stage and version, as `find` takes them; without a version it is None, for the newest."""
    stage, _, version = name.rpartition("/")
    return (stage, version) if VERSION.fullmatch(version) else (name.rstrip("/"), None)
