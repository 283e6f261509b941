"""Control characters, which steer a terminal that shows them; tabs and new lines are not among them."""

import re

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def without_control(text: str) -> str:
    """Remove the control characters of a text."""
    return CONTROL.sub("", text)


def control_escaped(json: str) -> str:
    """Escape control characters in JSON, where only strings contain them."""
    return CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", json)
