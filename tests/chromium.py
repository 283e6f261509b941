"""Headless Chromium for the tests marked `browser`.

The tests are skipped without Chromium or Playwright. Accessibility checks need the path of axe.min.js in AXE_CORE.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
marks = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]


@contextmanager
def started() -> Iterator[Any]:
    """Yield a browser with an empty profile."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="needs Playwright: pip install -e '.[test]'")
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.skip("needs Chromium on the PATH: apt-get install chromium")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


def unfold(page: Any) -> None:
    page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")


def serious(page: Any) -> list[str]:
    """Return the serious and critical violations that axe-core finds, or nothing without AXE_CORE."""
    source = os.environ.get("AXE_CORE")
    if not source:
        return []
    if not page.evaluate("'axe' in window"):
        page.evaluate(Path(source).read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:200]} {one['nodes'][0]['failureSummary']}"
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
    ]
