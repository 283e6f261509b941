"""HTML parsing for tests, and invented reports."""

from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from xml.etree.ElementTree import Element, TreeBuilder

from invented import BRIDGE, FALSE, VEHICLES, saying

from summarise import Facts, Report, Summary, check, extract_facts, summarise
from summarise.report.html import report_html

APART = set("p li dt dd th td tr summary details caption h1 h2 h3 option label".split())
VOID = {"meta", "input", "br", "link", "img"}
INVENTED = "The mayor resigned over the closure."
SPEAKER = "Petra Voss said the tunnel would be closed."
SOUND = "The Harbour Bridge in Brelmouth stayed open on Monday after engineers found no cracks in its 30 cables."
OPEN = "Northline will run 14 extra ferries."
LONG = "Unter" + 8 * "hafenbrücken" + "amt"
"""Wider than a phone's screen."""
HOSTILE = (
    "Mayor <b>Opens</b> <script>alert(1)</script> Bridge & Pier\n\n"
    'By "><img src=x onerror=alert(2)> Quill\n\n'
    "The pier </article></section></div> was closed on Monday &amp; “not before”, Petra Voss said.\r\n"
    "It has &lt;12&gt; of its 30 cables\0 left\x01\x0b in {{ 7 * 7 }} {% endraw %} places ]]> <!-- and --> so on.\r\r"
    "On 14 March 2026 Ann \u202eetsuc\u202c Lee paid £4.5 million\u2028 to <svg onload=alert(3)> Acme \u2066Inc.\u2069"
    f" and {LONG}, she said. {LONG.title()} closed {LONG} on 3 May. "
    "'Quoted' \"text\" `there` <style>*{display:none}</style> <a href=javascript:alert(4)>here</a>.\n\n"
    "<base href=//a.invalid><meta http-equiv=refresh content='0;url=//b.invalid'><iframe src=//c.invalid></iframe> "
    "The council\x7f\x85\ufeff said that 18,000 vehicles\ufffe crossed the bridge </title>"
    "</textarea></style></script>.\n"
)
"""Markup, endless words, entities, control and bidirectional characters, and templates."""


class _Reader(HTMLParser):
    """Builds a tree; fails if elements are not closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.builder = TreeBuilder()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.builder.start(tag, {name: value or "" for name, value in attrs})
        self.open.append(tag)
        if tag in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        self.builder.end(tag)

    def handle_data(self, data: str) -> None:
        if self.open:
            self.builder.data(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")


def tree(page: str) -> Element:
    """Parse a page; fails if elements are not closed in order."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    assert not reader.open
    return reader.builder.close()


def words(element: Element) -> str:
    """Return an element's text, with spaces between blocks."""

    def texts(one: Element) -> Iterator[str]:
        apart = " " if one.tag in APART else ""
        yield apart + (one.text or "")
        for child in one:
            yield from texts(child)
            yield child.tail or ""
        yield apart

    return " ".join("".join(texts(element)).split())


def having(element: Element, name: str) -> Iterator[Element]:
    """Yield the elements with a CSS class."""
    return (one for one in element.iter() if name in one.get("class", "").split())


def article_of(page: Element) -> str:
    return "".join(next(having(page, "article")).itertext())


def marked(page: Element, number: str) -> str:
    """Return the article's text that is marked for evidence `number`."""
    article = next(having(page, "article"))
    return "".join("".join(one.itertext()) for one in article.iter() if number in one.get("data-e", "").split())


@cache
def bridge() -> Facts:
    return extract_facts(BRIDGE)


@cache
def repaired() -> Summary:
    """Return a summary with one replaced and two dropped sentences."""
    return summarise(BRIDGE, backend=saying(SOUND, VEHICLES, SPEAKER, INVENTED), length=4)


@cache
def kept() -> Summary:
    """Return a summary with all verdicts, errors and notes."""
    return summarise(BRIDGE, backend=saying(FALSE, VEHICLES, INVENTED, OPEN), on_unsupported="keep", length=4)


@cache
def checked() -> Report:
    return check(f"{VEHICLES} {FALSE} {INVENTED}", bridge())


@cache
def hostile() -> Report:
    """Return a report full of markup."""
    claims = (
        "The pier was closed on Friday <script>alert(5)</script>. Lee paid £4.6 million to <svg onload=alert(6)>. "
        f"{LONG.title()[::-1].title()} said “{LONG}” of {LONG.title()} on 4 May."
    )
    return check(claims, HOSTILE)


@cache
def page_of(report: Report) -> Element:
    """Return a report's parsed page; equal reports share it."""
    return tree(report_html(report))
