"""Notebook output of summaries, reports and facts, without active content."""

import re
from itertools import product
from typing import Any

import pytest
from invented import BRIDGE, FALSE, VEHICLES
from pages import HOSTILE, tree, words

from summarise import Facts, Report, check, extract_facts, summarise

COLOUR = re.compile(r"#[0-9a-f]{6}\b")


def cell(shown: Any) -> str:
    """Return the words of a notebook's cell."""
    return words(tree(shown._repr_html_() or ""))


def test_a_report_shows_sentences_findings_and_the_articles_words() -> None:
    text = cell(check(f"{VEHICLES} {FALSE}", BRIDGE))
    for expected in ("1 of 2 sentences supported", FALSE, "contradicted", "line 5"):
        assert expected in text
    assert "summary says “20” / article says “12”" in text


def test_a_summary_shows_its_sentences_and_a_line_about_the_run() -> None:
    summary = summarise(BRIDGE, model="extract", length=2)
    text = cell(summary)
    assert all(sentence.text in text for sentence in summary.sentences)
    assert "2 of 2 sentences supported · " in text


def test_facts_show_themselves_and_are_equal_all_the_same() -> None:
    """Rendering changes neither equality nor hash; many facts are counted."""
    facts = extract_facts(BRIDGE)
    assert "£4.5 million" in cell(facts)
    again = Facts.model_validate_json(facts.model_dump_json())
    assert (again, hash(again)) == (facts, hash(facts))
    many = extract_facts(" ".join(f"The pier in Brelmouth cost £{number}.5 million in 1931." for number in range(90)))
    rows = len(list(tree(many._repr_html_() or "").iter("tr"))) - 1
    assert rows < len(many.facts)
    assert f"and {len(many.facts) - rows:,} more" in cell(many)


def test_data_that_was_read_from_json_is_left_to_the_notebook() -> None:
    facts = extract_facts(BRIDGE)
    assert Report.model_validate_json(check(VEHICLES, facts).model_dump_json())._repr_html_() is None
    assert Facts.model_validate_json(facts.model_dump_json())._repr_html_() is None


def test_nothing_of_an_article_or_a_summary_runs() -> None:
    """Markup is escaped: there are no scripts, handlers or addresses."""
    facts = extract_facts(HOSTILE)
    report = check("<script>alert(1)</script> The pier <img src=x onerror=alert(2)> was closed on Friday.", facts)
    for shown in (report._repr_html_(), facts._repr_html_()):
        assert shown is not None
        elements = list(tree(shown).iter())
        assert {element.tag for element in elements} <= set(
            "div style p strong span ol ul li details summary q small table caption thead tbody tr th td i".split()
        )
        allowed = {"class", "dir", "open", "aria-hidden", "scope", "data-c"}
        assert {name for element in elements for name in element.attrib} <= allowed
        assert "url(" not in shown


def luminance(colour: str) -> float:
    """Return the relative luminance of "#rrggbb" as defined in WCAG 2."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_a_cell_can_be_read_on_light_and_on_dark_paper() -> None:
    """Text has the notebook's colour, and bars have a contrast of 3:1 to both backgrounds."""
    style = str(next(tree(extract_facts(BRIDGE)._repr_html_() or "").iter("style")).text)
    assert not re.search(r"(?<![-\w])(color|background)\s*:", style)
    bars = set(COLOUR.findall(style))
    assert len(bars) == 3
    for bar, paper in product(bars, ("#ffffff", "#111111")):
        darker, lighter = sorted((luminance(bar), luminance(paper)))
        assert (lighter + 0.05) / (darker + 0.05) >= 3, (bar, paper)


@pytest.mark.slow
@pytest.mark.block_network(allowed_hosts=["127.0.0.1"])
def test_a_notebook_that_is_executed_shows_it() -> None:
    nbclient = pytest.importorskip("nbclient")
    nbformat = pytest.importorskip("nbformat")
    pytest.importorskip("ipykernel")
    source = f"from summarise import check\ncheck({FALSE!r}, {BRIDGE!r})"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    nbclient.NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    (output,) = notebook.cells[0].outputs
    assert "contradicted" in output.data["text/html"]
