"""Make the pictures of the documentation: evidence pages, the view for a terminal, and the page of the server.

`python docs/site/pictures.py [FOLDER]` writes into docs/pictures, or into the folder. Chromium draws the pages.
"""

import io
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright
from rich.console import Console
from rich.terminal_theme import DIMMED_MONOKAI
from rich.text import Text

from summarise import Report, check, extract_facts
from summarise.report.explain import explain

ROOT = Path(__file__).parent.parent.parent
SEED = ROOT / "seeds/corrowby-cup-final"
SUMMARY = (
    "Corrowby will receive £4.3 million, more than a third of their annual wage bill. "
    "Corrowby Athletic won the Lantern Cup for the first time since 1987, beating Harrack Vale 4-3 on penalties. "
    "The final was watched by 61,480 people at the Ravensholt Arena."
)
# Three sources, two of which disagree: two right citations, a wrong one, and one of a source that there is not.
EVENT = ROOT / "seeds/sources/storm-ilvar-outages"
CITED = (
    "The storm cost three lives in Dunmarrow [2]. At Cape Tollen the wind peaked at 153 km/h [2]. "
    "Nine people were treated in Pellbay for cuts and broken bones [3]. "
    "All schools in the three coastal districts were closed on Friday [4]."
)
COLUMNS = 88
SIZE = (1200, 680)
CITED_SIZE = (980, 1020)
FONT_FACE = re.compile(r"\s*@font-face \{.*?\}", re.DOTALL)
MOST = 200_000
"""Bytes of a picture, so that a page with both loads quickly."""


def terminal(report: Report) -> str:
    """Return the view for a terminal as SVG."""
    console = Console(record=True, width=COLUMNS, file=io.StringIO())
    console.print(Text("$ summarise check article.txt summary.txt --explain\n"))
    console.print(Text.from_ansi(explain(report, width=COLUMNS - 2, colours=True).rstrip("\n")))
    drawn = console.export_svg(title="summarise check --explain", theme=DIMMED_MONOKAI)
    # The reader's own fonts do: rich names some that would be fetched.
    return FONT_FACE.sub("", drawn)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run Chromium without a window."""
    found = shutil.which("chromium") or shutil.which("google-chrome")
    if found is None:
        sys.exit("the pictures of pages need Chromium: install it, for example `apt-get install chromium`")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


def page(report: Report, target: Path) -> None:
    """Have Chromium draw the evidence page as PNG, with the place of the first sentence marked."""
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        source = Path(folder, "evidence.html")
        source.write_text(report.to_html(), encoding="utf-8")
        width, height = SIZE
        shown = browser.new_page(viewport={"width": width, "height": height})
        shown.goto(source.as_uri())
        shown.hover("#s1")
        shown.wait_for_timeout(500)
        shown.screenshot(path=target)


def cited_page(target: Path) -> None:
    """Have Chromium draw the page of a text with citations, from its first sentence, with the place of the third."""
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        source = Path(folder, "evidence.html")
        source.write_text(check(CITED, sorted(EVENT.glob("?.txt"))).to_html(), encoding="utf-8")
        width, height = CITED_SIZE
        shown = browser.new_page(viewport={"width": width, "height": height}, reduced_motion="reduce")
        shown.goto(source.as_uri())
        # Without the marks of facts the picture is clearer, and smaller.
        shown.locator("#k-all").evaluate("box => box.click()")
        shown.locator("#s1").evaluate("text => scrollTo(0, text.getBoundingClientRect().top - 24)")
        shown.hover("#s3")
        shown.wait_for_timeout(500)
        shown.screenshot(path=target, type="jpeg", quality=80)


@contextmanager
def served() -> Iterator[str]:
    """Run `summarise serve` and yield its address."""
    with tempfile.TemporaryDirectory() as runs:
        command = [sys.executable, "-m", "summarise", "serve", "--port", "0", "--workers", "1", "--runs", runs]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=runs) as server:
            assert server.stderr is not None
            try:
                yield server.stderr.readline().strip()
            finally:
                server.terminate()


def served_page(target: Path) -> None:
    """Have Chromium draw the page of the server with the example checked: its doubted sentence is marked."""
    with served() as address, chromium() as browser:
        shown = browser.new_page(viewport={"width": 1280, "height": 680}, reduced_motion="reduce")
        shown.goto(address)
        shown.locator("#history").wait_for()
        shown.get_by_role("button", name="Check the example").click()
        shown.locator("#sentences .contradicted .text").click()
        # Without the marks of facts the picture is clearer, and smaller.
        shown.locator("#k-all").evaluate("box => box.click()")
        reason = shown.locator("#sentences .contradicted .finding")
        reason.evaluate("reason => reason.scrollIntoView({ block: 'end' })")
        shown.wait_for_timeout(500)
        shown.screenshot(path=target)


def make(folder: Path) -> None:
    """Write the pictures into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    facts = extract_facts(SEED / "article.txt")
    check(SUMMARY, facts)  # loads what the picture's time is not to tell of
    report = check(SUMMARY, facts)
    (folder / "terminal.svg").write_text(terminal(report), encoding="utf-8")
    page(report, folder / "evidence.png")
    cited_page(folder / "citations.jpg")
    served_page(folder / "serving-checked-1280-light.png")
    for picture in sorted(folder.iterdir()):
        size = picture.stat().st_size
        print(f"{picture.name}: {size:,} bytes")
        if size > MOST:
            sys.exit(f"{picture.name} is larger than {MOST:,} bytes")


if __name__ == "__main__":
    make(Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent.parent / "pictures"))
