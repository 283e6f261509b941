"""Plans, prompts and prompt previews as text and JSON."""

import json
from collections.abc import Sequence
from typing import Any

from summarise.backends.budget import dollars
from summarise.data import Budget, Request, RunPlan, RunRecord
from summarise.data.comparison import VariantPlan
from summarise.data.exchange import PromptPreview
from summarise.prompting.prompt import Listed, Prompt

HEAD = ("stage", "calls", "tokens read", "tokens written")
VARIANTS_HEAD = ("variant", "articles", "calls", "tokens read", "tokens written", "cost", "at most", "")


def plan_text(plan: RunPlan) -> str:
    """Return a plan: prompting, chunks, calls and tokens by stage, and cost."""
    sentences = "1 sentence" if plan.sentences == 1 else f"{plan.sentences} sentences"
    facts = [
        ("article", f"{plan.words:,} words, to be {sentences} of {plan.style}"),
        ("model", plan.backend + (f", judged by {plan.judge}" if plan.judge else "")),
        *[("not used", f"{one.model}: {one.message}") for one in plan.tried],
        *[("missing", line) for line in plan.missing],
        ("prompting", f"{plan.prompting}: {plan.prompting_reason}"),
        ("chunks", chunks_told(plan)),
        ("cost", cost_told(plan)),
        *([("thinking", f"up to {plan.reasoning_room:,} tokens a call")] if plan.reasoning_room else []),
        *([("ceilings", ceilings_told(plan))] if ceilings_told(plan) else []),
    ]
    chunks = [
        (str(number), f"{use.start}-{use.end}", f"{use.tokens:,} tokens" + (", parts a sentence" if use.broken else ""))
        for number, use in enumerate(plan.chunks, start=1)
    ]
    stages = [
        HEAD,
        *((one.stage, *span(one.expected, one.most)) for one in plan.stages),
        *([("together", *span(plan.expected, plan.most))] if len(plan.stages) > 1 else []),
    ]
    blocks = [
        "\n".join(f"{name:9} {text}" for name, text in facts),
        *([aligned(chunks, left=2)] if chunks else []),
        *([aligned(stages)] if plan.stages else ["no model is asked"]),
    ]
    return "\n\n".join(blocks)


def chunks_told(plan: RunPlan) -> str:
    """Return the number of chunks, and how tokens are known."""
    if not plan.chunks:
        return "none: sentences are picked for the model"
    how = "counted" if plan.exact else "estimated"
    return f"{len(plan.chunks)}, by character, tokens {how}"


def cost_told(plan: RunPlan) -> str:
    """Return the expected and the maximum cost."""
    if plan.expected_cost is None or plan.most_cost is None:
        return "not known: the model's price is in no table"
    if plan.most_cost == 0:
        return "nothing"
    return f"{dollars(plan.expected_cost)}, at most {dollars(plan.most_cost)}"


def ceilings_told(plan: RunPlan) -> str:
    """Return the ceilings, and whether the expected usage exceeds them."""
    told = ", ".join(
        [
            *([f"max_calls {plan.max_calls:,}"] if plan.max_calls is not None else []),
            *([f"max_tokens_total {plan.max_tokens_total:,}"] if plan.max_tokens_total is not None else []),
            *([f"max_cost {dollars(plan.max_cost)}"] if plan.max_cost is not None else []),
        ]
    )
    return told and told + ("" if plan.fits else ": less than what is expected, so that something will be left undone")


def span(expected: Budget, most: Budget) -> tuple[str, str, str]:
    """Return calls, tokens read and tokens written, each from expected to maximum."""
    pairs = (
        (expected.calls, most.calls),
        (expected.prompt_tokens, most.prompt_tokens),
        (expected.completion_tokens, most.completion_tokens),
    )
    calls, read, written = (f"{low:,}" if low == high else f"{low:,} to {high:,}" for low, high in pairs)
    return calls, read, written


def plans_text(plans: Sequence[VariantPlan]) -> str:
    """Return a table of each variant's expected and maximum usage."""
    missing = dict.fromkeys(line for plan in plans for line in plan.missing)
    return "\n".join([aligned([VARIANTS_HEAD, *map(_variant_row, plans)], left=1), *missing])


def _variant_row(plan: VariantPlan) -> tuple[str, ...]:
    calls, read, written = span(plan.expected, plan.most)
    unread = f"{plan.unread} cannot be read" if plan.unread else ""
    costs = [_variant_cost(plan.expected_cost), _variant_cost(plan.most_cost)]
    return (plan.variant, f"{plan.articles:,}", calls, read, written, *costs, unread)


def _variant_cost(cost: float | None) -> str:
    return "not known" if cost is None else dollars(cost)


def outcome_line(run: RunRecord) -> str | None:
    """Return planned and actual usage; None without planned calls or for a single chunk."""
    if run.plan is None or not run.plan.stages or len(run.chunks) < 2:
        return None
    calls, read, written = span(run.plan.expected, run.plan.most)
    made = len(run.calls) + sum(call.wasted for call in run.calls)
    return (
        f"planned: {calls} calls, {read} + {written} tokens · "
        f"made: {made:,} calls, {run.prompt_tokens:,} + {run.completion_tokens:,} tokens"
    )


def parted_line(run: RunRecord) -> str | None:
    """Return a line about sentences split because they exceed a chunk, or None."""
    parts = [use for use in run.chunks if use.broken]
    if not parts:
        return None
    return (
        f"{len(parts)} chunks hold parts of sentences that are longer than a chunk, "
        f"the first at character {parts[0].start}: a larger chunk_tokens would hold them whole"
    )


def aligned(rows: Sequence[Sequence[str]], *, left: int = 1) -> str:
    """Align the first `left` columns left and the others right; with `left` above 1, the last one left, too."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if place < left or (place == len(row) - 1 and left > 1) else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


# Fields of a request that are sent to a language model.
MESSAGE = {"stage", "prompt", "system", "examples", "user", "json_schema", "pattern", "candidates", "sampling"}


def list_text(found: Sequence[Listed]) -> str:
    """Return a line for each prompt: name, hash, overridden prompts, purpose."""
    lines = []
    for one in found:
        place = f", in place of {' and '.join(one.overrides)}" if one.overrides else ""
        own = f"own{place}  " if one.prompt.own else ""
        lines.append(f"{one.prompt.id}  {one.prompt.sha256[:12]}  {own}{one.prompt.front.why}")
    return "\n".join(lines)


def list_json(found: Sequence[Listed]) -> str:
    """Return the prompts as JSON."""
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
    """Return a prompt as JSON."""
    head = {"id": prompt.id, "sha256": prompt.sha256, "where": where(prompt), "front": prompt.front.model_dump()}
    messages = prompt.model_dump(include={"system", "examples", "user"})
    return json.dumps(head | messages, indent=2, ensure_ascii=False)


def where(prompt: Prompt) -> str:
    """Return "own" or "built-in"."""
    return "own" if prompt.own else "built-in"


def rendered_text(rendered: PromptPreview) -> str:
    """Return a request: messages, answer format, and sampling."""
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
    """Return the answer format: JSON Schema or "free text"."""
    if request.json_schema is not None:
        return json.dumps(request.json_schema, indent=2, ensure_ascii=False)
    return "free text"


def rendered_json(rendered: PromptPreview) -> str:
    """Return a request as JSON, with the HTTP body if the backend reports it."""
    sent = rendered.sent.model_dump() if rendered.sent is not None else None
    found: dict[str, Any] = {"backend": rendered.backend, "number": rendered.number, "of": rendered.of}
    found |= rendered.request.model_dump(mode="json", include=MESSAGE)
    return json.dumps(found | {"sent": sent, "remarks": rendered.remarks}, indent=2, ensure_ascii=False)
