"""Control characters: they steer the terminal of whoever looks at a text, printed or in a file.

Tabs and new lines are none; other white space of ASCII is.
"""

import re

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def without_control(text: str) -> str:
    """Return a text without them."""
    return CONTROL.sub("", text)


def control_escaped(json: str) -> str:
    """Return JSON with those escaped that it may hold as they are, which stand only within its texts."""
    return CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", json)
