"""The page of a comparison in a real browser: it fits the screen, everybody can use it, and nothing runs on it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import chromium
import pytest
from comparing import shown

from summarise.report.html.comparison import comparison_html

pytestmark = chromium.marks


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the file of the page, made before the browser starts."""
    path = tmp_path_factory.mktemp("comparison") / "page.html"
    path.write_text(comparison_html(shown()), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def browser(page_file: Path) -> Iterator[Any]:
    """Yield a browser, started when the page is made."""
    with chromium.started() as browser:
        yield browser


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_fits_and_is_accessible(browser: Any, page_file: Path, width: int, scheme: str) -> None:
    """Nothing is wider than the screen, nothing is asked for or said, and axe-core finds nothing serious."""
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = context.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(page_file.as_uri())
    chromium.unfold(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert (asked, said) == ([page_file.as_uri()], [])
    assert page.locator("svg").first.bounding_box()["width"] > 250
    assert chromium.serious(page) == []
    context.close()
