"""The output formats of `summarise facts`."""

import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from invented import VALLEY

from summarise import Facts, extract_facts
from summarise.cli.main import run
from summarise.report.text import facts_text


def test_facts_are_printed_in_the_form_that_is_asked_for(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A table by default, JSON, or the article with its facts marked; other formats are refused."""
    path = tmp_path / "valley.txt"
    path.write_text(VALLEY, encoding="utf-8")
    facts = extract_facts(VALLEY)
    shown = {}
    for form in ("table", "json", "inline"):
        assert run(["facts", str(path), "--format", form]) == 0
        output = capsys.readouterr()
        assert output.err == ""
        shown[form] = output.out
    assert shown["table"] == facts_text(facts) + "\n"
    assert Facts.model_validate_json(shown["json"]) == facts
    root = ElementTree.fromstring(shown["inline"])
    assert "".join(root.itertext()) == facts.article.text
    assert {element.tag for element in root.iter()} == {"article", *(fact.kind for fact in facts.facts)}
    for arguments, form in (([], "table"), (["--json"], "json")):
        assert run(["facts", str(path), *arguments]) == 0
        assert capsys.readouterr().out == shown[form]
    assert run(["facts", str(path), "--format", "page"]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert "page" in output.err
