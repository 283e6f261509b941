"""What works on this machine, as text for people. Tries nothing."""

from collections.abc import Sequence

from summarise.data.doctor import Part

SIGNS = {"works": "ok", "not set up": "--", "broken": "!!"}


def diagnosis_text(parts: Sequence[Part]) -> str:
    """Return a line for each part, what there is to do below it, and what that comes to."""
    width = max(len(part.name) for part in parts)
    lines = []
    for part in parts:
        lines.append(f"{SIGNS[part.state]}  {part.name:{width}}  {part.found}")
        if part.to_do is not None:
            lines.append(f"    {'':{width}}  to do: {part.to_do}")
    broken = [part.name for part in parts if part.state == "broken"]
    unset = [part.name for part in parts if part.state == "not set up"]
    total = f"does not work: {', '.join(broken)}" if broken else "checking and extractive summaries work"
    more = f"; not set up: {', '.join(unset)}" if unset else ""
    return "\n".join([*lines, "", total + more])
