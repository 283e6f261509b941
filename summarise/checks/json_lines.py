"""The lines of a JSON Lines file, and in words what is wrong with one: the parsers' errors hold what was read."""

import json
from collections.abc import Collection, Iterator
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

M = TypeVar("M", bound=BaseModel)


def lines_of(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield each line that is not blank with its number, from 1; a byte order mark is left out."""
    for number, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        if line.strip():
            yield number, line


def object_in(line: bytes, fields: Collection[str]) -> tuple[dict[str, Any], str]:
    """Return the object in a line, which has no other `fields`; or an empty one, and what is wrong with the line."""
    try:
        row = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError:
        return {}, "is not UTF-8"
    except (ValueError, RecursionError):
        return {}, "is no JSON"
    if not isinstance(row, dict):
        return {}, "is no JSON object"
    if not row.keys() <= set(fields):
        return {}, f"has a field that is none of {', '.join(fields)}"
    return row, ""


def validated(shape: type[M], row: dict[str, Any]) -> tuple[M | None, str]:
    """Return an object as a `shape`; or None, and the first field that does not fit, with the reason."""
    try:
        return shape.model_validate(row), ""
    except ValidationError as error:
        fault = error.errors(include_input=False, include_context=False, include_url=False)[0]
        return None, f"{'.'.join(map(str, fault['loc']))}: {fault['msg'].removeprefix('Value error, ')}"
