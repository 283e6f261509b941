"""Answers: problems, JSON that is written already, and events that are sent as they come (server-sent events)."""

import json
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from summarise.serving.problems import MEDIA_TYPE, Problem, RefusedError

JSON, EVENTS, HTML, MARKDOWN = "application/json", "text/event-stream", "text/html", "text/markdown"
EVIDENCE_POLICY = "sandbox allow-scripts; frame-ancestors 'none'"
"""Of a page with evidence: its own policy, which stands in it, allows its script and nothing else."""


def answer_of(problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """Return the answer that tells a problem."""
    return Response(
        problem.model_dump_json(), status_code=problem.status, media_type=MEDIA_TYPE, headers=dict(headers or {})
    )


def event(kind: str, data: str) -> bytes:
    """Return a server-sent event; `data` is JSON on one line."""
    assert "\n" not in data, "JSON on one line"
    return f"event: {kind}\ndata: {data}\n\n".encode()


def text_event(kind: str, text: str) -> bytes:
    """Return a server-sent event whose data is a text, as a string of JSON."""
    return event(kind, json.dumps(text))


def wanted_type(request: Request, *offered: str) -> str:
    """Return the first of the media types offered that a client takes best; RefusedError (406) where it takes none."""
    weights: dict[str, float] = {}
    for part in request.headers.get("accept", "*/*").split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        weights[name] = next((_weight(one[2:]) for one in parameters if one.startswith("q=")), 1.0)
    found = {
        kind: next((weights[name] for name in (kind, f"{kind.partition('/')[0]}/*", "*/*") if name in weights), 0.0)
        for kind in offered
    }
    best = max(offered, key=lambda kind: found[kind])
    if not found[best]:
        raise RefusedError(406, f"there is no such form of the answer: accept {', '.join(offered)}")
    return best


def _weight(text: str) -> float:
    try:
        return min(1.0, max(0.0, float(text)))
    except ValueError:
        return 0.0
