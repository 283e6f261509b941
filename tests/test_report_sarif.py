"""Reports as valid SARIF logs, with locations and suppressions."""

import json
from typing import Any

import jsonschema
import pytest
from invented import BRIDGE, FALSE, VEHICLES
from pages import HOSTILE
from sarif_schema import SCHEMA

from summarise import Report, check, extract_facts
from summarise.report.annotations import CheckedFile
from summarise.report.sarif import reports_sarif


def results(*files: CheckedFile) -> list[dict[str, Any]]:
    log = json.loads(reports_sarif(files))
    jsonschema.Draft202012Validator(SCHEMA).validate(log)
    (run,) = log["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert all(rules[result["ruleIndex"]] == result["ruleId"] for result in run["results"])
    found: list[dict[str, Any]] = run["results"]
    return found


@pytest.fixture(scope="module")
def report() -> Report:
    """Return a report with one right and one wrong sentence."""
    return check(f"{VEHICLES} {FALSE}", BRIDGE)


def test_a_doubted_sentence_is_a_result_where_it_stands(report: Report) -> None:
    """Its region in the summary; the evidence in the article is a related location."""
    (found,) = results(CheckedFile(report, "articles/a b.txt", "summaries/s.txt", f"{VEHICLES}\n{FALSE}\n"))
    assert (found["ruleId"], found["level"]) == ("contradicted", "error")
    place = found["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "summaries/s.txt"
    assert place["region"] == {"startLine": 2, "startColumn": 1, "endLine": 2, "endColumn": len(FALSE) + 1}
    related = found["relatedLocations"][0]
    assert related["physicalLocation"]["artifactLocation"]["uri"] == "articles/a%20b.txt"
    assert related["physicalLocation"]["region"]["startLine"] == 5
    assert "12 of its 30 cables" in related["message"]["text"]
    assert "summary says “20”" in found["message"]["text"]


def test_what_stands_in_no_file_is_told_at_the_articles_place(report: Report) -> None:
    """A new summary has no file."""
    (found,) = results(CheckedFile(report, "article.txt"))
    assert found["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "article.txt"


def test_what_a_person_accepted_is_a_suppressed_result(report: Report) -> None:
    sentences = tuple(one.model_copy(update={"accepted": "The editor knows."}) for one in report.sentences)
    accepted = report.model_copy(update={"sentences": sentences})
    (found,) = results(CheckedFile(accepted, "a.txt", "s.txt", FALSE))
    assert found["suppressions"] == [{"kind": "external", "justification": "The editor knows."}]


def test_a_result_is_the_same_one_after_its_line_has_moved(report: Report) -> None:
    """The fingerprint depends on the file name and the words."""
    one, other = (results(CheckedFile(report, "a.txt", "s.txt", text))[0] for text in (FALSE, f"{VEHICLES}\n\n{FALSE}"))
    assert one["locations"] != other["locations"]
    assert one["partialFingerprints"] == other["partialFingerprints"]


def test_a_log_is_valid_whatever_an_article_holds() -> None:
    """Also with control characters and lone surrogates; a supported summary has no results."""
    facts = extract_facts(HOSTILE)
    report = check("The \u202epier was closed on Friday <script>.", facts)
    found = results(CheckedFile(report, "a.txt", "s.txt", "The \u202epier was closed on Friday <script>."))
    assert "\u202e" not in found[0]["message"]["text"]
    assert results(CheckedFile(check(VEHICLES, BRIDGE), "a.txt", "s.txt", VEHICLES)) == []
