"""Reports in the output formats, and data to build reports from."""

import asyncio
import json
from typing import Any
from xml.etree import ElementTree

import jsonschema
from findings import RUN, without_facts
from sarif_schema import SCHEMA

from summarise import Report, Settings, Summary, read_article
from summarise.data import CheckedSentence, DraftSentence, Outcome, OutputFormat, Style, Verdict
from summarise.data.exchange import PromptPreview
from summarise.pipeline.prompt_preview import preview
from summarise.prompting import Prompt, load, parse_name
from summarise.report.annotations import CheckedFile, reports_sarif
from summarise.report.formats import shaped
from summarise.report.html import with_views
from summarise.testing import ScriptedBackend


def shown(report: Report, shape: OutputFormat, *, name: str = "article.txt", width: int | None = None) -> str:
    """Return a report as the command prints it without a terminal."""
    return shaped(with_views(report), shape, name=name, width=width)


def coloured(report: Report, width: int = 80) -> str:
    """Return a report for a terminal, with colours."""
    return shaped(report, "explain", name="", width=width, colours=True)


def suite(report: Report, name: str = "article.txt") -> ElementTree.Element:
    """Return the only test suite of a report in JUnit XML."""
    root = ElementTree.fromstring(shown(report, "junit", name=name))
    assert root.tag == "testsuites"
    (element,) = root
    assert {key: value for key, value in element.attrib.items() if key != "skipped"} == root.attrib
    return element


def results(*files: CheckedFile) -> list[dict[str, Any]]:
    """Return the results of a SARIF log, which must be valid."""
    log = json.loads(reports_sarif(files))
    jsonschema.Draft202012Validator(SCHEMA).validate(log)
    (run,) = log["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert all(rules[result["ruleIndex"]] == result["ruleId"] for result in run["results"])
    found: list[dict[str, Any]] = run["results"]
    return found


def drafted(text: str, outcome: Outcome, verdict: Verdict = "supported", **values: Any) -> DraftSentence:
    return DraftSentence(text=text, chunk=0, verdict=verdict, support=0.5, probability=0.5, outcome=outcome, **values)


def summary_of(*sentences: CheckedSentence, text: str, style: Style | None = "prose", **run: Any) -> Summary:
    """Return a summary of an article without facts; `run` are fields of its record."""
    record = RUN.model_copy(update={"style": style, **run})
    return Summary(sentences=sentences, run=record).about(without_facts(text))


def prompt_named(name: str) -> Prompt:
    """Return a built-in prompt, STAGE or STAGE/vN."""
    return load(*parse_name(name))


def rendered(text: str, prompt: str, **options: Any) -> PromptPreview:
    """Render a prompt for an article, by default with an unknown model."""
    settings = Settings(**options.pop("settings", {}))
    backend = options.pop("backend", ScriptedBackend([]))
    return asyncio.run(preview(read_article(text), prompt_named(prompt), settings=settings, backend=backend, **options))
