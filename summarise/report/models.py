"""The models that can be used, for people: by where they work, what is missing, and how each is asked.

Finds out nothing itself.
"""

from collections.abc import Sequence
from itertools import groupby

from summarise.ability import Chosen
from summarise.backends import BackendStatus

HEADINGS = {
    "this machine": "On this machine",
    "your own program": "Your own programs (what they do with an article is theirs)",
    "your own server": "Your own server (or --base-url)",
    "hosted": "Hosted (or --base-url)",
    "plug-in": "Plug-ins",
}


def models_text(statuses: Sequence[tuple[BackendStatus, Chosen]]) -> str:
    """Return the list, one line for each backend, under a heading for each place; a line for how it is asked."""
    width = max(len(status.name) for status, _ in statuses)
    lines: list[str] = []
    for place, group in groupby(statuses, key=lambda pair: pair[0].place):
        lines += ["", HEADINGS[place]] if lines else [HEADINGS[place]]
        told = None
        for status, chosen in group:
            needed = f": {status.to_do}" if status.to_do and place == "hosted" else ""
            ready = "ready" if status.ready else "not ready"
            lines.append(f"  {status.name:{width}}  {ready:9}  {status.about}{needed}")
            how = f"{'':{width + 15}}{chosen.strategy}: {chosen.why}"
            # What holds for all of a group is said once.
            if how != told or place == "this machine":
                lines.append(how)
            told = how
    to_do = [f"{status.name}: {status.to_do}" for status, _ in statuses if status.to_do and status.place != "hosted"]
    return "\n".join([*lines, *(["", "To do"] if to_do else []), *(f"  {line}" for line in to_do)])
