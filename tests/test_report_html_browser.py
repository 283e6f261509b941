"""The HTML report in a browser: marks, accessibility, printing, and that no foreign script runs."""

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import chromium
import pytest
from invented import BRIDGE
from pages import hostile, kept, repaired

from summarise import Facts, Report, check, extract_facts, summarise
from summarise.data import CheckedSentence, Evidence

pytestmark = [*chromium.marks, pytest.mark.block_network(allowed_hosts=["127.0.0.1"])]
SEEDS = Path(__file__).parent.parent / "seeds"
NAMES = ("bridge kept", "bridge repaired", "belgium extract", "ellering extract", "tessaly check", "sources", "hostile")
# Two right citations, a wrong one, and one of a source that there is not.
CITED = (
    "Four people died and 31 were injured [1]. The boat belonged to Corran Island Lines [2]. Ewan Morrick is 52 [3]. "
    "Each bereaved family was promised £10,000 [7]."
)
STORIES = tuple(name for name in NAMES if name != "hostile")


class Shown(NamedTuple):
    """A report and the file of its page."""

    report: Report
    path: Path


def seed(name: str) -> Facts:
    return extract_facts(SEEDS / name / "article.txt")


def claims(name: str) -> str:
    false = (SEEDS / name / "unsupported.txt").read_text(encoding="utf-8").splitlines()
    true = (SEEDS / name / "supported.txt").read_text(encoding="utf-8").splitlines()
    return " ".join([*true[:3], *(line.partition("\t")[2] for line in false[::3])])


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Shown]:
    """Make all reports before the browser starts, whose event loop runs in this thread."""
    tessaly, belgium, ellering = (
        seed(name) for name in ("tessaly-fraud-trial", "belgium-election-interference", "ellering-gateway-inquiry")
    )
    made: dict[str, Report] = {
        "bridge kept": kept(),
        "bridge repaired": repaired(),
        "belgium extract": summarise(belgium.article, model="extract", length=4),
        "ellering extract": summarise(ellering.article, model="extract", length=8),
        "tessaly check": check(claims("tessaly-fraud-trial"), tessaly),
        "sources": check(CITED, [SEEDS / "sources" / "port-hallin-ferry" / f"{number}.txt" for number in (1, 2, 3)]),
        "hostile": hostile(),
    }
    folder = tmp_path_factory.mktemp("pages")
    result = {}
    for name in NAMES:
        path = folder / f"{name.replace(' ', '-')}.html"
        path.write_text(made[name].to_html(), encoding="utf-8", newline="")
        result[name] = Shown(made[name], path)
    return result


@pytest.fixture(scope="module")
def browser(shown: dict[str, Shown]) -> Iterator[Any]:
    with chromium.started() as browser:
        yield browser


class Tab:
    """A page in the browser, with its requests, messages and dialogues."""

    def __init__(self, browser: Any, shown: Shown, *, fragment: str = "", **options: Any) -> None:
        options = {"viewport": {"width": 1280, "height": 800}, "reduced_motion": "reduce", **options}
        self.shown = shown
        self.context = browser.new_context(**options)
        self.page = self.context.new_page()
        self.asked: list[str] = []
        self.refused: list[str] = []
        self.said: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("requestfailed", self._failed)
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("dialog", self._asked_back)
        self.page.goto(shown.path.as_uri() + fragment)

    def _failed(self, request: Any) -> None:
        if request.failure == "csp":
            self.refused.append(request.url)

    def _asked_back(self, dialog: Any) -> None:
        self.said.append(dialog.message)
        dialog.dismiss()

    def sentence(self, index: int) -> Any:
        """Return the locator of a sentence's text."""
        return self.page.locator(".sentence .text").nth(index)

    def marked(self, selector: str = ".on, .against") -> str:
        """Return the marked words of the article, in order."""
        texts: list[str] = self.page.locator(f".article :is({selector})").evaluate_all(
            "all => all.map(one => one.textContent)"
        )
        return "".join(texts)

    def y(self, index: int) -> float:
        """Return a sentence's vertical position on the screen, in pixels."""
        return float(self.sentence(index).bounding_box()["y"])

    def first_is_seen(self, number: str) -> bool:
        """Return whether the beginning of an evidence place is visible in the article pane."""
        script = """number => {
            const pane = document.getElementById("article").getBoundingClientRect();
            const head = document.querySelector(".pane-head").getBoundingClientRect();
            const place = document.querySelector(`[data-e~="${number}"]`).getBoundingClientRect();
            const bottom = Math.min(pane.bottom, innerHeight);
            return place.top >= Math.max(pane.top, head.bottom) - 1 && place.top < bottom && place.left >= pane.left;
        }"""
        return bool(self.page.evaluate(script, number))


@pytest.fixture
def opened(browser: Any, shown: dict[str, Shown]) -> Iterator[Callable[..., Tab]]:
    tabs: list[Tab] = []

    def opens(name: str, **options: Any) -> Tab:
        tabs.append(Tab(browser, shown[name], **options))
        return tabs[-1]

    yield opens
    for tab in tabs:
        tab.context.close()


def phone(**options: Any) -> dict[str, Any]:
    return {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True, **options}


def together(facts: Facts, places: Iterable[Evidence]) -> str:
    """Return the article's words at these places, which may overlap, in order and once each."""
    offsets = sorted({offset for place in places for offset in range(place.start, place.end)})
    return "".join(facts.article.text[offset] for offset in offsets).replace("\0", "\ufffd")


def against(sentence: CheckedSentence) -> list[Evidence]:
    return [found.article for found in sentence.findings if found.article and found.severity == "error"]


def bearing(sentence: CheckedSentence) -> list[Evidence]:
    return [*sentence.evidence, *(found.article for found in sentence.findings if found.article)]


def assert_marked(tab: Tab, index: int) -> None:
    """Assert that exactly the evidence of a sentence is marked, and is in view."""
    facts, sentence = tab.shown.report.facts, tab.shown.report.sentences[index]
    assert tab.marked() == together(facts, bearing(sentence))
    assert tab.marked(".against") == together(facts, against(sentence))
    first = tab.page.locator(".sentence").nth(index).get_attribute("data-at").partition(" ")[0]
    assert not first or tab.first_is_seen(first)


@pytest.mark.parametrize("name", NAMES)
def test_pointing_at_a_sentence_marks_its_evidence(opened: Callable[..., Tab], name: str) -> None:
    """Exactly its evidence is marked and in view, and the sentence does not move; Escape clears the marks."""
    tab = opened(name)
    for index in range(len(tab.shown.report.sentences)):
        tab.sentence(index).scroll_into_view_if_needed()
        before = tab.y(index)
        tab.sentence(index).hover()
        assert_marked(tab, index)
        assert tab.y(index) == before
        links = tab.page.locator(".sentence").nth(index).locator("a.place")
        for link in links.all() if name == "bridge kept" else ():
            link.hover()
            assert " ".join(tab.marked().split()) == link.locator("q").text_content(), "one place of several"
    tab.page.keyboard.press("Escape")
    assert tab.marked() == ""
    assert tab.page.locator(".current").count() == 0
    assert tab.page.get_by_role("status").text_content() == ""


@pytest.mark.parametrize("name", NAMES)
def test_tabbing_to_a_sentence_marks_its_evidence(opened: Callable[..., Tab], name: str) -> None:
    """Every sentence gets the focus in order, visibly, with its evidence marked and in view."""
    tab = opened(name)
    reached = []
    for _ in range(400):
        tab.page.keyboard.press("Tab")
        at = tab.page.evaluate("document.activeElement.id")
        if at == "article":
            break
        assert tab.page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        if at.startswith("s") and at[1:].isdigit():
            reached.append(int(at[1:]))
            assert_marked(tab, reached[-1] - 1)
            box = tab.sentence(reached[-1] - 1).bounding_box()
            assert 0 <= box["y"] <= box["y"] + box["height"] <= 800
    assert reached == list(range(1, len(tab.shown.report.sentences) + 1))


def test_a_link_leads_into_the_article_by_keyboard_and_escape_leads_back(opened: Callable[..., Tab]) -> None:
    """Enter moves the focus to the place, Escape back, wherever the pointer is; the page does not scroll."""
    tab = opened("ellering extract")
    link = tab.page.locator(".sentence a.place").nth(2)
    link.focus()
    before = tab.page.evaluate("scrollY")
    tab.page.keyboard.press("Enter")
    number = link.get_attribute("data-at")
    assert tab.page.evaluate("document.activeElement.dataset.e.split(' ')").count(number) == 1
    assert tab.first_is_seen(number)
    assert tab.page.evaluate("scrollY") == before
    assert "#" not in tab.page.url, "the browser itself would scroll the page"
    tab.sentence(1).hover()
    tab.page.keyboard.press("Escape")
    assert link.evaluate("one => one === document.activeElement")


def seen_above(tab: Tab, element: Any) -> bool:
    """Return whether an element (200 pixels of a tall one) is visible, above the article pane if that is open."""
    box, pane = element.bounding_box(), tab.page.locator("#article").bounding_box()
    end = pane["y"] if tab.page.locator("html.open").count() else tab.page.viewport_size["height"]
    return bool(min(box["y"] + box["height"], end) - max(box["y"], 0) >= min(box["height"], 200) - 1)


@pytest.mark.parametrize("name", STORIES)
def test_a_tap_shows_the_evidence_beneath_the_sentence(opened: Callable[..., Tab], name: str) -> None:
    """A tap on a sentence or key fact opens the article below it with its evidence in view; a button closes it."""
    tab = opened(name, **phone())
    for index in range(len(tab.shown.report.sentences)):
        tab.sentence(index).tap()
        if not bearing(tab.shown.report.sentences[index]):
            continue
        assert_marked(tab, index)
        top = tab.page.locator("#article").bounding_box()["y"]
        box = tab.sentence(index).bounding_box()
        assert box["y"] >= 0
        assert box["y"] + min(box["height"], 200) <= top
        tab.page.get_by_role("button", name="Back to the sentence").tap()
        assert tab.marked() == ""
        assert not tab.page.get_by_role("button", name="Back to the sentence").is_visible()
    for link in tab.page.locator(".omitted a").all():
        link.tap()
        assert tab.page.locator("html.open").count()
        assert seen_above(tab, link)
        assert tab.first_is_seen(link.get_attribute("data-at"))


@pytest.mark.parametrize("name", STORIES)
@pytest.mark.parametrize("key", ["Tab", "Shift+Tab"])
def test_the_focused_element_is_never_under_the_article(opened: Callable[..., Tab], name: str, key: str) -> None:
    """On a small screen, tabbing both ways through everything with all folds open."""
    tab = opened(name, **phone())
    chromium.unfold(tab.page)
    came_up = 0
    for _ in range(600):
        tab.page.keyboard.press(key)
        focused = tab.page.locator(":focus")
        if not focused.count():
            break
        if focused.evaluate("one => !one.closest('#article')"):
            came_up += tab.page.locator("html.open").count()
            assert seen_above(tab, focused), focused.evaluate("one => one.outerHTML")
    else:
        raise AssertionError("tabbing does not come to an end")
    assert came_up


@pytest.mark.parametrize("again", ["click", "tap", "focus", "press"])
def test_a_repeated_request_shows_the_place_again(opened: Callable[..., Tab], again: str) -> None:
    """After the article was scrolled, a click, tap, focus or Enter brings the place back into view."""
    tab = opened("ellering extract", has_touch=True)
    sentence = tab.sentence(0)
    sentence.focus()
    number = tab.page.locator(".sentence").first.get_attribute("data-at").partition(" ")[0]
    tab.page.evaluate("document.getElementById('article').scrollTo(0, 1e6)")
    assert not tab.first_is_seen(number)
    if again == "focus":
        sentence.blur()
        sentence.focus()
    elif again == "press":
        tab.page.keyboard.press("Enter")
    else:
        getattr(sentence, again)()
    assert tab.first_is_seen(number)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_fetched_nothing_complains_and_nothing_is_wider_than_the_screen(
    opened: Callable[..., Tab], name: str
) -> None:
    """Only the file is read; there are no errors, messages or dialogues."""
    tab = opened(name)
    for index in range(len(tab.shown.report.sentences)):
        tab.sentence(index).hover()
    chromium.unfold(tab.page)
    for width in (320, 360, 768, 1280):
        tab.page.set_viewport_size({"width": width, "height": 740})
        assert tab.page.evaluate("document.documentElement.scrollWidth") <= width
    tab.page.wait_for_timeout(100)
    assert tab.asked == [tab.shown.path.as_uri()]
    assert tab.said == []


def test_the_policy_holds(opened: Callable[..., Tab]) -> None:
    """Injected scripts, styles, images and frames neither run nor load."""
    tab = opened("hostile")
    tab.page.evaluate("""() => {
        const add = (name, values) => document.body.append(Object.assign(document.createElement(name), values));
        add("script", { textContent: "window.ran = true" });
        add("img", { src: "http://127.0.0.1:9/x.png" });
        add("style", { textContent: "body { display: none }" });
        add("iframe", { src: "http://127.0.0.1:9/" });
        document.body.append(document.createRange().createContextualFragment("<p onclick='window.ran = true'>x</p>"));
        document.body.lastChild.click();
    }""")
    tab.page.wait_for_timeout(100)
    assert tab.page.evaluate("window.ran") is None
    assert tab.page.locator("main").evaluate("one => getComputedStyle(document.body).display") == "grid"
    assert tab.refused == ["http://127.0.0.1:9/x.png"]
    assert [url for url in tab.asked if url.startswith("http")] == tab.refused
    assert len([text for text in tab.said if "Content Security Policy" in text]) >= 4


def test_kinds_of_facts_can_be_switched_off(opened: Callable[..., Tab]) -> None:
    """Kinds can be hidden one by one or all at once, without JavaScript."""
    tab = opened("bridge kept", java_script_enabled=False)
    look = "one => { const s = getComputedStyle(one); return [s.textDecorationLine, s.backgroundColor] }"
    off = ["none", "rgba(0, 0, 0, 0)"]
    plain = {kind: tab.page.locator(f".article .{kind}").first for kind in "nmd"}
    for kind, fact in plain.items():
        assert fact.evaluate(look)[0] == "underline"
        tab.page.locator(f"#k-{kind}").uncheck()
        assert fact.evaluate(look)[0] == "none"
        tab.page.locator(f"#k-{kind}").check()
    quotation = tab.page.locator(".article .q").first
    assert quotation.evaluate(look)[1] != off[1]
    tab.page.locator("#k-all").uncheck()
    assert [fact.evaluate(look) for fact in (*plain.values(), quotation)] == [off] * 4


def test_marks_are_visible_in_high_contrast_mode(opened: Callable[..., Tab]) -> None:
    """In high contrast mode, verdicts, the current sentence, evidence and quotations stay visible."""
    tab = opened("bridge kept", forced_colors="active")
    canvas = tab.page.evaluate("getComputedStyle(document.body).backgroundColor")
    for verdict in ("supported", "unverified", "contradicted"):
        sentence = tab.page.locator(f".sentence.{verdict}").first
        for _ in range(2):
            edge = sentence.evaluate("one => getComputedStyle(one).borderLeftColor")
            assert (edge == canvas) == (verdict == "supported")
            sentence.locator(".text").hover()
        assert sentence.evaluate("one => getComputedStyle(one).outlineStyle") == "solid"
        marks = tab.page.locator(".article .on")
        for mark in marks.all():
            assert mark.evaluate("one => getComputedStyle(one).backgroundColor") != canvas
    tab.page.keyboard.press("Escape")
    assert tab.page.locator(".article .q").first.evaluate("one => getComputedStyle(one).outlineStyle") == "dotted"


def test_without_its_script_the_links_lead_to_the_evidence(opened: Callable[..., Tab]) -> None:
    """The place is in view and marked, and quotations are shown in full."""
    tab = opened("ellering extract", java_script_enabled=False)
    link = tab.page.locator(".sentence a.place").nth(3)
    link.click()
    number = link.get_attribute("data-at")
    colours = tab.page.locator(f".article #e{number}").evaluate("one => getComputedStyle(one).backgroundColor")
    assert colours == "rgb(255, 231, 154)"
    tab.page.wait_for_timeout(100)
    assert tab.first_is_seen(number)
    assert link.locator("q").evaluate("one => getComputedStyle(one.parentElement).whiteSpace") == "normal"
    assert not tab.page.locator(".how.scripted").is_visible()


@pytest.mark.parametrize("name", STORIES)
def test_on_paper_everything_is_there(opened: Callable[..., Tab], name: str) -> None:
    """One column, full quotations, open folds, no controls; each number in the article is beside its quotation."""
    tab = opened(name, viewport={"width": 672, "height": 950})
    tab.page.emulate_media(media="print")
    for sentence in tab.page.locator(".sentence").all():
        for place in sentence.locator(".places .place, .findings .place, .notes .finding p").all():
            assert place.is_visible()
            assert place.evaluate("one => one.scrollWidth <= one.clientWidth + 1")
    for selector in (".unshown .text", ".unshown .finding p", ".record dd", ".record td", ".record p, .record pre"):
        assert all(one.is_visible() for one in tab.page.locator(selector).all())
    assert tab.page.locator(".record dd").count() > 3
    numbers = {one.text_content() for one in tab.page.locator(".number").all() if one.is_visible()}
    assert {one.get_attribute("data-n") for one in tab.page.locator(".article [data-n]").all()} <= numbers
    assert tab.page.locator(".record").evaluate("one => getComputedStyle(one).breakBefore") == "auto"
    assert tab.page.evaluate("document.documentElement.scrollWidth") <= 672, "the width of A4 within its margins"
    pane = tab.page.locator("#article")
    assert pane.evaluate("one => one.scrollHeight <= one.clientHeight + 1")
    assert pane.evaluate("one => getComputedStyle(one).position") == "static"
    last = tab.page.locator(".sentence").last.bounding_box()
    assert pane.bounding_box()["y"] >= last["y"] + last["height"]
    assert not tab.page.locator("input:visible, button:visible").count()
    assert tab.page.pdf(format="A4").startswith(b"%PDF")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("name", NAMES)
def test_the_page_is_accessible(opened: Callable[..., Tab], name: str, width: int, scheme: str) -> None:
    """axe-core reports nothing serious or critical, folded or unfolded with evidence marked."""
    if "AXE_CORE" not in os.environ:
        pytest.skip("needs axe-core: npm install axe-core, and the path of axe.min.js in AXE_CORE")
    tab = opened(name, viewport={"width": width, "height": 740}, color_scheme=scheme)
    assert chromium.serious(tab.page) == []
    chromium.unfold(tab.page)
    for index in range(min(3, len(tab.shown.report.sentences))):
        tab.sentence(index).focus()
        assert chromium.serious(tab.page) == []


def test_the_reports_have_all_cases_that_the_tests_need(shown: dict[str, Shown]) -> None:
    """All verdicts and severities, replaced and dropped sentences, and omitted key facts."""
    reports = [shown[name].report for name in ("bridge kept", "bridge repaired", "tessaly check")]
    sentences = [sentence for report in reports for sentence in report.sentences]
    assert {sentence.verdict for sentence in sentences} == {"supported", "unverified", "contradicted"}
    assert {found.severity for sentence in sentences for found in sentence.findings} == {"error", "note"}
    assert {said.outcome for report in reports for said in report.run.draft} >= {"kept", "replaced", "dropped"}
    assert shown["bridge kept"].report.omitted
    assert shown["tessaly check"].report.omitted
    assert shown["bridge kept"].report.facts.article.text == BRIDGE
