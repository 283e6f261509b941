"""How text in HTML looks, as far as its own attributes and simple rules say: whether a reader can see it.

Reads inline styles, old attributes of HTML, and of style blocks the rules for one element, class or id. Does not fetch
style sheets, run scripts, or lay anything out; what these hide is not known here.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

Colour = tuple[int, int, int]
WHITE: Colour = (255, 255, 255)
NEAR = 24
"""Two colours whose channels differ by no more cannot be told apart in running text."""
FAINT = 0.1
"""Opacity up to which nothing can be read."""
OFF_SCREEN = -500.0
"""Pixels: what is placed so far left of the page, or above it, is out of sight."""
SMALLEST_TYPE = 2.0
"""Pixels: smaller type cannot be read."""
SMALLEST_BOX = 1.0
"""Pixels: a box no larger that cuts off what overflows shows nothing."""
PIXELS = {
    "": 1.0,
    "px": 1.0,
    "pt": 1.33,
    "em": 16.0,
    "rem": 16.0,
    "ex": 8.0,
    "ch": 8.0,
    "%": 8.0,
    "vw": 10.0,
    "vh": 8.0,
}
UNSEEN = frozenset({"script", "style", "template", "noscript", "datalist"})
"""Elements that show no text of theirs, or none where scripts run."""
WHOLE_PAGE = frozenset({"html", "body", "main", "article"})
"""What a style block hides of these a script shows later: no page hides all of its text."""
NAMED: Mapping[str, Colour] = {"white": WHITE, "black": (0, 0, 0), "snow": (255, 250, 250), "ivory": (255, 255, 240)}
_ON_A_GROUND = frozenset(
    {"h1", "h2", "h3", "h4", "h5", "h6", "header", "figure", "figcaption", "a", "button", "td", "th"}
)
_NAMED_GROUND = re.compile(
    r"hero|banner|dark|bg|background|overlay|button|btn|cover|caption|badge|label|header|teaser|box"
)
_LONGEST_STYLE = 200_000
_LONGEST_VALUE = 300
"""Characters that are read of a value, as of a background that holds its picture."""
_READ = frozenset(
    "background background-color clip clip-path color content-visibility display font-size height left "
    "margin-left margin-top max-height max-width opacity overflow position right text-indent top bottom transform "
    "visibility width".split()
)
"""The properties that are read: a rule holds no others, so that what it costs does not grow with the style sheet."""
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_SELECTOR = re.compile(r"([a-z][a-z0-9]*)?(?:([.#])([\w-]+))?")
_LENGTH = re.compile(r"(?<![\d.])(-?\d{0,9}\.?\d{1,9})(px|pt|em|rem|ex|ch|%|vw|vh)?\s*+$")
_HEX = re.compile(r"#([0-9a-f]{3,8})\b")
_RGB = re.compile(r"rgba?\(([^()]{0,80})\)")
_CLIPPED = re.compile(r"rect\(\s*[01](?:px)?\b|inset\(\s*(?:[5-9]\d|100)(?:\.\d+)?%|circle\(\s*0\D")
_SHRUNK = re.compile(r"scale[xy]?\(\s*+0{0,9}\.?0{0,9}\s*+[,)]")
_MOVED = re.compile(r"translate[xy]?\(\s*(-[^,)]+)")

Style = dict[str, str]


@dataclass(frozen=True)
class Look:
    """What is known of how the text of an element looks; None is a colour that nobody told.

    `gone` is what is not shown with all that it holds; the rest can be otherwise in an element within.
    """

    gone: bool = False
    colour: Colour | None = None
    ground: Colour | None = WHITE
    clear: bool = False
    small: bool = False

    @property
    def seen(self) -> bool:
        """Whether a reader can see text that stands here."""
        if self.gone or self.small or self.clear:
            return False
        return self.colour is None or self.ground is None or not _near(self.colour, self.ground)


class Styles:
    """The rules of a page's style blocks for one element, one class or one id; others are left out."""

    def __init__(self, css: str = "") -> None:
        self._rules: dict[tuple[str, str, str], Style] = {}
        for selectors, body in _rules(_COMMENT.sub(" ", css[:_LONGEST_STYLE])):
            declared = declarations(body)
            for selector in selectors.lower().split(",") if declared else ():
                found = _SELECTOR.fullmatch(selector.strip())
                if found and found[0]:
                    key = (found[1] or "*", found[2] or "", found[3] or "")
                    self._rules.setdefault(key, {}).update(declared)

    def of(self, tag: str, attributes: Mapping[str, str | None]) -> Style:
        """Return what the rules declare of an element."""
        if not self._rules:
            return {}
        names = [("", "")]
        names += [(".", name) for name in (attributes.get("class") or "").lower().split()]
        names += [("#", name) for name in (attributes.get("id") or "").lower().split()]
        found: Style = {}
        for sign, name in names:
            for element in ("*", tag):
                found |= self._rules.get((element, sign, name), {})
        return found


def look_of(tag: str, attributes: Mapping[str, str | None], styles: Styles, around: Look) -> Look:
    """Return the look of an element's own text; `around` is that of the element which it stands in."""
    inline = declarations(attributes.get("style") or "")
    ruled = styles.of(tag, attributes)
    if around.gone or tag in UNSEEN or _is_marked(tag, attributes) or _is_gone(inline):
        return replace(around, gone=True)
    if tag not in WHOLE_PAGE and _is_gone(ruled):
        return replace(around, gone=True)
    style = ruled | inline
    written = style.get("background-color") or style.get("background") or attributes.get("bgcolor")
    ground = around.ground if written is None else _ground(written)
    if written is None and (tag in _ON_A_GROUND or _NAMED_GROUND.search((attributes.get("class") or "").lower())):
        ground = None
    coloured = style.get("color") or attributes.get("color")
    colour, clear = (around.colour, around.clear) if coloured is None else (_colour(coloured), _is_clear(coloured))
    size = _pixels(style.get("font-size", ""))
    small = around.small if size is None else size < SMALLEST_TYPE
    return Look(colour=colour, ground=ground, clear=clear, small=small)


def declarations(text: str) -> Style:
    """Return the declarations of a style attribute, or of a rule, that are read, in lower case."""
    found: Style = {}
    for part in text[:_LONGEST_STYLE].lower().split(";"):
        name, _, value = part.partition(":")
        name, value = name.strip(), value.strip()[:_LONGEST_VALUE].replace("!important", "").strip()
        if value and name in _READ:
            found[name] = value
    return found


def _rules(css: str) -> Iterator[tuple[str, str]]:
    """Yield the selectors and the declarations of each rule; blocks of at-rules are left out with all they hold."""
    position, depth, selectors, begin = 0, 0, "", 0
    for sign in re.finditer(r"[{}]", css):
        if sign.group() == "{":
            if depth == 0:
                selectors, begin = css[position : sign.start()].rpartition(";")[2].strip(), sign.end()
            depth += 1
        elif depth:
            depth -= 1
            if depth == 0:
                position = sign.end()
                if not selectors.startswith("@"):
                    yield selectors, css[begin : sign.start()]


def _is_marked(tag: str, attributes: Mapping[str, str | None]) -> bool:
    """Tell whether attributes alone hide an element."""
    if "hidden" in attributes or (attributes.get("aria-hidden") or "").strip().lower() == "true":
        return True
    return tag == "dialog" and "open" not in attributes


def _is_gone(style: Style) -> bool:
    """Tell whether declarations hide an element with all that it holds."""
    if not style:
        return False
    if style.get("display") == "none" or style.get("visibility") in ("hidden", "collapse"):
        return True
    if style.get("content-visibility") == "hidden" or _is_faint(style.get("opacity", "")):
        return True
    if _CLIPPED.search(f"{style.get('clip', '')} {style.get('clip-path', '')}"):
        return True
    moved = _MOVED.search(style.get("transform", ""))
    if _SHRUNK.search(style.get("transform", "")) or (moved and _is_off(moved[1])):
        return True
    boxes = [_pixels(style.get(name, "")) for name in ("width", "height", "max-width", "max-height")]
    cut_off = style.get("overflow", "").startswith(("hidden", "clip"))
    if cut_off and any(size is not None and size <= SMALLEST_BOX for size in boxes):
        return True
    positioned = style.get("position") in ("absolute", "fixed", "relative")
    places = ("left", "top", "right", "bottom") if positioned else ()
    return any(_is_off(style.get(name, "")) for name in (*places, "text-indent", "margin-left", "margin-top"))


def _is_off(value: str) -> bool:
    size = _pixels(value)
    return size is not None and size <= OFF_SCREEN


def _is_faint(value: str) -> bool:
    found = re.fullmatch(r"(\d{0,9}\.?\d{1,9})(%?)", value)
    return found is not None and float(found[1]) / (100 if found[2] else 1) < FAINT


def _pixels(value: str) -> float | None:
    found = _LENGTH.match(value)
    return float(found[1]) * PIXELS[found[2] or ""] if found else None


def _ground(value: str) -> Colour | None:
    """Return the colour of a background; None for a picture, a gradient, or one that is not told."""
    return None if "url(" in value or "gradient" in value else _colour(value)


def _colour(value: str) -> Colour | None:
    value = value.lower()
    if (found := _HEX.search(value)) is not None:
        digits = found[1] if len(found[1]) >= 6 else "".join(digit * 2 for digit in found[1])
        return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)
    if (found := _RGB.search(value)) is not None:
        numbers = [_channel(part) for part in re.split(r"[\s,/]+", found[1].strip())[:3]]
        return (numbers[0], numbers[1], numbers[2]) if len(numbers) == 3 else None
    return next((NAMED[word] for word in value.split() if word in NAMED), None)


def _channel(part: str) -> int:
    found = re.match(r"\d{1,3}", part)
    number = int(found.group()) if found else 0
    return min(255, round(number * 2.55) if part.endswith("%") else number)


def _is_clear(value: str) -> bool:
    """Tell whether a colour of text lets through all that is behind it."""
    if value.strip() == "transparent":
        return True
    if (found := _HEX.search(value)) is not None and len(found[1]) in (4, 8):
        last = found[1][3] * 2 if len(found[1]) == 4 else found[1][6:8]
        return int(last, 16) < FAINT * 255
    found = _RGB.search(value)
    parts = re.split(r"[\s,/]+", found[1].strip()) if found else []
    return len(parts) == 4 and _is_faint(parts[3])


def _near(one: Colour, other: Colour) -> bool:
    return all(abs(a - b) <= NEAR for a, b in zip(one, other, strict=True))
