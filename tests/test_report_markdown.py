"""Reports in Markdown: the rendered text is exactly the original, without foreign tags."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from findings import found, key, sentence
from hypothesis import given
from hypothesis import strategies as st
from invented import BRIDGE, FALSE, VEHICLES
from markdown_it import MarkdownIt
from mdit_py_plugins.footnote import footnote_plugin
from views import shown, summary_of

from summarise import check
from summarise.data import Evidence
from summarise.report.markdown import escaped
from summarise.report.text import named
from summarise.report.wording import one_line, quotation

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


class _Page(HTMLParser):
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
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        if tag in ("p", "h1", "li"):
            self.parts.append("")
        self._apart += tag in ("sup", "a")

    def handle_endtag(self, tag: str) -> None:
        self._apart -= tag in ("sup", "a")

    def handle_data(self, data: str) -> None:
        if not self._apart and self.parts:
            self.parts[-1] += data

    @property
    def texts(self) -> list[str]:
        return [part.strip() for part in self.parts if part.strip()]


def written(*sentences: Any, article: str = BRIDGE, **values: Any) -> str:
    update: dict[str, Any] = {name: values.pop(name) for name in ("key_facts", "omitted") if name in values}
    return shown(summary_of(*sentences, text=article, **values).model_copy(update=update), "markdown")


@pytest.fixture(scope="module")
def checked() -> str:
    return shown(check(f"{VEHICLES} {FALSE} The mayor has resigned over the whole affair.", BRIDGE), "markdown")


def test_each_sentence_has_its_footnote(checked: str) -> None:
    """It has verdict, origin, findings and evidence. Unsupported sentences are marked in the text, too."""
    assert checked.startswith(f"{VEHICLES}[^1] **\\[contradicted\\]** The Harbour")
    figure = "    - figure: summary says “20” / article says “12”, line 5\n"
    assert re.search(rf"\n\[\^2\]: \*\*contradicted\*\*, probability 0\.\d\d, as given\n\n{figure}", checked)
    assert "\n    - line 5: “The Harbour Bridge in Brelmouth was closed on Monday after engineers found" in checked
    page = _Page(checked)
    assert page.links == ["#fn1", "#fn2", "#fn3", "#fnref1", "#fnref2", "#fnref3"]
    assert page.texts[0] == (
        f"{VEHICLES} [contradicted] {FALSE} [unverified] The mayor has resigned over the whole affair."
    )
    assert "supported, strong, probability 1.00, as given" in page.texts
    note = found("figure", "two", severity="note", sentence="The two met.")
    noted = sentence("The two met.", findings=(note,), evidence=(Evidence(start=0, end=7, text="Harbour"),))
    texts = _Page(written(noted)).texts
    assert texts[-2:] == ["line 1: “Harbour”", "note: figure: summary says “two” / article does not say so"]


@pytest.mark.parametrize(
    ("style", "body"),
    [
        ("prose", "They met.[^1] **\\[unverified\\]** They left.[^2]\n"),
        (None, "They met.[^1] **\\[unverified\\]** They left.[^2]\n"),
        ("bullets", "- They met.[^1]\n- **\\[unverified\\]** They left.[^2]\n"),
        ("headline", "# They met.[^1] **\\[unverified\\]** They left[^2]\n"),
    ],
)
def test_a_style_is_how_the_sentences_are_put(style: Any, body: str) -> None:
    """The style sets the layout: running text, bullets, or a heading without a full stop."""
    assert written(sentence(), sentence("They left.", "unverified"), style=style).startswith(f"{body}\n")


def test_omitted_key_facts_are_listed_with_their_lines() -> None:
    """After eight omitted key facts the rest is counted."""
    texts = _Page(
        written(sentence(), key_facts=12, omitted=tuple(key(f"fact_{letter}") for letter in "abcdefghij"))
    ).texts
    assert texts[1:3] == ["2 of 12 key facts stated; left out:", "fact_a (line 1)"]
    assert texts[10] == "and 2 more"
    assert "2 of 2 key facts stated" in _Page(written(sentence(), key_facts=2)).texts
    assert "key facts" not in written(sentence())


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
def test_only_markup_characters_are_escaped(text: str, markdown: str) -> None:
    assert escaped(text) == markdown


@pytest.mark.slow
@given(HOSTILE, HOSTILE, HOSTILE, st.sampled_from(["prose", "bullets", "headline"]))
def test_any_text_is_shown_unchanged(text: str, article: str, other: str, style: Any) -> None:
    """Each text is one line, with no tags or links but ours."""
    place = Evidence(start=0, end=len(article) + 4, text=f"{article} xyz")
    error = found("name", other or "x", place.text)
    first, second = sentence(text, "contradicted", findings=(error,), evidence=(place,)), sentence(f"{other}!")
    page = _Page(written(first, second, style=style, article=place.text, key_facts=2, omitted=(key(f"{text}x"),)))
    shown = [named(one_line(f"[contradicted] {text}")), named(one_line(f"{other}!"))]
    parts = 2 if style == "bullets" else 1
    assert list(map(one_line, page.texts[:parts])) == (shown if parts == 2 else [" ".join(shown)])
    assert any(
        part.endswith(f": {named(quotation(one_line(place.text)))}") and part.startswith("line") for part in page.texts
    )
    assert any(part.startswith("name: ") for part in page.texts)
    assert page.tags <= OURS
    assert page.links == ["#fn1", "#fn2", "#fnref1", "#fnref2"]
