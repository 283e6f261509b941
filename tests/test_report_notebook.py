"""Notebook output of summaries, reports and facts, without active content."""

import re
from itertools import product

import pytest
from invented import BRIDGE, FALSE, VEHICLES
from pages import HOSTILE, tree, words

from summarise import Facts, Report, check, extract_facts, summarise
from summarise.report.html.page import LISTED, facts_cell, own

COLOUR = re.compile(r"#[0-9a-f]{6}\b")


def test_a_report_shows_sentences_findings_and_the_articles_words() -> None:
    report = check(f"{VEHICLES} {FALSE}", BRIDGE)
    shown = report._repr_html_()
    assert shown is not None
    text = words(tree(shown))
    assert "1 of 2 sentences supported" in text
    assert FALSE in text
    assert "contradicted" in text
    assert "summary says “20” / article says “12”" in text
    assert "line 5" in text


def test_a_summary_shows_itself() -> None:
    """The cell has the sentences and a line about the run."""
    summary = summarise(BRIDGE, model="extract", length=2)
    text = words(tree(summary._repr_html_() or ""))
    assert all(sentence.text in text for sentence in summary.sentences)
    assert "2 of 2 sentences supported · " in text


def test_facts_show_themselves_and_are_equal_all_the_same() -> None:
    """Rendering changes neither equality nor hash."""
    facts = extract_facts(BRIDGE)
    text = words(tree(facts._repr_html_() or ""))
    assert "£4.5 million" in text
    again = Facts.model_validate_json(facts.model_dump_json())
    assert again == facts
    assert hash(again) == hash(facts)


def test_what_was_read_from_json_is_left_to_the_notebook() -> None:
    """`_repr_html_` returns None, so the notebook shows the data."""
    facts = extract_facts(BRIDGE)
    report = check(VEHICLES, facts)
    assert Report.model_validate_json(report.model_dump_json())._repr_html_() is None
    assert Facts.model_validate_json(facts.model_dump_json())._repr_html_() is None


def test_many_facts_are_counted() -> None:
    facts = extract_facts(BRIDGE)
    many = facts.model_copy(update={"facts": facts.facts * LISTED})
    shown = tree(facts_cell(many))
    assert len(list(shown.iter("tr"))) == LISTED + 1
    assert f"and {len(facts.facts) * LISTED - LISTED:,} more" in words(shown)


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


def test_it_can_be_seen_on_light_and_on_dark_paper() -> None:
    """Text has the notebook's colour, and bars have a contrast of 3:1 to both backgrounds."""
    style = own("notebook.css")
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
