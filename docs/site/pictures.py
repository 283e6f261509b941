"""Make the pictures of the documentation from an article of the seeds: the evidence page, and the view for a terminal.

`python docs/site/pictures.py [FOLDER]` writes into docs/pictures, or into the folder. Chromium draws the page.
"""

import io
import re
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright
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
COLUMNS = 88
SIZE = (1200, 680)
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


def page(report: Report, target: Path) -> None:
    """Have Chromium draw the evidence page as PNG, with the place of the first sentence marked."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("the picture of the page needs Chromium: install it, for example `apt-get install chromium`")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        source = Path(folder, "evidence.html")
        source.write_text(report.to_html(), encoding="utf-8")
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        width, height = SIZE
        shown = browser.new_page(viewport={"width": width, "height": height})
        shown.goto(source.as_uri())
        shown.hover("#s1")
        shown.wait_for_timeout(500)
        shown.screenshot(path=target)
        browser.close()


def make(folder: Path) -> None:
    """Write both pictures into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    facts = extract_facts(SEED / "article.txt")
    check(SUMMARY, facts)  # loads what the picture's time is not to tell of
    report = check(SUMMARY, facts)
    (folder / "terminal.svg").write_text(terminal(report), encoding="utf-8")
    page(report, folder / "evidence.png")
    for picture in (folder / "terminal.svg", folder / "evidence.png"):
        size = picture.stat().st_size
        print(f"{picture.name}: {size:,} bytes")
        if size > MOST:
            sys.exit(f"{picture.name} is larger than {MOST:,} bytes")


if __name__ == "__main__":
    make(Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent.parent / "pictures"))
