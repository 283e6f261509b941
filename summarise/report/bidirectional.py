"""Characters that turn the direction of writing: with them a text can be made to look like another one.

Does not judge whether a text needs them. Views show them by name; JSON keeps them.
"""

import re

TURNS = {
    "\u202a": "LRE",
    "\u202b": "RLE",
    "\u202c": "PDF",
    "\u202d": "LRO",
    "\u202e": "RLO",
    "\u2066": "LRI",
    "\u2067": "RLI",
    "\u2068": "FSI",
    "\u2069": "PDI",
}
TURN = re.compile(f"[{''.join(TURNS)}]")


def named(text: str) -> str:
    """Return a text in which the name of each such character stands in its place, such as "[RLO]"."""
    return TURN.sub(lambda turn: f"[{TURNS[turn[0]]}]", text)
