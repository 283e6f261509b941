"""Reads HTML: the article on a page (`read_page`), or all visible text (`flow_of`)."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from itertools import islice
from typing import TYPE_CHECKING

from summarise.article.formats.detect import byte_order, one_line
from summarise.data import Article
from summarise.errors import ArticleError

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]


Colour = tuple[int, int, int]
WHITE: Colour = (255, 255, 255)
NEAR = 24  # greatest difference in each channel of two colours that look the same
FAINT = 0.1  # opacity below which text is invisible
OFF_SCREEN = -500.0  # pixels; a position so far left of the page or above it is invisible
SMALLEST_TYPE = 2.0  # pixels; smaller type is invisible
SMALLEST_BOX = 1.0  # pixels; the content of a box of this size is invisible, if it is clipped
# Pixels of a unit of length, roughly.
PIXELS = {"": 1, "px": 1, "pt": 1.33, "em": 16, "rem": 16, "ex": 8, "ch": 8, "%": 8, "vw": 10, "vh": 8}
# Elements without visible text, at least if scripts run.
UNSEEN_ELEMENTS = frozenset({"script", "style", "template", "noscript", "datalist"})
# A style rule that hides one of these elements is ignored: a script shows the page later.
WHOLE_PAGE = frozenset({"html", "body", "main", "article"})
NAMED: Mapping[str, Colour] = {"white": WHITE, "black": (0, 0, 0), "snow": (255, 250, 250), "ivory": (255, 255, 240)}
# Elements and classes that often have a background picture, or a colour that another style sheet sets.
_OFTEN_COLOURED = frozenset(
    {"h1", "h2", "h3", "h4", "h5", "h6", "header", "figure", "figcaption", "a", "button", "td", "th"}
)
_COLOURED_CLASS = re.compile(
    r"hero|banner|dark|bg|background|overlay|button|btn|cover|caption|badge|label|header|teaser|box"
)
_LONGEST_STYLE = 200_000  # characters
_LONGEST_VALUE = 300  # characters; a background may contain its picture
# The properties that can hide text.
_PROPERTIES = frozenset(
    "background background-color clip clip-path color content-visibility display font-size height left "
    "margin-left margin-top max-height max-width opacity overflow position right text-indent top bottom transform "
    "visibility width".split()
)
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_SELECTOR = re.compile(r"([a-z][a-z0-9]*)?(?:([.#])([\w-]+))?")
_LENGTH = re.compile(r"(?<![\d.])(-?\d{0,9}\.?\d{1,9})(px|pt|em|rem|ex|ch|%|vw|vh)?\s*+$")
_NUMBER = re.compile(r"(\d{0,9}\.?\d{1,9})(%?)")
_HEX = re.compile(r"#([0-9a-f]{3,8})\b")
_RGB = re.compile(r"rgba?\(([^()]{0,80})\)")
_CLIPPED = re.compile(r"rect\(\s*[01](?:px)?\b|inset\(\s*(?:[5-9]\d|100)(?:\.\d+)?%|circle\(\s*0\D")
_MOVED = re.compile(r"translate[xy]?\(\s*(-[^,)]+)")
# The values of properties that hide text.
_HIDING = {
    "clip": _CLIPPED,
    "clip-path": _CLIPPED,
    "content-visibility": re.compile(r"^hidden$"),
    "display": re.compile(r"^none$"),
    "transform": re.compile(r"scale[xy]?\(\s*+0{0,9}\.?0{0,9}\s*+[,)]"),
    "visibility": re.compile(r"^(?:hidden|collapse)$"),
}

Style = dict[str, str]


@dataclass(frozen=True)
class Look:
    """The visibility of the text in an element. All elements inside a `hidden` one are hidden.

    An unknown colour is None.
    """

    hidden: bool = False
    colour: Colour | None = None
    background: Colour | None = WHITE
    transparent: bool = False
    small: bool = False

    @property
    def visible(self) -> bool:
        """Whether a reader can see the text."""
        if self.hidden or self.small or self.transparent:
            return False
        if self.colour is None or self.background is None:
            return True
        return any(abs(a - b) > NEAR for a, b in zip(self.colour, self.background, strict=True))


class Styles:
    """The style rules of a page with a simple selector (`p`, `.off`, `p.off`, `#gone`); others are ignored."""

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
        """Return the declarations of all rules that match an element."""
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


def look_of(tag: str, attributes: Mapping[str, str | None], styles: Styles, parent: Look) -> Look:
    """Return the look of the text directly in an element. `parent`: the look of its parent."""
    inline = declarations(attributes.get("style") or "")
    from_rules = styles.of(tag, attributes)
    marked = "hidden" in attributes or (attributes.get("aria-hidden") or "").strip().lower() == "true"
    marked = marked or (tag == "dialog" and "open" not in attributes)
    hidden_by_rule = tag not in WHOLE_PAGE and _hides(from_rules)
    if parent.hidden or tag in UNSEEN_ELEMENTS or marked or _hides(inline) or hidden_by_rule:
        return replace(parent, hidden=True)
    style = from_rules | inline
    background, colour, transparent = parent.background, parent.colour, parent.transparent
    if value := style.get("background-color") or style.get("background") or attributes.get("bgcolor"):
        background = None if "url(" in value or "gradient" in value else _colour(value)[0]
    elif tag in _OFTEN_COLOURED or _COLOURED_CLASS.search((attributes.get("class") or "").lower()):
        background = None
    if value := style.get("color") or attributes.get("color"):
        colour, opacity = _colour(value)
        transparent = opacity < FAINT
    size = _pixels(style.get("font-size", ""))
    small = parent.small if size is None else size < SMALLEST_TYPE
    return Look(colour=colour, background=background, transparent=transparent, small=small)


def declarations(text: str) -> Style:
    """Return the declarations that can hide text in a style attribute or rule: {"display": "none"}."""
    found: Style = {}
    for part in text[:_LONGEST_STYLE].lower().split(";"):
        name, _, value = part.partition(":")
        name, value = name.strip(), value.strip()[:_LONGEST_VALUE].replace("!important", "").strip()
        if value and name in _PROPERTIES:
            found[name] = value
    return found


def _rules(css: str) -> Iterator[tuple[str, str]]:
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


def _hides(style: Style) -> bool:
    if not style:
        return False
    if any(name in style and values.search(style[name]) for name, values in _HIDING.items()):
        return True
    if _opacity(style.get("opacity", "")) < FAINT:
        return True
    boxes = [_pixels(style.get(name, "")) for name in ("width", "height", "max-width", "max-height")]
    cut_off = style.get("overflow", "").startswith(("hidden", "clip"))
    if cut_off and any(size is not None and size <= SMALLEST_BOX for size in boxes):
        return True
    places = ["text-indent", "margin-left", "margin-top"]
    if style.get("position") in ("absolute", "fixed", "relative"):
        places += ["left", "top", "right", "bottom"]
    lengths = [style.get(name, "") for name in places] + _MOVED.findall(style.get("transform", ""))[:1]
    return any(size is not None and size <= OFF_SCREEN for size in map(_pixels, lengths))


def _pixels(value: str) -> float | None:
    found = _LENGTH.match(value)
    return float(found[1]) * PIXELS[found[2] or ""] if found else None


def _opacity(value: str) -> float:
    found = _NUMBER.fullmatch(value)
    return float(found[1]) / (100 if found[2] else 1) if found else 1.0


def _colour(value: str) -> tuple[Colour | None, float]:
    value = value.lower()
    if (found := _HEX.search(value)) is not None:
        digits = found[1] if len(found[1]) >= 6 else "".join(digit * 2 for digit in found[1])
        opacity = int(digits[6:], 16) / 255 if len(digits) == 8 else 1.0
        return (int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)), opacity
    if (found := _RGB.search(value)) is not None:
        parts = re.split(r"[\s,/]+", found[1].strip())
        numbers = [_channel(part) for part in parts[:3]]
        opacity = _opacity(parts[3]) if len(parts) == 4 else 1.0
        return (numbers[0], numbers[1], numbers[2]) if len(numbers) == 3 else None, opacity
    named = next((NAMED[word] for word in value.split() if word in NAMED), None)
    return named, 0.0 if value.strip() == "transparent" else 1.0


def _channel(part: str) -> int:
    found = re.match(r"\d{1,3}", part)
    number = int(found.group()) if found else 0
    return min(255, round(number * 2.55) if part.endswith("%") else number)


BLOCKS = frozenset(
    "address article aside blockquote body br caption dd div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header "
    "hr li main nav ol p pre section table tbody thead tr ul".split()
)
CELLS = frozenset({"td", "th"})
ROWS = frozenset({"table", "tbody", "thead", "tr"})
NO_TEXT = frozenset({"head", "svg", "math"})  # in addition to UNSEEN_ELEMENTS
_STYLE = re.compile(r"<style\b[^<>]*+>(.*?)(?:</style|\Z)", re.IGNORECASE | re.DOTALL)
VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
# Links between a footnote and its mark in the text.
NOTE_LINKS = ("#footnote", "#endnote")


class Flow(HTMLParser):
    """A parser that collects the visible paragraphs of HTML and its first `h1` heading."""

    def __init__(self, styles: Styles) -> None:
        super().__init__(convert_charrefs=True)
        self._styles = styles
        self._looks: list[tuple[str, Look]] = [("", Look())]
        self._open: Counter[str] = Counter()
        self.paragraphs: list[str] = []
        self.heading: str | None = None
        self._words: list[str] = []
        self._in_heading = self._in_cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a paragraph; separate the cells of a table row."""
        if tag in BLOCKS and self._looks[-1][0] == "p":
            # A block ends an open paragraph.
            self.handle_endtag("p")
        outer_tag, outer_look = self._looks[-1]
        if outer_look.hidden:
            # Inside a hidden element, only tags of its name are counted, to find its end.
            if tag == outer_tag:
                self._looks.append((tag, outer_look))
            return
        attributes = dict(attrs)
        look = look_of(tag, attributes, self._styles, outer_look)
        noteref = (attributes.get("href") or "").startswith(NOTE_LINKS) or attributes.get("epub:type") == "noteref"
        if tag in VOID and tag not in BLOCKS:
            return
        if look.hidden or tag in NO_TEXT or (tag == "a" and noteref):
            if tag not in VOID:
                self._looks.append((tag, replace(look, hidden=True)))
            return
        if tag not in VOID:
            self._looks.append((tag, look))
            self._open[tag] += 1
        if tag in BLOCKS:
            self._end_part(tag)
            self._in_heading = tag == "h1" and self.heading is None
        elif tag in CELLS:
            self._words += [" | "] if self._words else []
            self._in_cell = True

    def handle_endtag(self, tag: str) -> None:
        """End the paragraph of a block element."""
        outer_tag, outer_look = self._looks[-1]
        if outer_look.hidden:
            if tag == outer_tag:
                self._looks.pop()
            return
        while self._open[tag]:
            ended, _ = self._looks.pop()
            self._open[ended] -= 1
            if ended == tag:
                break
        if tag in CELLS:
            self._in_cell = False
        elif tag in BLOCKS:
            self._end_part(tag)

    def handle_data(self, data: str) -> None:
        """Collect visible text."""
        if self._looks[-1][1].visible:
            self._words.append(data)

    def _end_part(self, tag: str) -> None:
        if self._in_cell and tag not in ROWS:
            self._words.append(" ")
        else:
            self._in_cell = False
            self._end_paragraph()

    def _end_paragraph(self) -> None:
        words = " ".join("".join(self._words).split()).strip("| ")
        self._words.clear()
        if words:
            self.paragraphs.append(words)
            if self._in_heading:
                self.heading, self._in_heading = words, False

    def close(self) -> None:
        """End the last paragraph."""
        super().close()
        self._end_paragraph()


def flow_of(html: str) -> Flow:
    """Parse HTML. The result has its visible `paragraphs` and its first `heading`."""
    flow = Flow(Styles(" ".join(_STYLE.findall(html))))
    flow.feed(html.replace("\0", ""))
    flow.close()
    return flow


# An extensive search would mistake years in the story for the date.
_DATE = {"original_date": True, "extensive_search": False}
_LEADING = re.compile(r"\s+|<!--.*?-->|<\?.*?>", re.DOTALL)
# Data for search engines (JSON-LD) may contain a story that the page does not show.
_BODY_IN_DATA = re.compile(r'"(?:articleBody|text|description)"(?=\s*:)')
# Character references to control characters and U+FFFE, U+FFFF.
_REFERENCE = re.compile(
    r"&#(?:x0*+([0-9a-f]{1,2}|fff[ef])(?![0-9a-f])|0*+([0-9]{1,2}|6553[45])(?![0-9]));?", re.IGNORECASE
)
MAX_ELEMENTS = 50_000  # finding the article takes quadratic time
_MOST_ATTRIBUTES = 2000  # attributes of an element; reading them takes quadratic time
_ATTRIBUTE = r"""(?:[\s/]*+[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>]++))?+)"""
# Comments and scripts are matched too, so that no tag is found in them.
_TAG = re.compile(
    r"<!--.*?(?:-->|\Z)|<(?P<raw>script|style)(?![^\s/>])[^>]*+>.*?(?:</(?P=raw)|\Z)"
    rf"|<[a-z][^\s/>]*+(?:(?P<crowded>{_ATTRIBUTE}{{{_MOST_ATTRIBUTES + 1}}})|{_ATTRIBUTE}*+)",
    re.IGNORECASE | re.DOTALL,
)
_WEB = re.compile(r"https?://[^\s/]+", re.IGNORECASE)
_BEGINNING = re.compile(r"<(?:!doctype\s+html|html)[\s>]", re.IGNORECASE)


def looks_like_html(data: bytes) -> bool:
    """Return whether `data` begins with an HTML doctype or `<html`. Comments may precede it."""
    head = data[:65536].decode(byte_order(data) or "latin-1", errors="replace").removeprefix("\ufeff")
    position = 0
    while leading := _LEADING.match(head, position):
        position = leading.end()
    return _BEGINNING.match(head, position) is not None


def read_page(page: bytes | str, *, name: str) -> Article:
    """Return the article on an HTML page, with the `url` that the page declares.

    Raises ArticleError if it has no article or cannot be parsed.
    """
    from trafilatura import bare_extraction, load_html
    from trafilatura.utils import decode_file

    try:
        tree = load_html(_readable(decode_file(page)))
        if tree is not None:
            _remove_hidden(tree, name)
        # No favor_precision: lost text is worse than boilerplate, which is removed later.
        found = bare_extraction(tree, with_metadata=True, include_comments=False, date_extraction_params=_DATE)
    except ArticleError:
        raise
    except Exception as error:
        # Parsers raise errors of any type for hostile pages.
        raise ArticleError(f"{name} cannot be parsed as HTML: save the article's text as plain text") from error
    lines = (getattr(found, "text", None) or "").replace("\0", "").splitlines()
    text = "\n\n".join(filter(None, map(str.strip, lines)))
    if not text:
        raise ArticleError(f"no article text is found in the HTML page {name}: save the article's text as plain text")
    title, author, date, address = (one_line(getattr(found, name, None)) for name in ("title", "author", "date", "url"))
    url = address if address and _WEB.match(address) else None
    return Article(text=text, title=title, author=author, date=date, url=url)


def _readable(page: str) -> str:
    """Return a page without character references that break the parser. Raises ValueError for too many attributes."""
    if any(tag["crowded"] for tag in _TAG.finditer(page)):
        raise ValueError(f"an element has more than {_MOST_ATTRIBUTES} attributes")

    def without_control(reference: re.Match[str]) -> str:
        code = int(reference[1], 16) if reference[1] else int(reference[2])
        return "" if code >= 0xFFFE or (code < 32 and code not in (9, 10, 13)) else reference[0]

    return _REFERENCE.sub(without_control, page)


def _remove_hidden(tree: "HtmlElement", name: str) -> None:
    # The depth need not be checked, because libxml2 limits it to 256.
    if sum(1 for _ in islice(tree.iter(), MAX_ELEMENTS + 1)) > MAX_ELEMENTS:
        raise ArticleError(f"{name} has more than {MAX_ELEMENTS:,} elements: save the article's text as plain text")
    styles = Styles(" ".join(str(block.text_content()) for block in tree.iter("style")))
    hidden = []
    pending = [(tree, Look())]
    while pending:
        element, parent = pending.pop()
        if element.tag == "script":
            element.text = _BODY_IN_DATA.sub('"unread"', element.text or "")
            continue
        if not isinstance(element.tag, str):
            hidden.append(element)
            continue
        look = look_of(element.tag, element.attrib, styles, parent)
        if look.hidden and element.tag != "html":
            hidden.append(element)
            continue
        if not look.visible:
            element.text = None
        for child in element:
            if not look.visible:
                child.tail = None
            pending.append((child, look))
    for element in hidden:
        if element.getparent() is not None:
            element.drop_tree()
