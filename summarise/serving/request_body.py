"""Read the body of a request: JSON of a known shape, within a size and a time."""

import asyncio
from difflib import get_close_matches
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from summarise.serving.limits import Limits
from summarise.serving.problems import RefusedError

T = TypeVar("T", bound=BaseModel)
PATIENCE = 1.0
"""Seconds for which a body that is too large is read on."""


async def received(request: Request, shape: type[T], limits: Limits) -> T:
    """Return the body as `shape`; RefusedError where it is no JSON (400, 415), too large, too slow, or another shape.

    What was sent stands in no message.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise RefusedError(415, "send JSON: Content-Type: application/json")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise RefusedError(415, "send the body as it is, without Content-Encoding")
    data = await body_of(request, limits)
    try:
        return shape.model_validate_json(data)
    except ValidationError as error:
        found = error.errors(include_input=False, include_context=False, include_url=False)[0]
    if found["type"] == "json_invalid":
        raise RefusedError(400, "the body is no JSON")
    where = ".".join(str(part) for part in found["loc"][:-1] if isinstance(part, str))
    last = str(found["loc"][-1]) if found["loc"] else ""
    if found["type"] == "extra_forbidden":
        # The client's own word is not repeated.
        close = get_close_matches(last, shape.model_fields, n=1) if not where else []
        raise RefusedError(
            422, f"{where or 'the body'} has an unknown field{f': did you mean {close[0]}?' if close else ''}"
        )
    raise RefusedError(422, f"{'.'.join(filter(None, (where, last))) or 'the body'}: {found['msg']}")


class Bounded:
    """An application that gets a request when its body is there, within the same bounds."""

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        self._app = app
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the body, and hand the request on."""
        data = await body_of(Request(scope, receive), self._limits)
        whole: list[Message] = [{"type": "http.request", "body": data, "more_body": False}]

        async def received_already() -> Message:
            return whole.pop() if whole else await receive()

        await self._app(scope, received_already, send)


async def body_of(request: Request, limits: Limits) -> bytes:
    """Return the body of a request; RefusedError where it is too large (413) or too slow (408).

    Of one that is too large some more is read and thrown away: who is still writing would not see the answer.
    """
    length = request.headers.get("content-length", "")
    too_large = length.isdigit() and int(length) > limits.body_bytes
    data = bytearray()
    try:
        async with asyncio.timeout(PATIENCE if too_large else limits.body_seconds) as deadline:
            async for piece in request.stream():
                if not too_large:
                    data += piece
                    if too_large := len(data) > limits.body_bytes:
                        data.clear()
                        deadline.reschedule(asyncio.get_running_loop().time() + PATIENCE)
    except TimeoutError:
        if not too_large:
            told = f"the body was not there within {limits.body_seconds:g} s"
            raise RefusedError(408, told, connection="close") from None
    except ClientDisconnect:
        raise RefusedError(400, "the connection broke off") from None
    if too_large:
        raise _too_large(limits)
    return bytes(data)


def _too_large(limits: Limits) -> RefusedError:
    told = f"the body has more than {limits.body_bytes:,} bytes: send the text alone, or a smaller file"
    return RefusedError(413, told, connection="close")
