"""The one way by which text gets onto the page: as text, whatever it holds.

Knows nothing of what is shown.
"""

import base64
import hashlib
import re

from markupsafe import Markup, escape

from summarise.report.bidirectional import TURN, TURNS

_NOT_IN_HTML = re.compile("[\0\ud800-\udfff]")
"""What no page can hold: NUL, and halves of characters. One replacement character stands for each."""


def shown(text: str) -> Markup:
    """Return text as it stands in an element: escaped, and characters that turn it around isolated and named."""
    safe = str(escape(_NOT_IN_HTML.sub("\ufffd", text)))
    if "\r" in safe:
        # A browser reads a bare carriage return as a newline.
        safe = safe.replace("\r", "&#13;")
    return Markup(TURN.sub(lambda turn: f'<i class="turn" data-c="{TURNS[turn[0]]}">{turn[0]}</i>', safe))  # noqa: S704


def finalized(value: object) -> Markup:
    """Return what a template puts out: mark-up of its own as it is, anything else as text."""
    return value if isinstance(value, Markup) else shown(str(value))


def titled(text: str) -> Markup:
    """Return text for a page's title, which can hold no elements, on one line."""
    return escape(" ".join(TURN.sub("", _NOT_IN_HTML.sub("\ufffd", text)).split()))


def source_hash(text: str) -> str:
    """Return the source expression by which a policy allows exactly this script or style."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
