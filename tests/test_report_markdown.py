"""Reports in Markdown: the rendered text is exactly the original, without foreign tags."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from findings import found, key, sentence, without_facts
from hypothesis import given
from hypothesis import strategies as st
from invented import BRIDGE, FALSE, VEHICLES
from markdown_it import MarkdownIt
from mdit_py_plugins.footnote import footnote_plugin

from summarise import Summary, check
from summarise.data import CheckedSentence, ChunkUse, Evidence, RunRecord, Style
from summarise.report.markdown import escaped, report_markdown
from summarise.report.places import Lines
from summarise.report.text import LISTED, named, run_line
from summarise.report.wording import one_line, quotation, told

RENDERER = MarkdownIt("commonmark").enable(["table", "strikethrough"]).use(footnote_plugin)
OURS = {"p", "strong", "ul", "li", "ol", "hr", "h1", "sup", "section", "a"}
MARKS = "* ** _ _a_ *a* `a` ~~a~~ ` ``` [x](javascript:y) ![ ] [^1] <b> <script> </p> <!-- &amp; &#65; \\ --- == ~~"
PIECES = [
    *MARKS.split(),
    "[^1]: ",
    "\n",
    "\n\n",
    "    ",
    "\t",
    "# ",
    "- ",
    "+ ",
    "1. ",
    "(1) ",
    "a) ",
    "> ",
    "::: ",
    "% ",
]
PIECES += ["https://x.example", "<https://x.example>", "www.x.example", "\x00", "\x1b[2J", "\x85", "\u2028", "\u202e"]
HOSTILE = st.lists(st.sampled_from(PIECES) | st.characters(), max_size=12).map("".join)
RUN = RunRecord(version="1", parser="rules", backend="scripted:*x*", style="prose", seconds=1.0)


class Page(HTMLParser):
    """A rendered page: texts of its blocks, tags, and link targets."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.tags: set[str] = set()
        self.links: list[str] = []
        self._apart = 0
        self.feed(RENDERER.render(text))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Start a block, or skip a footnote mark."""
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        if tag in ("p", "h1", "li"):
            self.parts.append("")
        self._apart += tag in ("sup", "a")

    def handle_endtag(self, tag: str) -> None:
        """End a skipped mark."""
        self._apart -= tag in ("sup", "a")

    def handle_data(self, data: str) -> None:
        """Add text to the block."""
        if not self._apart and self.parts:
            self.parts[-1] += data

    @property
    def texts(self) -> list[str]:
        """Texts of the blocks that are not empty."""
        return [part.strip() for part in self.parts if part.strip()]


def written(
    *sentences: CheckedSentence,
    style: Style | None = "prose",
    article: str = BRIDGE,
    chunks: tuple[ChunkUse, ...] = (),
    **values: Any,
) -> str:
    summary = Summary(sentences=sentences, run=RUN.model_copy(update={"style": style, "chunks": chunks}), **values)
    return report_markdown(summary.about(without_facts(article)))


@pytest.fixture(scope="module")
def checked() -> str:
    return report_markdown(check(f"{VEHICLES} {FALSE} The mayor has resigned over the whole affair.", BRIDGE))


def test_each_sentence_has_its_footnote(checked: str) -> None:
    """A footnote has verdict, origin, findings, and the article's words with their line."""
    assert checked.startswith(f"{VEHICLES}[^1] ")
    figure = "    - figure: summary says “20” / article says “12”, line 5\n"
    assert re.search(rf"\n\[\^2\]: \*\*contradicted\*\*, probability 0\.\d\d, as handed in\n\n{figure}", checked)
    assert "\n    - line 5: “The Harbour Bridge in Brelmouth was closed on Monday after engineers found" in checked
    assert "\n    - nothing contradicts it, but too little of it is in the article\n" in written(
        sentence("They left.", "unverified")
    )
    page = Page(checked)
    assert page.links == ["#fn1", "#fn2", "#fn3", "#fnref1", "#fnref2", "#fnref3"]
    assert "supported, strong, probability 1.00, as handed in" in page.texts


def test_what_is_not_supported_is_marked_where_it_stands(checked: str) -> None:
    """Unsupported sentences are marked in the text, not only in the footnote."""
    text = Page(checked).texts[0]
    assert text == f"{VEHICLES} [contradicted] {FALSE} [unverified] The mayor has resigned over the whole affair."
    assert "**\\[contradicted\\]** The Harbour" in checked


@pytest.mark.parametrize(
    ("style", "body"),
    [
        ("prose", "They met.[^1] **\\[unverified\\]** They left.[^2]\n"),
        ("brief", "They met.[^1] **\\[unverified\\]** They left.[^2]\n"),
        (None, "They met.[^1] **\\[unverified\\]** They left.[^2]\n"),
        ("bullets", "- They met.[^1]\n- **\\[unverified\\]** They left.[^2]\n"),
        ("headline", "# They met.[^1] **\\[unverified\\]** They left[^2]\n"),
    ],
)
def test_a_style_is_how_the_sentences_are_put(style: Style | None, body: str) -> None:
    """The style sets the layout: running text, bullets, or a heading without a full stop."""
    assert written(sentence(), sentence("They left.", "unverified"), style=style).startswith(f"{body}\n")


def test_notes_are_told_last() -> None:
    """Notes are the last points of a footnote and are labelled."""
    note = found("figure", "two", severity="note", sentence="The two met.")
    noted = sentence("The two met.", findings=(note,), evidence=(Evidence(start=0, end=7, text="Harbour"),))
    texts = Page(written(noted)).texts
    assert texts[-2:] == ["line 1: “Harbour”", "note: figure: summary says “two” / article does not say so"]


def test_what_is_left_out_is_listed_with_its_lines() -> None:
    """After `LISTED` omitted key facts the rest is counted."""
    texts = Page(written(sentence(), key_facts=12, omitted=[key(f"fact_{letter}") for letter in "abcdefghij"])).texts
    assert texts[1:3] == ["2 of 12 key facts told; left out:", "fact_a (line 1)"]
    assert texts[LISTED + 2] == "and 2 more"
    assert "2 of 2 key facts told" in Page(written(sentence(), key_facts=2)).texts
    assert "key facts" not in written(sentence())


def test_the_run_is_told_in_a_line_and_what_is_missing_before_it() -> None:
    """The report has the line of the run and problems of chunks, with mark-up escaped."""
    chunks = (ChunkUse(start=0, end=9, tokens=1, problem="<b>busy"),)
    texts = Page(written(sentence(), chunks=chunks)).texts
    assert run_line(Summary(sentences=(sentence(),), run=RUN)) in texts
    assert "incomplete: part 1 of 1 (characters 0 to 9): <b>busy" in texts


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("It's 4.5 (about) – 3% of a + b; “so”.", "It's 4.5 (about) – 3% of a + b; “so”."),
        ("12. May", "12\\. May"),
        ("Mr. Roe", "Mr. Roe"),
        ("paid \u202e001\u202c", "paid \\[RLO\\]001\\[PDF\\]"),
        ("@roe paid $5!", "\\@roe paid \\$5\\!"),
        ("- a - b -- c", "\\- a - b \\-\\- c"),
        ("see www.x.example or https://x.example: a", "see www\\.x.example or https\\://x.example: a"),
    ],
)
def test_only_what_might_mean_something_is_escaped(text: str, markdown: str) -> None:
    assert escaped(text) == markdown


@pytest.mark.slow
@given(HOSTILE, HOSTILE, HOSTILE, st.sampled_from(["prose", "bullets", "headline"]))
def test_any_text_is_shown_as_it_stands(text: str, article: str, other: str, style: Style) -> None:
    """Each text is one line, with no tags or links but ours."""
    place = Evidence(start=0, end=len(article) + 4, text=f"{article} xyz")
    error = found("name", other or "x", place.text)
    first, second = sentence(text, "contradicted", findings=(error,), evidence=(place,)), sentence(f"{other}!")
    page = Page(written(first, second, style=style, article=place.text, key_facts=2, omitted=(key(f"{text}x"),)))
    shown = [named(one_line(f"[contradicted] {text}")), named(one_line(f"{other}!"))]
    parts = 2 if style == "bullets" else 1
    assert list(map(one_line, page.texts[:parts])) == (shown if parts == 2 else [" ".join(shown)])
    assert any(
        part.endswith(f": {named(quotation(one_line(place.text)))}") and part.startswith("line") for part in page.texts
    )
    assert named(str(told(error, text, Lines(place.text), (place,)))) in page.texts
    assert page.tags <= OURS
    assert page.links == ["#fn1", "#fn2", "#fnref1", "#fnref2"]
