"""HTML that is all article (a chapter, a converted document, a letter) → paragraphs, nothing left out as boilerplate.

What a reader cannot see is left out. Web pages are another matter: `article/markup.py` takes the article out of them.
"""

import re
from collections import Counter
from html.parser import HTMLParser

from summarise.article.documents.visibility import Look, Styles, look_of

BLOCKS = frozenset(
    "address article aside blockquote body br caption dd div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header "
    "hr li main nav ol p pre section table tbody thead tr ul".split()
)
CELLS = frozenset({"td", "th"})
ROWS = frozenset({"table", "tbody", "thead", "tr"})
UNSEEN = frozenset({"head", "script", "style", "template", "noscript", "svg", "math"})
_STYLE = re.compile(r"<style\b[^<>]*+>(.*?)(?:</style|\Z)", re.IGNORECASE | re.DOTALL)
VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
NOTE_LINKS = ("#footnote", "#endnote")
"""Where the links of a footnote's mark lead, to the note and back."""


class Flow(HTMLParser):
    """Collects the paragraphs of HTML, and its first heading of the highest rank."""

    def __init__(self, styles: Styles) -> None:
        super().__init__(convert_charrefs=True)
        self._styles = styles
        self._looks: list[tuple[str, Look]] = [("", Look())]
        self._open: Counter[str] = Counter()
        self.paragraphs: list[str] = []
        self.heading: str | None = None
        self._words: list[str] = []
        self._unseen: list[str] = []
        self._in_heading = self._in_cell = False
        self._heading: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a paragraph at a block, a cell after another one."""
        if tag in BLOCKS and "p" in (self._looks[-1][0], *self._unseen[-1:]) and len(self._unseen) <= 1:
            # A paragraph ends where another block begins, also where nobody ends it.
            self.handle_endtag("p")
        if self._unseen:
            if tag == self._unseen[-1]:
                self._unseen.append(tag)
            return
        told = dict(attrs)
        look = look_of(tag, told, self._styles, self._looks[-1][1])
        noteref = (told.get("href") or "").startswith(NOTE_LINKS) or told.get("epub:type") == "noteref"
        if tag in VOID and tag not in BLOCKS:
            return
        if look.gone or tag in UNSEEN or (tag == "a" and noteref):
            if tag not in VOID:
                self._unseen.append(tag)
            return
        if tag not in VOID:
            self._looks.append((tag, look))
            self._open[tag] += 1
        if tag in BLOCKS:
            self._part(tag)
            self._in_heading = tag == "h1" and self.heading is None
        elif tag in CELLS:
            self._words += [" | "] if self._words else []
            self._in_cell = True

    def handle_endtag(self, tag: str) -> None:
        """End a paragraph at a block."""
        if self._unseen:
            if tag == self._unseen[-1]:
                self._unseen.pop()
            return
        while self._open[tag]:
            ended, _ = self._looks.pop()
            self._open[ended] -= 1
            if ended == tag:
                break
        if tag in CELLS:
            self._in_cell = False
        elif tag in BLOCKS:
            self._part(tag)

    def handle_data(self, data: str) -> None:
        """Take in words that a reader can see."""
        if not self._unseen and self._looks[-1][1].seen:
            self._words.append(data)

    def _part(self, tag: str) -> None:
        """Part what a block parts; the blocks of a cell stand on its row's line."""
        if self._in_cell and tag not in ROWS:
            self._words.append(" ")
        else:
            self._in_cell = False
            self._break()

    def _break(self) -> None:
        words = " ".join("".join(self._words).split()).strip("| ")
        self._words.clear()
        if words:
            self.paragraphs.append(words)
            if self._in_heading:
                self.heading, self._in_heading = words, False

    def close(self) -> None:
        """End the last paragraph."""
        super().close()
        self._break()


def flow_of(html: str) -> Flow:
    """Return the paragraphs of HTML, read to its end."""
    flow = Flow(Styles(" ".join(_STYLE.findall(html))))
    flow.feed(html.replace("\0", ""))
    flow.close()
    return flow
