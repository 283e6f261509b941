"""The page of `summarise serve` in a real browser: what people can do on it, and what it does not let happen.

Needs Chromium on the PATH and, for accessibility, the path of axe-core's axe.min.js in AXE_CORE. With SCREENSHOTS, a
folder, pictures of three states at two widths are written there.

    pytest -n 0 -m browser
"""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from invented import BRIDGE, CABLES, FALSE
from served import Served, command

sync_api = pytest.importorskip("playwright.sync_api", reason="needs Playwright: pip install -e '.[test]'")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.block_network(allowed_hosts=["127.0.0.1"]),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
FLAGS = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-sync"
WIDTHS = (360, 1280)
HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script>"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Yield a server that all tests of this module open."""
    with command(tmp_path_factory.mktemp("runs")) as served:
        yield served


@pytest.fixture(scope="module")
def browser(server: Served) -> Iterator[Any]:
    """Yield a headless Chromium with a new empty profile."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.skip("needs Chromium on the PATH: apt-get install chromium")
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=FLAGS.split())
        yield started
        started.close()


class Tab:
    """The page in the browser, and everything that it asked for and said."""

    def __init__(self, browser: Any, address: str, **options: Any) -> None:
        options = {"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce", **options}
        self.context = browser.new_context(accept_downloads=True, **options)
        self.page = self.context.new_page()
        self.page.set_default_timeout(60_000)
        self.asked: list[str] = []
        self.said: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("dialog", self._asked_back)
        self.page.goto(address)

    def _asked_back(self, dialog: Any) -> None:
        self.said.append(dialog.message)
        dialog.dismiss()

    def summarise(self, article: str = BRIDGE) -> None:
        """Paste an article and wait for its summary."""
        self.page.get_by_label("Text of the article").fill(article)
        self.page.get_by_label("Length").fill("2")
        self.page.get_by_role("button", name="Summarise").click()
        self.page.get_by_role("heading", name="Summary").wait_for()

    @property
    def evidence(self) -> Any:
        """The evidence view in its frame."""
        return self.page.frame_locator("#evidence")


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


def test_a_summary_comes_with_its_evidence(opened: Callable[..., Tab], server: Served) -> None:
    """Paste, summarise, read: stages are told, and the evidence view marks a sentence's place; nobody else is asked."""
    tab = opened()
    tab.summarise()
    assert "Reading the article" in tab.page.locator("#stages").inner_text()
    assert "2 of 2 sentences supported" in tab.page.locator("#verdict").inner_text()
    sentence = tab.evidence.locator(".sentence .text").first
    assert sentence.inner_text() in tab.page.locator("#words").inner_text()
    sentence.click()
    assert tab.evidence.locator(".article .on").count() >= 1
    assert all(url.startswith((f"http://{server.host}/", "data:", "about:")) for url in tab.asked)
    assert tab.said == []


def test_the_token_does_not_stay_in_the_address(opened: Callable[..., Tab], server: Served) -> None:
    """It is taken out at once, and a reload does without it; a window that never had it says what to do."""
    tab = opened()
    assert server.token not in tab.page.url
    tab.page.reload()
    tab.page.get_by_role("heading", name="History").wait_for()
    stranger = opened(f"http://{server.host}/")
    assert "token is missing" in stranger.page.get_by_role("alert").inner_text()


def test_a_summary_that_one_brought_is_checked(opened: Callable[..., Tab]) -> None:
    """The other task: article and summary are pasted, and what is not supported is told."""
    tab = opened()
    tab.page.get_by_label("Check a summary that I have").check()
    tab.page.get_by_label("Text of the article").fill(BRIDGE)
    tab.page.get_by_label("The summary to check").fill(f"{CABLES} {FALSE}")
    tab.page.get_by_role("button", name="Check").click()
    tab.page.get_by_role("heading", name="What was checked").wait_for()
    assert "1 of 2 sentences supported" in tab.page.locator("#verdict").inner_text()


def test_a_file_is_read(opened: Callable[..., Tab], tmp_path: Path) -> None:
    """A file is chosen and summarised."""
    article = tmp_path / "bridge.txt"
    article.write_text(BRIDGE, encoding="utf-8")
    tab = opened()
    tab.page.get_by_label("File", exact=True).check()
    tab.page.locator("#file").set_input_files(str(article))
    tab.page.get_by_role("button", name="Summarise").click()
    tab.page.get_by_role("heading", name="Summary").wait_for()


@pytest.mark.parametrize(("kind", "ending"), [("HTML", "html"), ("JSON", "json"), ("Markdown", "md")])
def test_a_result_is_saved(opened: Callable[..., Tab], kind: str, ending: str) -> None:
    """Each form is a file on this machine, without asking the server again."""
    tab = opened()
    tab.summarise()
    before = len(tab.asked)
    with tab.page.expect_download() as download:
        tab.page.get_by_role("button", name=f"Save as {kind}").click()
    assert download.value.suggested_filename == f"summary.{ending}"
    text = Path(download.value.path()).read_text(encoding="utf-8")
    assert json.loads(text)["sentences"] if ending == "json" else CABLES.split()[0] in text
    assert [url for url in tab.asked[before:] if not url.startswith("blob:")] == []


def test_history_shows_and_removes(opened: Callable[..., Tab], server: Served) -> None:
    """A run of before is shown again with its evidence, and removed from the disk."""
    tab = opened()
    tab.summarise()
    again = opened()
    again.page.get_by_role("button", name="Show").first.click()
    again.page.get_by_role("heading", name="Summary of").wait_for()
    assert again.evidence.locator(".sentence").count() == 2
    before = len(list(server.runs.glob("*.json")))
    again.page.get_by_role("button", name="Remove").first.click()
    again.page.wait_for_function("count => document.querySelectorAll('#runs li').length === count", arg=before - 1)
    assert len(list(server.runs.glob("*.json"))) == before - 1


def test_an_error_is_told_in_its_words(opened: Callable[..., Tab]) -> None:
    """What the server says is shown, and the form is as it was."""
    tab = opened()
    tab.page.get_by_label("Text of the article").fill(BRIDGE)
    tab.page.get_by_label("Model").fill("nobody:nothing")
    tab.page.get_by_role("button", name="Summarise").click()
    tab.page.get_by_role("alert").wait_for()
    assert "nobody" in tab.page.get_by_role("alert").inner_text()
    assert tab.page.get_by_role("button", name="Summarise").is_enabled()


def test_mark_up_in_an_article_runs_nowhere(opened: Callable[..., Tab]) -> None:
    """Neither on the page nor in the frame nor in the list of runs."""
    tab = opened()
    tab.summarise(f"{HOSTILE} closes the bridge\n\n{HOSTILE} The bridge closed on Monday.\n\n{BRIDGE}")
    tab.page.wait_for_timeout(300)
    assert tab.said == []
    assert tab.page.locator("img").count() == 0
    assert tab.evidence.locator("img").count() == 0


def test_everything_is_reached_by_keyboard(opened: Callable[..., Tab]) -> None:
    """Tab and space choose, type and start; the result gets the focus."""
    tab = opened()
    tab.page.get_by_label("Write a summary").focus()
    tab.page.keyboard.press("Tab")
    tab.page.keyboard.press("Tab")
    tab.page.keyboard.insert_text(BRIDGE)
    for _ in range(4):
        tab.page.keyboard.press("Tab")
    assert tab.page.evaluate("document.activeElement.id") == "go"
    tab.page.keyboard.press("Enter")
    tab.page.get_by_role("heading", name="Summary").wait_for()
    assert tab.page.evaluate("document.activeElement.id") == "result-title"


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_three_states_fit_and_are_accessible(opened: Callable[..., Tab], width: int, scheme: str) -> None:
    """Empty, failed, and with a result: nothing is wider than the screen, and axe-core finds nothing serious."""
    tab = opened(viewport={"width": width, "height": 740}, color_scheme=scheme)
    tab.page.get_by_role("heading", name="History").wait_for()
    _hold(tab, f"empty-{width}-{scheme}")
    tab.page.get_by_role("button", name="Summarise").click()
    tab.page.get_by_role("alert").wait_for()
    _hold(tab, f"failed-{width}-{scheme}")
    tab.summarise()
    tab.evidence.locator(".sentence").first.wait_for()
    _hold(tab, f"result-{width}-{scheme}")
    tab.page.locator("#evidence").scroll_into_view_if_needed()
    tab.evidence.locator(".sentence .text").first.click()
    _hold(tab, f"evidence-{width}-{scheme}", whole=False)


def _hold(tab: Tab, state: str, *, whole: bool = True) -> None:
    if folder := os.environ.get("SCREENSHOTS"):
        tab.page.screenshot(path=f"{folder}/{state}.png", full_page=whole)
    assert tab.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    if source := os.environ.get("AXE_CORE"):
        # Through the debugger, which no policy of a page holds back.
        tab.page.evaluate(Path(source).read_text(encoding="utf-8"))
        found = tab.page.evaluate("axe.run(document, { resultTypes: ['violations'], iframes: false })")
        serious = [one for one in found["violations"] if one["impact"] in ("serious", "critical")]
        assert [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in serious] == []
