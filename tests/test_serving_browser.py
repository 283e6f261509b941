"""The page of `summarise serve` in Chromium.

Accessibility checks need the path of axe.min.js in AXE_CORE. SCREENSHOTS names a folder for pictures of all states.
"""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from invented import BRIDGE, CABLES, VALLEY, VEHICLES
from served import Served, command

sync_api = pytest.importorskip("playwright.sync_api", reason="needs Playwright: pip install -e '.[test]'")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.block_network(allowed_hosts=["127.0.0.1"]),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
FLAGS = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-sync"
WIDTHS = (360, 390, 1280)
HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script>"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with command(tmp_path_factory.mktemp("runs"), "--entailment", "built-in") as served:
        yield served


@pytest.fixture(scope="module")
def browser(server: Served) -> Iterator[Any]:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.skip("needs Chromium on the PATH: apt-get install chromium")
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=FLAGS.split())
        yield started
        started.close()


class Tab:
    """A browser page that records its requests, and its messages, errors and dialogs."""

    def __init__(self, browser: Any, address: str, **options: Any) -> None:
        options = {"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce", **options}
        self.context = browser.new_context(accept_downloads=True, **options)
        self.page = self.context.new_page()
        self.page.set_default_timeout(60_000)
        self.requests: list[str] = []
        self.messages: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.messages.append(message.text))
        self.page.on("pageerror", lambda error: self.messages.append(str(error)))
        self.page.on("dialog", self._dismiss)
        self.page.goto(address)

    def _dismiss(self, dialog: Any) -> None:
        self.messages.append(dialog.message)
        dialog.dismiss()

    def summarise(self, article: str = BRIDGE) -> None:
        """Paste an article and wait for its summary."""
        self.page.get_by_label("Text of the article").fill(article)
        self.page.get_by_label("Length").fill("2")
        self.page.get_by_role("button", name="Summarise").click()
        self.page.get_by_role("heading", name="Summary").wait_for()

    def check_example(self) -> None:
        """Check the example and wait for the result."""
        self.page.get_by_role("button", name="Check the example").click()
        self.page.get_by_role("heading", name="What was checked").wait_for()

    def sentence(self, verdict: str) -> Any:
        """Return the text of the first sentence with this verdict."""
        return self.page.locator(f"#sentences .sentence.{verdict} .text").first

    @property
    def marked(self) -> str:
        """The marked words of the article; words that contradict a sentence are in brackets."""
        return str(
            self.page.evaluate(
                """() => [...document.querySelectorAll("#article :is(.on, .against)")]
                    .map((part) => part.matches(".against") ? `[${part.textContent}]` : part.textContent).join("")"""
            )
        )


@pytest.fixture
def opened(browser: Any, server: Served) -> Iterator[Callable[..., Tab]]:
    """Return a function that opens the page in a new window."""
    tabs: list[Tab] = []

    def opens(address: str = server.address, **options: Any) -> Tab:
        tabs.append(Tab(browser, address, **options))
        return tabs[-1]

    yield opens
    for tab in tabs:
        tab.context.close()


def test_a_summary_is_shown_beside_its_article(opened: Callable[..., Tab], server: Served) -> None:
    """Stages are shown, a sentence marks its evidence, and only the server is contacted."""
    tab = opened()
    tab.summarise()
    assert "Reading the article" in (tab.page.locator("#stages").text_content() or "")
    assert "2 of 2 sentences supported" in tab.page.locator("#head").inner_text()
    tab.sentence("supported").click()
    assert tab.sentence("supported").inner_text() in tab.marked
    assert all(url.startswith((f"http://{server.host}/", "data:", "about:")) for url in tab.requests)
    assert tab.messages == []


def test_one_click_shows_a_doubted_sentence(opened: Callable[..., Tab]) -> None:
    """In the example, wrong words are underlined, with the reason and the evidence."""
    tab = opened()
    tab.check_example()
    assert "3 of 4 sentences supported" in tab.page.locator("#head").inner_text()
    assert tab.page.locator(".doubted").all_inner_texts() == ["£2.6 million"]
    reason = tab.page.locator("#sentences .contradicted .finding").inner_text()
    assert "£2.6 million" in reason
    assert "£6.2 million" in reason
    assert "[£6.2 million]" in tab.marked
    assert tab.messages == []


@pytest.mark.parametrize(("width", "beside"), [(1000, True), (390, False)])
def test_article_and_result_are_side_by_side(opened: Callable[..., Tab], width: int, beside: bool) -> None:
    """From a width of 1,000 pixels on. On narrower screens, a click shows the article, and a button closes it."""
    tab = opened(viewport={"width": width, "height": 800})
    tab.check_example()
    result, article = tab.page.locator("#result").bounding_box(), tab.page.locator("#article").bounding_box()
    assert (article["x"] >= result["x"] + result["width"]) is beside
    assert (article["y"] >= result["y"] + result["height"]) is not beside
    tab.sentence("contradicted").click()
    words = tab.page.locator("#article .against").bounding_box()
    assert 0 <= words["y"] <= 800
    if not beside:
        reason = tab.page.locator("#sentences .contradicted .finding").bounding_box()
        assert reason["y"] + reason["height"] <= tab.page.locator("#article").bounding_box()["y"]
        tab.page.get_by_role("button", name="Back to the sentence").click()
        assert tab.marked == ""


def test_models_are_listed(opened: Callable[..., Tab]) -> None:
    """Ready models come first; others can be named."""
    tab = opened()
    listed = tab.page.get_by_label("Model", exact=True)
    listed.get_by_text("extract (default)").wait_for(state="attached")
    groups = listed.locator("optgroup").evaluate_all("all => all.map((one) => one.label)")
    assert groups[0] == "Ready"
    assert groups[-1] == "Your own servers (not contacted)"
    name = tab.page.get_by_label("Name of the model")
    assert name.is_hidden()
    listed.select_option("ollama:NAME")
    assert name.input_value() == "ollama:"
    listed.select_option("extract (default)")
    assert name.is_hidden()


def test_the_token_does_not_stay_in_the_address(opened: Callable[..., Tab], server: Served) -> None:
    """A reload needs no token. A window that never had the token shows an error."""
    tab = opened()
    assert server.token not in tab.page.url
    tab.page.reload()
    tab.page.get_by_role("heading", name="History").wait_for()
    stranger = opened(f"http://{server.host}/")
    assert "token is missing" in stranger.page.get_by_role("alert").inner_text()


def test_several_files_are_sources(opened: Callable[..., Tab], tmp_path: Path) -> None:
    """A given summary and its citations are checked against all files."""
    names = [tmp_path / "bridge.txt", tmp_path / "valley.txt"]
    for name, text in zip(names, (BRIDGE, VALLEY), strict=True):
        name.write_text(text, encoding="utf-8")
    tab = opened()
    tab.page.get_by_label("Check a summary").check()
    tab.page.get_by_label("File", exact=True).check()
    tab.page.locator("#file").set_input_files([str(name) for name in names])
    tab.page.get_by_label("Summary to check").fill(f"{CABLES} [1]\n\n{VEHICLES} [2]")
    tab.page.get_by_role("button", name="Check", exact=True).click()
    tab.page.get_by_role("heading", name="What was checked").wait_for()
    shown = tab.page.locator("#sentences").inner_text()
    assert "cites [1]: supports it" in shown
    assert "cites [2]: does not support it" in shown


@pytest.mark.parametrize(("kind", "ending"), [("HTML", "html"), ("JSON", "json"), ("Markdown", "md")])
def test_a_result_is_saved(opened: Callable[..., Tab], kind: str, ending: str) -> None:
    tab = opened()
    tab.summarise()
    before = len(tab.requests)
    with tab.page.expect_download() as download:
        tab.page.get_by_role("button", name=f"Save as {kind}").click()
    assert download.value.suggested_filename == f"summary.{ending}"
    text = Path(download.value.path()).read_text(encoding="utf-8")
    assert json.loads(text)["sentences"] if ending == "json" else CABLES.split()[0] in text
    assert [url for url in tab.requests[before:] if not url.startswith("blob:")] == []


def test_the_history_shows_and_removes_runs(opened: Callable[..., Tab], server: Served) -> None:
    """A saved run is shown with its evidence, and removed from the disk."""
    tab = opened()
    tab.summarise()
    again = opened()
    again.page.get_by_role("button", name="Show").first.click()
    again.page.get_by_role("heading", name="Summary").wait_for()
    assert again.page.locator("#sentences .sentence").count() == 2
    again.page.get_by_role("button", name="Back to the form").click()
    before = len(list(server.runs.glob("*.json")))
    again.page.get_by_role("button", name="Remove").first.click()
    again.page.wait_for_function("count => document.querySelectorAll('#runs li').length === count", arg=before - 1)
    assert len(list(server.runs.glob("*.json"))) == before - 1


def test_an_error_message_is_shown(opened: Callable[..., Tab]) -> None:
    tab = opened()
    tab.page.get_by_label("Text of the article").fill(BRIDGE)
    tab.page.get_by_label("Model", exact=True).select_option("Another model …")
    tab.page.get_by_label("Name of the model").fill("nobody:nothing")
    tab.page.get_by_role("button", name="Summarise").click()
    tab.page.get_by_role("alert").wait_for()
    assert "nobody" in tab.page.get_by_role("alert").inner_text()
    assert tab.page.get_by_role("button", name="Summarise").is_enabled()


def test_markup_in_an_article_is_not_executed(opened: Callable[..., Tab]) -> None:
    tab = opened()
    tab.summarise(f"{HOSTILE} closes the bridge\n\n{HOSTILE} The bridge closed on Monday.\n\n{BRIDGE}")
    tab.page.wait_for_timeout(300)
    assert tab.messages == []
    assert HOSTILE in tab.page.locator("#article .article").inner_text()
    assert tab.page.locator("img").count() == 0


def test_only_known_elements_are_added_to_the_page(opened: Callable[..., Tab]) -> None:
    """Markup in evidence adds no picture, script, frame or style, and only plain links."""
    tab = opened()
    active = (
        "<img src=x onerror=alert(1)><script>alert(2)</script><iframe src='/'></iframe><style>body{}</style>"
        "<a href='javascript:alert(3)' onclick=alert(4) style='color:red'>link</a>"
    )
    html = f"<header class=masthead><h1>Title {active}</h1></header><div class=summary>{active}</div>"
    found = {"html": f"{html}<div class=article>{active}</div>", "markdown": "", "result": {"sentences": []}}
    events = "".join(f"event: {name}\ndata: {json.dumps(data)}\n\n" for name, data in found.items())
    tab.page.route("**/v1/checks*", lambda route: route.fulfill(body=events, content_type="text/event-stream"))
    tab.page.get_by_role("button", name="Check the example").click()
    tab.page.get_by_role("heading", name="Title").wait_for()
    assert tab.page.locator(":is(#head, #sentences, .article) :is(img, script, iframe, style)").count() == 0
    attributes = tab.page.locator("#result a").first.evaluate("link => link.getAttributeNames()")
    assert sorted(attributes) == ["rel", "target"]
    assert not {"1", "2", "3", "4"} & set(tab.messages)


def test_the_keyboard_reaches_every_control(opened: Callable[..., Tab]) -> None:
    tab = opened()
    tab.page.get_by_label("Write a summary").focus()
    for _ in range(4):
        tab.page.keyboard.press("Tab")
    assert tab.page.evaluate("document.activeElement.id") == "text"
    tab.page.keyboard.insert_text(BRIDGE)
    while tab.page.evaluate("document.activeElement.id") != "go":
        tab.page.keyboard.press("Tab")
    tab.page.keyboard.press("Enter")
    tab.page.get_by_role("heading", name="Summary").wait_for()
    assert tab.page.evaluate("document.activeElement.closest('#head') !== null")


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_states_fit_and_are_accessible(opened: Callable[..., Tab], width: int, scheme: str) -> None:
    tab = opened(viewport={"width": width, "height": 800}, color_scheme=scheme)
    tab.page.get_by_role("heading", name="History").wait_for()
    _check_state(tab, f"form-{width}-{scheme}")
    tab.page.get_by_role("button", name="Summarise").click()
    tab.page.get_by_role("alert").wait_for()
    _check_state(tab, f"failed-{width}-{scheme}")
    tab.page.route("**/v1/checks*", lambda route: None)
    tab.page.get_by_role("button", name="Check the example").click()
    tab.page.get_by_role("button", name="Stop").wait_for()
    _check_state(tab, f"running-{width}-{scheme}")
    tab.page.get_by_role("button", name="Stop").click()
    tab.page.locator("#doing", has_text="Stopped").wait_for()
    assert "Skerra" in tab.page.get_by_label("Text of the article").input_value()
    tab.page.unroute("**/v1/checks*")
    tab.check_example()
    _check_state(tab, f"checked-{width}-{scheme}")
    tab.sentence("contradicted").click()
    _check_state(tab, f"marked-{width}-{scheme}", whole=False)
    tab.page.keyboard.press("Escape")
    tab.page.get_by_role("button", name="Back to the form").click()
    tab.page.get_by_label("Summary to check").fill("The mayor of Paris won a medal.")
    tab.page.get_by_role("button", name="Check", exact=True).click()
    tab.page.get_by_text("0 of 1 sentence supported").wait_for()
    _check_state(tab, f"nothing-{width}-{scheme}")


def _check_state(tab: Tab, state: str, *, whole: bool = True) -> None:
    if folder := os.environ.get("SCREENSHOTS"):
        tab.page.screenshot(path=f"{folder}/{state}.png", full_page=whole)
    assert tab.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    if source := os.environ.get("AXE_CORE"):
        # evaluate() uses the debugger, which a Content-Security-Policy does not block.
        tab.page.evaluate(Path(source).read_text(encoding="utf-8"))
        found = tab.page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
        serious = [fault for fault in found["violations"] if fault["impact"] in ("serious", "critical")]
        assert [f"{fault['id']}: {fault['nodes'][0]['html'][:200]}" for fault in serious] == []
