"""Reports as a SARIF 2.1.0 log (OASIS), with a result for each unsupported sentence.

Accepted sentences are suppressed results. Without a summary file, results are located in the article.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from summarise.data import CheckedSentence, Evidence, Verdict
from summarise.report.annotations import LEVELS, CheckedFile, Problem, Region, UnreadFile, problem_of, region_of
from summarise.report.places import Lines, lines_of, telling
from summarise.report.text import named
from summarise.report.wording import one_line, quotation
from summarise.version import __version__

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
RULES: dict[Verdict, str] = {
    "contradicted": "The article says otherwise than the sentence.",
    "unverified": "The article does not say what the sentence says, or leaves it open.",
}

# The rule of a file that cannot be read.
UNREAD = "unread"


def reports_sarif(files: Sequence[CheckedFile | UnreadFile]) -> str:
    """Return reports as one log, for UTF-8."""
    rules: list[dict[str, Any]] = [
        {"id": verdict, "shortDescription": {"text": about}, "defaultConfiguration": {"level": LEVELS[verdict]}}
        for verdict, about in RULES.items()
    ]
    unread = {"text": "The summary or its article cannot be read."}
    rules.append({"id": UNREAD, "shortDescription": unread, "defaultConfiguration": {"level": "error"}})
    run = {
        "tool": {"driver": {"name": "summarise", "semanticVersion": __version__, "rules": rules}},
        "columnKind": "unicodeCodePoints",
        "results": [result for file in files for result in _results_of(file)],
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2, ensure_ascii=False)


def _results_of(file: CheckedFile | UnreadFile) -> Iterator[dict[str, Any]]:
    if isinstance(file, CheckedFile):
        yield from _results(file)
        return
    yield {
        "ruleId": UNREAD,
        "ruleIndex": len(RULES),
        "level": "error",
        "message": {"text": _shown(file.reason)},
        "locations": [_location(file.summary, None)],
        "partialFingerprints": {"file/v1": hashlib.sha256(file.summary.encode(errors="replace")).hexdigest()},
    }


def _results(file: CheckedFile) -> Iterator[dict[str, Any]]:
    article = file.report.facts.article
    lines = lines_of(article)
    for sentence, region in file.regions():
        problem = problem_of(sentence, lines)
        if problem is not None:
            yield _result(file, sentence, region, problem, lines)


def _result(
    file: CheckedFile, sentence: CheckedSentence, region: Region | None, problem: Problem, lines: Lines
) -> dict[str, Any]:
    told = [
        _location(file.article, _in_article(file, place, lines), quotation(one_line(place.text)))
        for place in telling(sentence)
    ]
    own = [] if file.summary is None else [_location(file.summary, region)]
    result: dict[str, Any] = {
        "ruleId": sentence.verdict,
        "ruleIndex": list(RULES).index(sentence.verdict),
        "level": LEVELS[sentence.verdict],
        "message": {"text": _shown("\n".join([*problem.wrong, problem.said, *problem.places]))},
        "locations": own or told[:1],
        "relatedLocations": [location | {"id": number} for number, location in enumerate(told, start=1)],
        "partialFingerprints": {"sentence/v1": _fingerprint(file, sentence)},
        "properties": {"support": round(sentence.support, 3), "probability": round(sentence.probability, 3)},
    }
    if sentence.accepted is not None:
        result["suppressions"] = [{"kind": "external", "justification": _shown(one_line(sentence.accepted))}]
    return result


def _in_article(file: CheckedFile, place: Evidence, lines: Lines) -> Region | None:
    """Return the region, or None if the article's lines are not those of its file."""
    return region_of(place, lines) if file.report.facts.article.format == "text" else None


def _location(name: str, region: Region | None, text: str | None = None) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(name)}}
    if region is not None:
        physical["region"] = {
            "startLine": region.line,
            "startColumn": region.column,
            "endLine": region.end_line,
            "endColumn": region.end_column,
        }
    message = {} if text is None else {"message": {"text": _shown(text)}}
    return {"physicalLocation": physical, **message}


def _uri(name: str) -> str:
    if urlsplit(name).scheme in ("http", "https"):
        return name
    path = Path(name)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())


def _fingerprint(file: CheckedFile, sentence: CheckedSentence) -> str:
    """Hash file name and words, not the position, so that later runs match."""
    return hashlib.sha256(f"{file.summary}\n{one_line(sentence.text)}".encode()).hexdigest()


def _shown(text: str) -> str:
    return named(text).encode(errors="replace").decode()
