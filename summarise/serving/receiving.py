"""Read the body of a request: JSON of a known shape, within a size and a time."""

import asyncio
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import ClientDisconnect, Request

from summarise.serving.limits import Limits
from summarise.serving.problems import RefusedError

T = TypeVar("T", bound=BaseModel)


async def received(request: Request, shape: type[T], limits: Limits) -> T:
    """Return the body as `shape`; RefusedError where it is no JSON (400, 415), too large, too slow, or another shape.

    What was sent stands in no message.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise RefusedError(415, "send JSON: Content-Type: application/json")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise RefusedError(415, "send the body as it is, without Content-Encoding")
    data = await _body(request, limits)
    try:
        return shape.model_validate_json(data)
    except ValidationError as error:
        found = error.errors(include_input=False, include_context=False, include_url=False)[0]
    if found["type"] == "json_invalid":
        raise RefusedError(400, "the body is no JSON")
    # A name that is none of ours is the client's words.
    where = ".".join(str(part) for part in found["loc"][:-1] if isinstance(part, str))
    last = "an unknown field" if found["type"] == "extra_forbidden" else str(found["loc"][-1]) if found["loc"] else ""
    raise RefusedError(422, f"{'.'.join(filter(None, (where, last))) or 'the body'}: {found['msg']}")


async def _body(request: Request, limits: Limits) -> bytes:
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > limits.body_bytes:
        raise _too_large(limits)
    data = bytearray()
    try:
        async with asyncio.timeout(limits.body_seconds):
            async for piece in request.stream():
                data += piece
                if len(data) > limits.body_bytes:
                    raise _too_large(limits)
    except TimeoutError:
        told = f"the body was not there within {limits.body_seconds:g} s"
        raise RefusedError(408, told, connection="close") from None
    except ClientDisconnect:
        raise RefusedError(400, "the connection broke off") from None
    return bytes(data)


def _too_large(limits: Limits) -> RefusedError:
    told = f"the body has more than {limits.body_bytes:,} bytes: send the text alone, or a smaller file"
    return RefusedError(413, told, connection="close")
