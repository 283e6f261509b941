"""Prompts for people and as JSON: the list, one of them, the difference of two, and what would be sent by one.

Finds out nothing itself.
"""

import json
from collections.abc import Sequence
from typing import Any

from summarise.data import Request
from summarise.data.previews import PromptPreview
from summarise.prompting.listing import Listed
from summarise.prompting.prompt import Prompt

MESSAGE = {"stage", "prompt", "system", "examples", "user", "json_schema", "pattern", "candidates", "sampling"}
"""What of a request is sent, in whatever words; the rest is for backends that are no language model."""


def list_text(found: Sequence[Listed]) -> str:
    """Return the list, one line for each: name, beginning of the hash, whose it is if the user's own, and why it is."""
    lines = []
    for one in found:
        place = f", in place of {' and '.join(one.overrides)}" if one.overrides else ""
        own = f"own{place}  " if one.prompt.own else ""
        lines.append(f"{one.prompt.id}  {one.prompt.sha256[:12]}  {own}{one.prompt.front.why}")
    return "\n".join(lines)


def list_json(found: Sequence[Listed]) -> str:
    """Return the list as JSON."""
    rows = [
        {
            "id": one.prompt.id,
            "sha256": one.prompt.sha256,
            "why": one.prompt.front.why,
            "where": where(one.prompt),
            "overrides": one.overrides,
        }
        for one in found
    ]
    return json.dumps(rows, indent=2, ensure_ascii=False)


def prompt_json(prompt: Prompt) -> str:
    """Return one prompt as JSON: name, hash, whose it is, front matter, and its messages in the order they are sent."""
    head = {"id": prompt.id, "sha256": prompt.sha256, "where": where(prompt), "front": prompt.front.model_dump()}
    messages = prompt.model_dump(include={"system", "examples", "user"})
    return json.dumps(head | messages, indent=2, ensure_ascii=False)


def where(prompt: Prompt) -> str:
    """Return whose a prompt is, in a word."""
    return "own" if prompt.own else "built-in"


def rendered_text(rendered: PromptPreview) -> str:
    """Return what would be sent: the messages in their order, then the form of the answer, then the sampling."""
    request = rendered.request
    examples = [
        block
        for example in request.examples
        for block in (("example user", example.user), ("example answer", example.assistant))
    ]
    told = {**request.sampling.model_dump(), "answers": request.candidates}
    blocks = [
        ("system", request.system),
        *examples,
        ("user", request.user),
        ("form", form_of(request)),
        ("sampling", "\n".join(f"{name} {value}" for name, value in told.items())),
    ]
    return "\n\n".join(f"== {heading}\n{text}" for heading, text in blocks)


def form_of(request: Request) -> str:
    """Return the form that an answer must have: a JSON Schema, or a pattern for the whole of it, or none."""
    if request.json_schema is not None:
        return json.dumps(request.json_schema, indent=2, ensure_ascii=False)
    return request.pattern or "free text"


def rendered_json(rendered: PromptPreview) -> str:
    """Return what would be sent as JSON, with the address and the body that go over the wire, where those are told."""
    sent = rendered.sent.model_dump() if rendered.sent is not None else None
    found: dict[str, Any] = {"backend": rendered.backend, "number": rendered.number, "of": rendered.of}
    found |= rendered.request.model_dump(mode="json", include=MESSAGE)
    return json.dumps(found | {"sent": sent, "remarks": rendered.remarks}, indent=2, ensure_ascii=False)
